// SPDX-License-Identifier: Apache-2.0
package io.millrace.flowtest.local;

import io.millrace.engine.ExecutionRequest;
import io.millrace.engine.FlowPlan;
import io.millrace.engine.State;
import io.millrace.engine.inputs.Resolution;
import io.millrace.expressions.Expressions;
import io.millrace.expressions.RenderContext;
import io.millrace.flowtest.Assertions;
import io.millrace.flowtest.Ended;
import io.millrace.flowtest.PreparedCase;
import io.millrace.flowtest.SuiteRun;
import io.millrace.flowtest.SuiteRun.CaseRun;
import io.millrace.flowtest.SuiteRun.RunError;
import io.millrace.model.ExecutionId;
import io.millrace.model.Flow;
import io.millrace.model.TestSuite;
import io.millrace.model.TestSuite.TestCase;
import io.millrace.plugin.PluginCatalog;
import io.millrace.plugin.PluginSettings;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/// Runs suites in this process. Each test is a real execution of its flow, by the engine that the
/// server has, in memory: mocked tasks end as their fixtures say, core tasks run here, and what
/// would take a worker with other plugins is an error that says so. Waits take no time.
public final class LocalTests implements AutoCloseable {
    private final Map<String, FlowPlan> flows = new LinkedHashMap<>();
    private final PluginCatalog catalog;
    private final Settings settings;
    private final Expressions expressions = new Expressions();

    /// What tests may read, and how much they may do.
    ///
    /// @param namespaceFiles directory with the files of the namespace, or absent
    /// @param environment `SECRET_NAME` holds a secret, in base64
    /// @param keys of the key-value store
    /// @param maxEvents after so many events of a test it counts as endless
    public record Settings(
            @Nullable Path namespaceFiles,
            Map<String, String> environment,
            Map<String, String> keys,
            int maxEvents) {
        public static final Settings NONE = new Settings(null, Map.of(), Map.of(), 1_000_000);

        public Settings {
            environment = Map.copyOf(environment);
            keys = Map.copyOf(keys);
        }
    }

    /// @param flows the flows that suites may test and subflows may start
    public LocalTests(List<Flow> flows, PluginCatalog catalog, Settings settings) {
        for (var flow : flows) {
            this.flows.put(
                    key(flow.namespace(), flow.id()), FlowPlan.compile(flow, 1, expressions));
        }
        this.catalog = catalog;
        this.settings = settings;
        catalog.start(new PluginSettings(Map.of()));
    }

    private static String key(String namespace, String id) {
        return namespace + "/" + id;
    }

    /// Runs all tests of a suite that aren't disabled.
    public SuiteRun run(TestSuite suite, InstantSource clock) {
        var begin = clock.instant();
        var results =
                suite.testCases().stream()
                        .map(test ->
                                suite.disabled() || test.disabled()
                                        ? CaseRun.skipped(test)
                                        : run(suite, test, clock))
                        .toList();
        return SuiteRun.of(newId(begin), suite, begin, clock.instant(), results);
    }

    private static String newId(Instant at) {
        return ExecutionId.random(at, ThreadLocalRandom.current()).value();
    }

    private CaseRun run(TestSuite suite, TestCase test, InstantSource clock) {
        var plan = flows.get(key(suite.namespace(), suite.flowId()));
        if (plan == null) {
            return CaseRun.error(
                    test,
                    null,
                    List.of(
                            RunError.of(
                                    "Expected the flow %s.%s beside its tests but it is not there"
                                            .formatted(suite.namespace(), suite.flowId()))));
        }
        long began = System.nanoTime();
        var run = new Run(plan, test, clock.instant()).result();
        long millis = (System.nanoTime() - began) / 1_000_000;
        return new CaseRun(
                run.testId(),
                run.testType(),
                run.executionId(),
                run.url(),
                run.state(),
                run.assertionResults(),
                run.errors(),
                run.fixtures(),
                millis);
    }

    @Override
    public void close() {
        catalog.close();
    }

    /// One test.
    private final class Run {
        private final FlowPlan plan;
        private final TestCase test;
        private final String id;
        private final List<Ended.Line> logs = new ArrayList<>();
        private final TestFiles files = new TestFiles(settings.namespaceFiles());
        private final RenderContext reading;
        private final TestWorker worker;
        private final TestLane lane;

        Run(FlowPlan plan, TestCase test, Instant now) {
            this.plan = plan;
            this.test = test;
            this.id = newId(now);
            var functions = new TestFunctions(files, settings.environment(), settings.keys());
            this.reading =
                    RenderContext.of(Map.of())
                            .withFunctions(functions)
                            .withClock(InstantSource.fixed(now));
            this.worker = new TestWorker(catalog, expressions, functions, files, logs);
            this.lane =
                    new TestLane(
                            (namespace, flow) ->
                                    java.util.Optional.ofNullable(flows.get(key(namespace, flow))),
                            worker,
                            expressions,
                            reading,
                            logs,
                            settings.maxEvents(),
                            now);
        }

        CaseRun result() {
            try {
                var uris = storedFiles();
                var prepared = PreparedCase.of(test, plan, uris, expressions, reading);
                return switch (lane.inputs(plan, id, prepared.inputs())) {
                    case Resolution.Violations violations ->
                            error(
                                    violations.all().stream()
                                            .map(v -> RunError.of(v.message()))
                                            .toList());
                    case Resolution.Resolved(var inputs, var _) -> execute(prepared, inputs, uris);
                };
            } catch (PreparedCase.UnusableException e) {
                return error(e.errors());
            } catch (TestLane.EndlessException e) {
                return error(List.of(RunError.of(String.valueOf(e.getMessage()))));
            } catch (IOException e) {
                return error(
                        List.of(new RunError("The files could not be stored", e.getMessage())));
            }
        }

        private Map<String, String> storedFiles() throws IOException {
            var uris = new LinkedHashMap<String, String>();
            for (var file : test.fixtures().files().entrySet()) {
                var bytes = file.getValue().getBytes(StandardCharsets.UTF_8);
                var uri = files.put("files", file.getKey(), new ByteArrayInputStream(bytes));
                uris.put(file.getKey(), uri.toString());
            }
            return uris;
        }

        private CaseRun execute(
                PreparedCase prepared,
                Map<String, @Nullable Object> inputs,
                Map<String, String> uris) {
            var end =
                    lane.run(
                            plan,
                            ExecutionRequest.of(id, TestLane.TENANT, "test")
                                    .inputs(inputs)
                                    .trigger(prepared.trigger())
                                    .test(prepared.test())
                                    .build());
            if (!worker.unmocked().isEmpty()) {
                return error(
                        worker.unmocked().stream()
                                .map(task ->
                                        RunError.of(
                                                "Without a server task %s isn't run: mock it under fixtures.tasks"
                                                        .formatted(task)))
                                .toList());
            }
            var state = end.execution().state();
            if (state == State.PAUSED) {
                return error(
                        List.of(
                                RunError.of(
                                        "The execution is paused and nobody resumes it: mock the task that pauses")));
            }
            if (!state.isTerminal()) {
                return error(List.of(RunError.of("The execution has stopped at " + state + ".")));
            }
            var verdict =
                    new Assertions(expressions)
                            .check(
                                    test,
                                    new Ended(lane.planOf(end), end, logs, uris),
                                    reading.withClock(InstantSource.fixed(lane.now())));
            return CaseRun.of(test, id, null, verdict, 0);
        }

        private CaseRun error(List<RunError> errors) {
            return CaseRun.error(test, id, errors);
        }
    }
}
