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
import io.millrace.platform.problem.ServiceException;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/// Starts executions.
@RestController
@RequestMapping("/api/v1/{tenant}/executions")
final class StartController {
    private static final Set<String> NOT_INPUTS =
            Set.of("labels", "wait", "revision", "scheduleDate", "breakpoints", "kind");
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

    /// Starts an execution of a flow. Inputs are the parts of the form, files among them; a JSON
    /// object in place of the form is a map of inputs.
    @PostMapping({"/{namespace}/{flowId}", "/trigger/{namespace}/{flowId}"})
    ExecutionView start(
            @PathVariable String namespace,
            @PathVariable String flowId,
            @RequestParam(required = false) @Nullable List<String> labels,
            @RequestParam(defaultValue = "false") boolean wait,
            @RequestParam(required = false) @Nullable Integer revision,
            @RequestParam(required = false) @Nullable OffsetDateTime scheduleDate,
            @RequestHeader(value = "Idempotency-Key", required = false) @Nullable String key,
            HttpServletRequest request)
            throws IOException, ServletException {
        var query = new QueryString(request);
        var start =
                new ExecutionStarter.Start(
                        namespace,
                        flowId,
                        revision,
                        labels(labels, query.get("kind").orElse("NORMAL")),
                        scheduleDate == null ? null : scheduleDate.toInstant(),
                        Breakpoints.of(query.get("breakpoints").orElse(null)));
        var form = Form.read(request, NOT_INPUTS);
        var id =
                key == null
                        ? starter.newId()
                        : keys.idFor(key, start, form.fingerprint(), starter::newId);
        var answer =
                starter.start(id, start, (plan, executionId) -> given(plan, executionId, form));
        var state = answer.state();
        boolean over = state != null && state.execution().state().isTerminal();
        if (wait && !over) {
            feed.awaitEnd(id, LONGEST_WAIT);
            return executions.view(executions.require(id, Permission.EXECUTION_CREATE));
        }
        return view(id, answer);
    }

    /// What would become of the inputs; nothing is started.
    @PostMapping("/{namespace}/{flowId}/validate")
    InputsReport validate(
            @PathVariable String namespace,
            @PathVariable String flowId,
            @RequestParam(required = false) @Nullable List<String> labels,
            @RequestParam(required = false) @Nullable Integer revision,
            HttpServletRequest request)
            throws IOException, ServletException {
        return starter.validate(
                new ExecutionStarter.Start(namespace, flowId, revision, labels(labels), null),
                Form.read(request, NOT_INPUTS).named());
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
            @PathVariable String namespace, @PathVariable String flowId, @RequestBody Bulk bulk) {
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
        var ids = starter.startMany(start, bulk.inputs());
        return new Started(ids.size(), ids);
    }

    /// The labels of the caller, and that of the kind.
    private static List<LaneEvent.Label> labels(@Nullable List<String> texts, String kind) {
        var labels = new ArrayList<>(labels(texts));
        switch (kind) {
            case "NORMAL" -> {
                // it bears none
            }
            case "PLAYGROUND" -> labels.add(Events.PLAYGROUND_LABEL);
            default ->
                    throw new ServiceException.Invalid(
                            "kind", "Expected NORMAL or PLAYGROUND but got " + kind);
        }
        return labels;
    }

    private static List<LaneEvent.Label> labels(@Nullable List<String> texts) {
        var labels = new ArrayList<LaneEvent.Label>();
        for (var text : Objects.requireNonNullElse(texts, List.<String>of())) {
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
