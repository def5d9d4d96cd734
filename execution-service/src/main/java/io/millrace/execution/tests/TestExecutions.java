// SPDX-License-Identifier: Apache-2.0
package io.millrace.execution.tests;

import io.millrace.contracts.LaneEvent;
import io.millrace.engine.Engine;
import io.millrace.engine.ExecutionState;
import io.millrace.engine.FlowPlan;
import io.millrace.engine.State;
import io.millrace.execution.Reads;
import io.millrace.execution.files.LargeOutputs;
import io.millrace.execution.flows.FlowDirectory;
import io.millrace.execution.flows.FlowRef;
import io.millrace.execution.follow.Feed;
import io.millrace.execution.lane.LaneRouter;
import io.millrace.execution.search.Executions;
import io.millrace.execution.start.ExecutionStarter;
import io.millrace.execution.start.StoredFunctions;
import io.millrace.expressions.Expressions;
import io.millrace.expressions.RenderContext;
import io.millrace.flowtest.Assertions;
import io.millrace.flowtest.Ended;
import io.millrace.flowtest.PreparedCase;
import io.millrace.flowtest.SuiteRun.CaseRun;
import io.millrace.flowtest.SuiteRun.RunError;
import io.millrace.flowtest.TestState;
import io.millrace.flowtest.Verdict;
import io.millrace.model.TestSuite;
import io.millrace.model.TestSuite.TestCase;
import io.millrace.platform.access.Caller;
import io.millrace.platform.problem.ServiceException;
import io.millrace.platform.problem.Violation;
import io.millrace.storage.ExecutionFolder;
import io.millrace.storage.InternalStorage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The execution of one test: started with what its fixtures say, and judged when it has ended.
final class TestExecutions {
    private static final List<String> LEVELS = List.of("TRACE", "DEBUG", "INFO", "WARN", "ERROR");
    private static final int MOST_LINES = 10_000;

    /// A worker's lines come another way than its results, and may come later.
    private static final Duration LATE_LINES = Duration.ofSeconds(2);

    private static final Duration LOOK_AGAIN = Duration.ofMillis(100);

    private final ExecutionStarter starter;
    private final FlowDirectory flows;
    private final Executions executions;
    private final LargeOutputs largeOutputs;
    private final Reads reads;
    private final Feed feed;
    private final LaneRouter lanes;
    private final InternalStorage storage;
    private final Expressions expressions;

    TestExecutions(
            ExecutionStarter starter,
            FlowDirectory flows,
            Executions executions,
            LargeOutputs largeOutputs,
            Reads reads,
            Feed feed,
            LaneRouter lanes,
            InternalStorage storage,
            Expressions expressions) {
        this.starter = starter;
        this.flows = flows;
        this.executions = executions;
        this.largeOutputs = largeOutputs;
        this.reads = reads;
        this.feed = feed;
        this.lanes = lanes;
        this.storage = storage;
        this.expressions = expressions;
    }

    /// A test on its way.
    sealed interface Begun {}

    /// It never was on its way: skipped, or refused.
    record Over(CaseRun result) implements Begun {}

    /// Its execution has been started.
    ///
    /// @param beganAt of [System#nanoTime()]
    record Started(
            TestCase test,
            String executionId,
            ExecutionFolder folder,
            Map<String, String> files,
            long beganAt)
            implements Begun {}

    Begun start(TestSuite suite, TestCase test, FlowPlan plan) {
        var id = starter.newId();
        var folder =
                new ExecutionFolder(
                        Caller.current().tenant(), suite.namespace(), suite.flowId(), id);
        var files = new LinkedHashMap<String, String>();
        long now = System.nanoTime();
        try {
            store(test, folder, files);
            var prepared = PreparedCase.of(test, plan, files, expressions, reading(folder));
            starter.startTest(id, plan, prepared.inputs(), prepared.trigger(), prepared.test());
            return new Started(test, id, folder, files, now);
        } catch (PreparedCase.UnusableException e) {
            return refused(test, e.errors());
        } catch (ServiceException.Invalid e) {
            return refused(
                    test,
                    e.violations().stream().map(Violation::message).map(RunError::of).toList());
        } catch (ServiceException.Refused e) {
            return refused(test, List.of(RunError.of(String.valueOf(e.getMessage()))));
        }
    }

