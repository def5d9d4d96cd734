// SPDX-License-Identifier: Apache-2.0
package io.millrace.execution.start;

import io.millrace.contracts.LaneEvent;
import io.millrace.engine.FlowPlan;
import io.millrace.execution.follow.Feed;
import io.millrace.execution.lane.Events;
import io.millrace.execution.lane.LaneAnswer;
import io.millrace.execution.lane.StoredExecution;
import io.millrace.execution.search.ExecutionView;
import io.millrace.execution.search.Executions;
import io.millrace.platform.access.Permission;
import io.millrace.platform.audit.ChangeRecord;
import io.millrace.platform.problem.ServiceException;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.enums.ParameterIn;
import io.swagger.v3.oas.annotations.media.ArraySchema;
import io.swagger.v3.oas.annotations.media.Schema;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/// Starts executions.
@RestController
@RequestMapping("/api/v1/{tenant}/executions")
final class StartController {
    private static final int MOST_AT_ONCE = 10_000;
    private static final Duration LONGEST_WAIT = Duration.ofMinutes(30);

    private final ExecutionStarter starter;
    private final IdempotencyKeys keys;
    private final Uploads uploads;
    private final Executions executions;
    private final Feed feed;

    StartController(
            ExecutionStarter starter,
            IdempotencyKeys keys,
            Uploads uploads,
            Executions executions,
            Feed feed) {
        this.starter = starter;
        this.keys = keys;
        this.uploads = uploads;
        this.executions = executions;
        this.feed = feed;
    }

    /// Starts an execution of a flow. Inputs are the parts of the form, files among them, whatever
    /// their names; a JSON object in place of the form is a map of inputs. How it is started stands
    /// in the address.
    @Parameter(
            in = ParameterIn.QUERY,
            name = "labels",
            array = @ArraySchema(schema = @Schema(type = "string")),
            description = "key:value, any number of times")
    @Parameter(
            in = ParameterIn.QUERY,
            name = "wait",
            schema = @Schema(type = "boolean", defaultValue = "false"),
            description = "answers when the execution has ended, after 30 minutes at the latest")
    @Parameter(
            in = ParameterIn.QUERY,
            name = "revision",
            schema = @Schema(type = "integer", format = "int32"))
    @Parameter(
            in = ParameterIn.QUERY,
            name = "scheduleDate",
            schema = @Schema(type = "string", format = "date-time"))
    @Parameter(
            in = ParameterIn.QUERY,
            name = "breakpoints",
            schema = @Schema(type = "string"),
            description = "task or task.value, with commas between them")
    @Parameter(
            in = ParameterIn.QUERY,
            name = "kind",
            schema =
                    @Schema(
                            type = "string",
                            allowableValues = {"NORMAL", "PLAYGROUND"}))
    @PostMapping({"/{namespace}/{flowId}", "/trigger/{namespace}/{flowId}"})
    ExecutionView start(
            @PathVariable String namespace,
            @PathVariable String flowId,
            @RequestHeader(value = "Idempotency-Key", required = false) @Nullable String key,
            HttpServletRequest request)
            throws IOException {
        var query = new QueryString(request);
        var start =
                new ExecutionStarter.Start(
                        namespace,
                        flowId,
                        query.number("revision"),
                        labels(query.all("labels"), query.get("kind").orElse("NORMAL")),
                        query.instant("scheduleDate"),
                        Breakpoints.of(query.get("breakpoints").orElse(null)));
        boolean wait = query.flag("wait");
        var form = form(request, start);
        var id = keys.idFor(key, () -> form.fingerprint("" + start), starter::newId);
        var answer =
                starter.start(id, start, (plan, executionId) -> given(plan, executionId, form));
        ChangeRecord.note("execution", id);
        var state = answer.state();
        boolean over = state != null && state.execution().state().isTerminal();
        if (wait && !over) {
            ChangeRecord.now();
            feed.awaitEnd(id, LONGEST_WAIT);
            return executions
                    .view(executions.require(id, Permission.EXECUTION_CREATE))
                    .at(gateway(request));
        }
        return view(id, answer).at(gateway(request));
    }

    /// That there is no such flow is said before what is wrong with the inputs.
    private Form form(HttpServletRequest request, ExecutionStarter.Start start) throws IOException {
        try {
            return Form.read(request);
        } catch (ServiceException e) {
            starter.plan(start);
            throw e;
        }
    }

