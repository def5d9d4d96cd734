// SPDX-License-Identifier: Apache-2.0
package io.millrace.execution.start;

import io.millrace.contracts.Codec;
import io.millrace.contracts.LaneEvent;
import io.millrace.contracts.Starts;
import io.millrace.engine.State;
import io.millrace.execution.Reads;
import io.millrace.execution.follow.Feed;
import io.millrace.execution.lane.LaneAnswer;
import io.millrace.execution.lane.LaneRouter;
import io.millrace.execution.lane.LaneUnavailableException;
import io.millrace.execution.lane.StoredExecution;
import io.millrace.execution.search.ExecutionView;
import io.millrace.execution.search.Executions;
import io.millrace.model.ExecutionId;
import io.millrace.platform.problem.Problems;
import io.millrace.platform.problem.ServiceException;
import io.millrace.storage.ExecutionFolder;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/// Starts executions for other services, and says how they stand.
@RestController
@RequestMapping("/internal/executions")
final class InternalStartController {
    private static final int LONGEST_WAIT_SECONDS = 3;
    private static final int MOST_AT_ONCE = 10_000;

    private final LaneRouter lanes;
    private final Executions executions;
    private final Feed feed;
    private final Reads reads;
    private final Uploads uploads;

    InternalStartController(
            LaneRouter lanes, Executions executions, Feed feed, Reads reads, Uploads uploads) {
        this.lanes = lanes;
        this.executions = executions;
        this.feed = feed;
        this.reads = reads;
        this.uploads = uploads;
    }

    /// Starts the execution of this id, if it isn't there yet; answers once it is stored.
    @PutMapping("/{executionId}")
    ExecutionView start(@PathVariable String executionId, @RequestBody byte[] body) {
        if (!ExecutionId.isValid(executionId)
                || !(Codec.decode(body, LaneEvent.class)
                        instanceof LaneEvent.ExecutionRequested request)) {
            throw new ServiceException.Malformed("Expected an id and a request of an execution");
        }
        var answer = Answers.accepted(lanes.ask(executionId, request));
        var state = answer.state();
        return state == null
                ? view(request.tenant(), executionId)
                : executions.view(new StoredExecution(state.execution(), 0, state.taskRuns()));
    }

    /// @param status of HTTP, as if it had been asked for alone
    /// @param problem why it isn't there
    record Result(int status, @Nullable String problem, @Nullable ExecutionView execution) {}

    /// Starts many: they share the lanes' commits, and the request. What is wrong with one is in
    /// its result and doesn't touch the others.
    @PostMapping
    List<Result> startAll(@RequestBody byte[] body) {
        var starts = Codec.decode(body, Starts.Request.class).starts();
        if (starts.size() > MOST_AT_ONCE) {
            throw new ServiceException.TooLarge("Expected at most " + MOST_AT_ONCE + " executions");
        }
        var answers = new ArrayList<Supplier<LaneAnswer>>(starts.size());
        for (var start : starts) {
            answers.add(ask(start));
        }
        var results = new ArrayList<Result>(starts.size());
        for (int i = 0; i < starts.size(); i++) {
            results.add(result(starts.get(i), answers.get(i)));
        }
        return results;
    }

    /// What can't even be asked is told where the answer would be.
    private Supplier<LaneAnswer> ask(Starts.Start start) {
        if (!ExecutionId.isValid(start.executionId())) {
            return () -> {
                throw new ServiceException.Refused("Expected the id of an execution");
            };
        }
        try {
            var asked = lanes.ask(start.executionId(), start.request(), start.traceparent());
            return () -> Answers.accepted(asked);
        } catch (LaneUnavailableException e) {
            return () -> Answers.accepted(CompletableFuture.failedFuture(e));
        }
    }

    private Result result(Starts.Start start, Supplier<LaneAnswer> answer) {
        try {
            var state = answer.get().state();
            return new Result(
                    200,
                    null,
                    state == null
                            ? view(start.request().tenant(), start.executionId())
                            : executions.view(
                                    new StoredExecution(state.execution(), 0, state.taskRuns())));
        } catch (ServiceException e) {
            return new Result(Problems.of(e, "/").getStatus(), e.detail(), null);
        }
    }

    /// The execution, once it has ended or some seconds have passed.
    @GetMapping("/{tenant}/{executionId}")
    ExecutionView get(
            @PathVariable String tenant,
            @PathVariable String executionId,
            @RequestParam(defaultValue = "0") int waitSeconds) {
        if (waitSeconds > 0) {
            feed.awaitEnd(
                    executionId, Duration.ofSeconds(Math.min(waitSeconds, LONGEST_WAIT_SECONDS)));
        }
        return view(tenant, executionId);
    }

    private ExecutionView view(String tenant, String executionId) {
        return executions.view(
                executions
                        .find(tenant, executionId)
                        .orElseThrow(() ->
                                new ServiceException.NotFound(
                                        "Not Found: Execution " + executionId)));
    }

    /// Puts a file among those of an execution that will be started.
    @PutMapping("/{tenant}/{executionId}/files/{number}")
    Map<String, String> store(
            @PathVariable String tenant,
            @PathVariable String executionId,
            @PathVariable int number,
            @RequestParam String namespace,
            @RequestParam String flowId,
            @RequestParam String name,
            InputStream content) {
        if (!ExecutionId.isValid(executionId)) {
            throw new ServiceException.Malformed("Expected the id of an execution");
        }
        var folder = new ExecutionFolder(tenant, namespace, flowId, executionId);
        return Map.of("uri", uploads.store(folder, number, name, content));
    }

    /// The states of those that are there, by id.
    @PostMapping("/states")
    Map<String, State> states(@RequestBody List<String> ids) {
        if (ids.size() > MOST_AT_ONCE) {
            throw new ServiceException.TooLarge("Expected at most " + MOST_AT_ONCE + " executions");
        }
        var states = new HashMap<String, State>();
        if (!ids.isEmpty()) {
            var ordered = ids.stream().sorted().toList();
            reads.jdbc()
                    .sql(
                            """
                            select id, state from executions
                             where id = any(:ids) and id between :first and :last
                            """)
                    .param("ids", ids.toArray(String[]::new))
                    .param("first", ordered.getFirst())
                    .param("last", ordered.getLast())
                    .query(row -> {
                        states.put(row.getString("id"), State.valueOf(row.getString("state")));
                    });
        }
        return states;
    }
}