    private static Over refused(TestCase test, List<RunError> errors) {
        return new Over(CaseRun.error(test, null, errors));
    }

    private void store(TestCase test, ExecutionFolder folder, Map<String, String> files) {
        try {
            for (var file : test.fixtures().files().entrySet()) {
                var path = folder.path().resolve("tests/" + file.getKey());
                storage.put(
                        path,
                        new ByteArrayInputStream(file.getValue().getBytes(StandardCharsets.UTF_8)));
                files.put(file.getKey(), path.uri().toString());
            }
        } catch (IOException e) {
            throw new ServiceException.Unavailable(
                    "The files of a test can't be stored for now", Duration.ofSeconds(5), e);
        }
    }

    private RenderContext reading(ExecutionFolder folder) {
        return RenderContext.of(Map.of()).withFunctions(new StoredFunctions(storage, folder));
    }

    /// Waits for the end of the execution, and judges it.
    ///
    /// @param patience after which it is killed
    CaseRun judge(Started started, Duration patience) {
        var ended = awaitEnd(started, patience);
        if (ended.isEmpty()) {
            return CaseRun.error(
                    started.test(),
                    started.executionId(),
                    List.of(
                            RunError.of(
                                    "The execution had not ended after %s and was killed"
                                            .formatted(patience))));
        }
        var verdict = verdict(started, ended.get());
        return CaseRun.of(
                started.test(),
                ended.get().execution().id(),
                "/api/v1/%s/executions/%s"
                        .formatted(ended.get().execution().tenant(), ended.get().execution().id()),
                verdict,
                (System.nanoTime() - started.beganAt()) / 1_000_000);
    }

    private Verdict verdict(Started started, ExecutionState state) {
        var e = state.execution();
        var plan = plan(state);
        var check = new Assertions(expressions);
        long until = System.nanoTime() + LATE_LINES.toNanos();
        while (true) {
            var ended = new Ended(plan, state, lines(e.id()), started.files());
            var verdict = check.check(started.test(), ended, reading(started.folder()));
            boolean settled =
                    verdict.state() == TestState.SUCCESS
                            || System.nanoTime() > until
                            || started.test().assertions().stream()
                                    .noneMatch(a -> a.value().contains("logs"));
            if (settled || !pause()) {
                return verdict;
            }
        }
    }

    private static boolean pause() {
        try {
            Thread.sleep(LOOK_AGAIN);
            return true;
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private FlowPlan plan(ExecutionState state) {
        var e = state.execution();
        return flows.get(new FlowRef(e.tenant(), e.namespace(), e.flowId(), e.revision()));
    }

    /// The execution, or the last one of those that took over from it.
    private Optional<ExecutionState> awaitEnd(Started started, Duration patience) {
        long until = System.nanoTime() + patience.toNanos();
        var id = started.executionId();
        while (true) {
            var left = Duration.ofNanos(Math.max(0, until - System.nanoTime()));
            if (!feed.awaitEnd(id, left)) {
                lanes.send(id, new LaneEvent.KillRequested("test", true));
                return Optional.empty();
            }
            var state = state(started.folder().tenant(), id);
            if (state.execution().state() != State.RETRIED) {
                return Optional.of(state);
            }
            id = Engine.idOfRetry(state.execution());
        }
    }

    private ExecutionState state(String tenant, String id) {
        var stored = executions.findReadable(tenant, id).orElseThrow();
        var e = stored.execution();
        var plan = flows.get(new FlowRef(e.tenant(), e.namespace(), e.flowId(), e.revision()));
        return ExecutionState.restore(plan, e, largeOutputs.filledIn(e, stored.taskRuns()));
    }

    private List<Ended.Line> lines(String executionId) {
        return reads.jdbc()
                .sql(
                        """
                        select task_id, level, message from logs where execution_id = :id
                         order by at, seq limit :limit
                        """)
                .param("id", executionId)
                .param("limit", MOST_LINES)
                .query((row, _) ->
                        new Ended.Line(
                                row.getString("task_id"),
                                LEVELS.get(row.getInt("level")),
                                row.getString("message")))
                .list();
    }
}