    /// As the caller knows it.
    private static String gateway(HttpServletRequest request) {
        var host = request.getHeader("X-Forwarded-Host");
        var scheme = request.getHeader("X-Forwarded-Proto");
        return host == null || scheme == null ? "" : scheme + "://" + host;
    }

    /// What would become of the inputs; nothing is started.
    @Parameter(
            in = ParameterIn.QUERY,
            name = "labels",
            array = @ArraySchema(schema = @Schema(type = "string")))
    @Parameter(
            in = ParameterIn.QUERY,
            name = "revision",
            schema = @Schema(type = "integer", format = "int32"))
    @PostMapping("/{namespace}/{flowId}/validate")
    InputsReport validate(
            @PathVariable String namespace, @PathVariable String flowId, HttpServletRequest request)
            throws IOException {
        var query = new QueryString(request);
        return starter.validate(
                new ExecutionStarter.Start(
                        namespace,
                        flowId,
                        query.number("revision"),
                        labels(query.all("labels")),
                        null),
                Form.read(request).named());
    }

    private Map<String, @Nullable Object> given(FlowPlan plan, String executionId, Form form) {
        var given = new LinkedHashMap<String, @Nullable Object>(form.values());
        form.files()
                .forEach((input, file) ->
                        given.put(input, uploads.store(plan, executionId, input, file)));
        return given;
    }

    private ExecutionView view(String id, LaneAnswer answer) {
        var state = answer.state();
        return state == null
                ? executions.view(executions.require(id, Permission.EXECUTION_CREATE))
                : executions.view(new StoredExecution(state.execution(), 0, state.taskRuns()));
    }

    /// Many executions of one flow.
    ///
    /// @param inputs of each execution
    record Bulk(
            List<Map<String, @Nullable Object>> inputs,
            @Nullable List<LaneEvent.Label> labels,
            @Nullable Integer revision) {
        Bulk {
            inputs = Objects.requireNonNullElse(inputs, List.of());
        }
    }

    record Started(int count, List<String> ids) {}

    /// Starts many executions of a flow, in one request.
    @PostMapping("/{namespace}/{flowId}/bulk")
    Started startMany(
            @PathVariable String namespace,
            @PathVariable String flowId,
            @RequestHeader(value = "Idempotency-Key", required = false) @Nullable String key,
            @RequestBody Bulk bulk) {
        if (bulk.inputs().size() > MOST_AT_ONCE) {
            throw new ServiceException.Invalid(
                    "inputs", "Expected at most " + MOST_AT_ONCE + " executions at once");
        }
        var start =
                new ExecutionStarter.Start(
                        namespace,
                        flowId,
                        bulk.revision(),
                        Objects.requireNonNullElse(bulk.labels(), List.of()),
                        null);
        var id =
                keys.idFor(
                        key,
                        () ->
                                new Form(Map.of("inputs", bulk.inputs()), Map.of())
                                        .fingerprint("bulk " + start),
                        starter::newId);
        var ids = starter.startMany(id, start, bulk.inputs());
        return new Started(ids.size(), ids);
    }

    /// @throws ServiceException.Invalid if there is no such kind, or it can't be asked for
    static boolean isPlayground(String kind) {
        return switch (kind) {
            case "NORMAL" -> false;
            case "PLAYGROUND" -> true;
            default ->
                    throw new ServiceException.Invalid(
                            "kind", "Expected NORMAL or PLAYGROUND but got " + kind);
        };
    }

    /// The labels of the caller, and that of the kind.
    private static List<LaneEvent.Label> labels(List<String> texts, String kind) {
        var labels = new ArrayList<>(labels(texts));
        if (isPlayground(kind)) {
            labels.add(Events.PLAYGROUND_LABEL);
        }
        return labels;
    }

    /// A comma may be part of a value: it separates where each part is a label.
    private static Stream<String> separate(String text) {
        var parts = text.split(",", -1);
        return Arrays.stream(parts).allMatch(part -> part.indexOf(':') > 0)
                ? Arrays.stream(parts)
                : Stream.of(text);
    }

    /// @param texts each a label, or several with commas between them
    private static List<LaneEvent.Label> labels(List<String> texts) {
        var labels = new ArrayList<LaneEvent.Label>();
        for (var text : texts.stream().flatMap(StartController::separate).toList()) {
            int colon = text.indexOf(':');
            if (colon < 1) {
                throw new ServiceException.Invalid(
                        "labels", "Invalid labels: expected key:value but got " + text);
            }
            labels.add(
                    Labels.user(
                            new LaneEvent.Label(
                                    text.substring(0, colon), text.substring(colon + 1))));
        }
        return labels;
    }
}
