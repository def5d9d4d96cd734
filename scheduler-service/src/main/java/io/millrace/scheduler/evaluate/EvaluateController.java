// SPDX-License-Identifier: Apache-2.0
package io.millrace.scheduler.evaluate;

import io.millrace.expressions.ExpressionException;
import io.millrace.model.Durations;
import io.millrace.model.Flow;
import io.millrace.model.yaml.FlowParser;
import io.millrace.model.yaml.ParsedFlow;
import io.millrace.model.yaml.Problem;
import io.millrace.platform.problem.ServiceException;
import io.millrace.platform.problem.Violation;
import io.millrace.scheduler.condition.ConditionContext;
import io.millrace.scheduler.condition.Conditions;
import io.millrace.scheduler.condition.ObservedExecution;
import io.millrace.scheduler.question.TriggerFunctions;
import io.millrace.scheduler.schedule.InvalidTriggerException;
import io.millrace.scheduler.schedule.Schedule;
import io.millrace.scheduler.schedule.Schedules;
import io.millrace.scheduler.schedule.TickRequests;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZonedDateTime;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.json.JsonMapper;

/// Previews: what a schedule or a condition would say at some time. Without any effect.
@RestController
@RequestMapping("/api/v1/{tenant}")
class EvaluateController {
    private static final List<Map<String, String>> SOME_TASK =
            List.of(
                    Map.of(
                            "id", "preview",
                            "type", "io.kestra.plugin.core.log.Log",
                            "message", "preview"));

    private final Schedules schedules;
    private final TickRequests requests;
    private final Conditions conditions;
    private final FlowParser parser;
    private final JsonMapper json = new JsonMapper();

    EvaluateController(
            Schedules schedules, TickRequests requests, Conditions conditions, FlowParser parser) {
        this.schedules = schedules;
        this.requests = requests;
        this.conditions = conditions;
        this.parser = parser;
    }

    /// @param inputs over those of the trigger
    /// @param labels over those of the flow and the trigger
    record Backfill(
            @Nullable String currentDate,
            @Nullable String start,
            @Nullable String end,
            @Nullable Boolean paused,
            @Nullable Map<String, @Nullable Object> inputs,
            @Nullable List<Label> labels) {}

    record Label(String key, String value) {}

    /// @param mode `evaluate`, `next`, `previous`, `recover` or `validate`
    /// @param trigger as in a flow; the id may be missing
    record ScheduleQuestion(
            @Nullable String mode,
            @Nullable Map<String, @Nullable Object> trigger,
            @Nullable String now,
            @Nullable String plannedDate,
            @Nullable Backfill backfill,
            @Nullable List<Map<String, @Nullable Object>> flowInputs,
            @Nullable Map<String, @Nullable Object> flowLabels,
            @Nullable String lastDate) {}

    record ConditionQuestion(
            @Nullable Map<String, @Nullable Object> condition,
            @Nullable ObservedExecution execution) {}

    @PostMapping("/conditions/evaluate")
    Map<String, Boolean> condition(@RequestBody ConditionQuestion question) {
        if (question.condition() == null) {
            throw new ServiceException.Invalid("condition", "Expected a condition");
        }
        var execution =
                question.execution() == null
                        ? new ObservedExecution(null, null, null, null, null, null)
                        : question.execution();
        try {
            var condition = conditions.read(question.condition());
            return Map.of("result", condition.holds(ConditionContext.ofExecution(execution)));
        } catch (ExpressionException | IllegalArgumentException e) {
            throw new ServiceException.Invalid("condition", String.valueOf(e.getMessage()));
        }
    }

    @PostMapping("/triggers/evaluate")
    Map<String, @Nullable Object> schedule(@RequestBody ScheduleQuestion question) {
        var mode = question.mode() == null ? "" : question.mode();
        if (mode.equals("validate")) {
            return validate(question);
        }
        var flow =
                switch (parse(question)) {
                    case ParsedFlow.Valid valid -> valid.flow();
                    case ParsedFlow.Invalid invalid ->
                            throw invalid(
                                    invalid.problems().stream().map(Problem::message).toList());
                };
        try {
            var now = instant("now", question.now());
            return switch (mode) {
                case "evaluate" -> evaluate(question, flow, now);
                case "next" -> one("next", schedule(flow).plan(lastDate(question), now));
                case "previous" -> one("previous", schedule(flow).previous(now));
                case "recover" -> recover(question, flow, now);
                default ->
                        throw new ServiceException.Invalid(
                                "mode",
                                "Expected mode evaluate, next, previous, recover or validate");
            };
        } catch (InvalidTriggerException e) {
            throw invalid(e.errors());
        } catch (ExpressionException | IllegalArgumentException e) {
            throw new ServiceException.Invalid("trigger", String.valueOf(e.getMessage()));
        }
    }

    private Map<String, @Nullable Object> validate(ScheduleQuestion question) {
        var errors =
                switch (parse(question)) {
                    case ParsedFlow.Invalid invalid ->
                            invalid.problems().stream().map(Problem::message).toList();
                    case ParsedFlow.Valid valid -> {
                        try {
                            schedule(valid.flow());
                            yield List.<String>of();
                        } catch (InvalidTriggerException e) {
                            yield e.errors();
                        }
                    }
                };
        if (errors.isEmpty()) {
            return Map.of("valid", true);
        }
        return Map.of("valid", false, "errors", errors);
    }

