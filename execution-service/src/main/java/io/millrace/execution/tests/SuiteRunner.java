// SPDX-License-Identifier: Apache-2.0
package io.millrace.execution.tests;

import io.millrace.engine.FlowPlan;
import io.millrace.execution.flows.FlowClient;
import io.millrace.execution.flows.FlowServiceUnavailableException;
import io.millrace.execution.start.ExecutionStarter;
import io.millrace.execution.tests.TestExecutions.Begun;
import io.millrace.execution.tests.TestExecutions.Over;
import io.millrace.execution.tests.TestExecutions.Started;
import io.millrace.flowtest.SuiteRun;
import io.millrace.flowtest.SuiteRun.CaseRun;
import io.millrace.flowtest.SuiteRun.RunError;
import io.millrace.model.TestSuite;
import io.millrace.model.TestSuite.TestCase;
import io.millrace.model.yaml.ParsedSuite;
import io.millrace.model.yaml.SuiteParser;
import io.millrace.platform.access.Access;
import io.millrace.platform.access.Caller;
import io.millrace.platform.access.NamespaceScope;
import io.millrace.platform.access.Permission;
import io.millrace.platform.problem.ServiceException;
import io.millrace.platform.web.CursorResults;
import io.millrace.platform.web.Paging;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Runs suites of the caller's tenant: whoever may start the flow may run its tests.
final class SuiteRunner {
    private final FlowClient flows;
    private final ExecutionStarter starter;
    private final TestExecutions executions;
    private final TestRuns runs;
    private final TestProperties properties;
    private final Access access;
    private final Clock clock;
    private final SuiteParser parser = new SuiteParser();

    SuiteRunner(
            FlowClient flows,
            ExecutionStarter starter,
            TestExecutions executions,
            TestRuns runs,
            TestProperties properties,
            Access access,
            Clock clock) {
        this.flows = flows;
        this.starter = starter;
        this.executions = executions;
        this.runs = runs;
        this.properties = properties;
        this.access = access;
        this.clock = clock;
    }

    /// Runs one suite.
    ///
    /// @param cases ids of the tests to run, or empty for all
    SuiteRun run(String namespace, String id, Set<String> cases) {
        access.require(Permission.EXECUTION_CREATE, namespace);
        var suite =
                find(new NamespaceScope(true, List.of()), namespace, null, id, false).stream()
                        .findFirst()
                        .orElseThrow(() ->
                                new ServiceException.NotFound(
                                        "Not Found: test suite " + namespace + "/" + id));
        var known = suite.testCases().stream().map(TestCase::id).toList();
        for (var wanted : cases) {
            if (!known.contains(wanted)) {
                throw new ServiceException.Invalid(
                        "testCases", "Expected one of %s but got `%s`".formatted(known, wanted));
            }
        }
        return runAll(List.of(suite), cases).getFirst();
    }

    /// Runs all suites that are enabled, where the caller may start flows.
    List<SuiteRun> runByQuery(
            @Nullable String namespace, @Nullable String flowId, boolean children) {
        var suites =
                find(access.scope(Permission.EXECUTION_CREATE), namespace, flowId, null, children)
                        .stream()
                        .filter(suite -> !suite.disabled())
                        .toList();
        return runAll(suites, Set.of());
    }

    private List<TestSuite> find(
            NamespaceScope scope,
            @Nullable String namespace,
            @Nullable String flowId,
            @Nullable String id,
            boolean children) {
        try {
            return flows
                    .suites(
                            new FlowClient.SuiteQuestion(
                                    Caller.current().tenant(),
                                    scope.all(),
                                    scope.prefixes(),
                                    namespace,
                                    flowId,
                                    id,
                                    children))
                    .stream()
                    .map(this::parsed)
                    .toList();
        } catch (FlowServiceUnavailableException e) {
            throw new ServiceException.Unavailable(
                    "The test suites can't be looked up for now", Duration.ofSeconds(2), e);
        }
    }

    private TestSuite parsed(String source) {
        return switch (parser.parse(source)) {
            case ParsedSuite.Valid valid -> valid.suite();
            case ParsedSuite.Invalid(var problems) ->
                    throw new ServiceException.Refused(
                            "The stored test suite can't be read: " + problems.getFirst());
        };
    }

    private record Running(TestSuite suite, Instant begin, List<Begun> cases) {}

    /// All executions of all suites are started before the first is waited for.
    private List<SuiteRun> runAll(List<TestSuite> suites, Set<String> wanted) {
        int count = suites.stream().mapToInt(suite -> suite.testCases().size()).sum();
        if (count > properties.maxCases()) {
            throw new ServiceException.Refused(
                    "Expected at most %d tests in one run but there are %d: ask for fewer suites"
                            .formatted(properties.maxCases(), count));
        }
        var running = suites.stream().map(suite -> start(suite, wanted)).toList();
        var results = new ArrayList<SuiteRun>();
        for (var one : running) {
            var cases = new ArrayList<CaseRun>();
            for (var test : one.cases()) {
                cases.add(
                        switch (test) {
                            case Over(var result) -> result;
                            case Started started -> executions.judge(started, properties.timeout());
                        });
            }
            var run = SuiteRun.of(starter.newId(), one.suite(), one.begin(), now(), cases);
            runs.add(Caller.current().tenant(), run, properties.keep());
            results.add(run);
        }
        return results;
    }

    private Running start(TestSuite suite, Set<String> wanted) {
        var begin = now();
        var cases = new ArrayList<Begun>();
        RunError missing = null;
        FlowPlan plan = null;
        try {
            plan =
                    starter.plan(
                            new ExecutionStarter.Start(
                                    suite.namespace(), suite.flowId(), null, List.of(), null));
        } catch (ServiceException.NotFound | ServiceException.Refused e) {
            missing = RunError.of(String.valueOf(e.getMessage()));
        }
        for (var test : suite.testCases()) {
            if (!wanted.isEmpty() && !wanted.contains(test.id())) {
                continue;
            }
            if (suite.disabled() || test.disabled()) {
                cases.add(new Over(CaseRun.skipped(test)));
            } else if (plan == null) {
                var errors = missing == null ? List.<RunError>of() : List.of(missing);
                cases.add(new Over(CaseRun.error(test, null, errors)));
            } else {
                cases.add(executions.start(suite, test, plan));
            }
        }
        return new Running(suite, begin, cases);
    }

    /// As it is shown, and kept.
    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }

    SuiteRun result(String id) {
        var run =
                runs.find(Caller.current().tenant(), id)
                        .orElseThrow(() ->
                                new ServiceException.NotFound("Not Found: test result " + id));
        access.require(Permission.EXECUTION_READ, run.namespace(), "test result " + id);
        return run;
    }

    Optional<SuiteRun> last(String namespace, String suiteId) {
        return access.allows(Permission.EXECUTION_READ, namespace)
                ? runs.last(Caller.current().tenant(), namespace, suiteId)
                : Optional.empty();
    }

    CursorResults<SuiteRun> search(
            @Nullable String suiteId,
            @Nullable String namespace,
            @Nullable String flowId,
            Paging paging,
            @Nullable String cursor) {
        return runs.search(
                Caller.current().tenant(),
                access.scope(Permission.EXECUTION_READ),
                suiteId,
                namespace,
                flowId,
                paging,
                cursor);
    }
}