    private Map<String, @Nullable Object> evaluate(
            ScheduleQuestion question, Flow flow, Instant now) {
        var schedule = schedule(flow);
        var tick = tick(question, schedule, now);
        if (tick.isEmpty()) {
            return Map.of("fires", false);
        }
        var backfill = question.backfill();
        var over =
                backfill == null || backfill.inputs() == null
                        ? Map.<String, @Nullable Object>of()
                        : backfill.inputs();
        var request =
                requests.of(
                        flow,
                        flow.triggers().getFirst(),
                        tick.get(),
                        over,
                        TriggerFunctions.none());
        var labels = new LinkedHashMap<String, String>(flow.labels());
        request.labels().forEach(label -> labels.put(label.key(), label.value()));
        if (backfill != null && backfill.labels() != null) {
            backfill.labels().forEach(label -> labels.put(label.key(), label.value()));
        }
        var answer = new LinkedHashMap<String, @Nullable Object>();
        answer.put("fires", true);
        answer.put("date", TickRequests.text(tick.get().date()));
        tick.get().next().ifPresent(date -> answer.put("next", TickRequests.text(date)));
        tick.get().previous().ifPresent(date -> answer.put("previous", TickRequests.text(date)));
        answer.put("inputs", request.inputs());
        answer.put("labels", labels);
        return answer;
    }

    private static Optional<Schedule.Tick> tick(
            ScheduleQuestion question, Schedule schedule, Instant now) {
        var backfill = question.backfill();
        if (backfill == null) {
            return schedule.evaluate(
                    instant("plannedDate", question.plannedDate()), now, TriggerFunctions.none());
        }
        if (Boolean.TRUE.equals(backfill.paused())) {
            return Optional.empty();
        }
        var current = instant("backfill.currentDate", backfill.currentDate());
        return schedule.evaluateBackfill(current, now, TriggerFunctions.none());
    }

    private Map<String, @Nullable Object> recover(
            ScheduleQuestion question, Flow flow, Instant now) {
        var schedule = schedule(flow);
        var last = lastDate(question);
        var answer = new LinkedHashMap<String, @Nullable Object>();
        if (flow.triggers().getFirst().disabled()) {
            // it stays where it was
            answer.put("fired", List.of());
            answer.putAll(one("next", schedule.plan(last, now)));
            return answer;
        }
        var due = schedule.recover(last, now, TriggerFunctions.none());
        answer.put("fired", due.fired().stream().map(TickRequests::text).toList());
        answer.putAll(one("next", due.next()));
        if (!due.fired().isEmpty()) {
            var first = due.fired().getFirst();
            var state = new LinkedHashMap<String, @Nullable Object>();
            state.put("date", TickRequests.text(first));
            state.putAll(one("next", schedule.next(first.toInstant())));
            answer.put("afterFirst", state);
        }
        return answer;
    }

    private Schedule schedule(Flow flow) {
        return schedules.read(flow.triggers().getFirst(), Schedules.seenOf(flow));
    }

    /// The trigger in a flow of its own: read like any other.
    private ParsedFlow parse(ScheduleQuestion question) {
        if (question.trigger() == null) {
            throw new ServiceException.Invalid("trigger", "Expected a trigger");
        }
        var trigger = new LinkedHashMap<String, @Nullable Object>();
        trigger.put("id", "preview");
        trigger.putAll(question.trigger());
        var flow = new LinkedHashMap<String, @Nullable Object>();
        flow.put("id", "preview");
        flow.put("namespace", "preview");
        flow.put("inputs", question.flowInputs() == null ? List.of() : question.flowInputs());
        flow.put("labels", question.flowLabels() == null ? Map.of() : question.flowLabels());
        flow.put("tasks", SOME_TASK);
        flow.put("triggers", List.of(trigger));
        return parser.parse(json.writeValueAsString(flow));
    }

    private static @Nullable Instant lastDate(ScheduleQuestion question) {
        return question.lastDate() == null ? null : instant("lastDate", question.lastDate());
    }

    private static Instant instant(String field, @Nullable String text) {
        try {
            return Durations.checked(OffsetDateTime.parse(text == null ? "" : text).toInstant());
        } catch (DateTimeException _) {
            throw new ServiceException.Invalid(
                    field,
                    "Expected a date of ISO 8601 with an offset, from 1970 to 9999, in " + field);
        }
    }

    private static Map<String, @Nullable Object> one(String name, Optional<ZonedDateTime> date) {
        var map = new LinkedHashMap<String, @Nullable Object>();
        date.ifPresent(d -> map.put(name, TickRequests.text(d)));
        return map;
    }

    private static ServiceException.Invalid invalid(List<String> errors) {
        return new ServiceException.Invalid(
                String.join("; ", errors),
                errors.stream().map(error -> Violation.of("trigger", error)).toList());
    }
}
