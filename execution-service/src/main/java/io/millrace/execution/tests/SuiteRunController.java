// SPDX-License-Identifier: Apache-2.0
package io.millrace.execution.tests;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.millrace.flowtest.SuiteRun;
import io.millrace.platform.access.Caller;
import io.millrace.platform.problem.ServiceException;
import io.millrace.platform.web.CursorResults;
import io.millrace.platform.web.Paging;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/// Runs test suites, and gives what came of runs. The suites themselves are the flow-service's.
@RestController
@RequestMapping("/api/v1/{tenant}/tests")
final class SuiteRunController {
    private static final int MOST_SUITES = 1_000;

    private final SuiteRunner runner;

    SuiteRunController(SuiteRunner runner) {
        this.runner = runner;
    }

    /// @param testCases ids of the tests to run; absent or empty for all
    record RunRequest(@Nullable List<String> testCases) {}

    /// Runs a suite and waits for the results.
    @PostMapping("/{namespace}/{id}/run")
    SuiteRun run(
            @PathVariable String namespace,
            @PathVariable String id,
            @RequestBody(required = false) @Nullable RunRequest request) {
        var cases = request == null || request.testCases() == null ? null : request.testCases();
        return runner.run(namespace, id, cases == null ? Set.of() : Set.copyOf(cases));
    }

    /// @param includeChildNamespaces whether the namespaces below count; absent: yes
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Query(
            @Nullable String namespace,
            @Nullable String flowId,
            @Nullable Boolean includeChildNamespaces) {}

    record QueryResult(
            Query requestMade,
            String tenantId,
            int numberOfTestSuitesToBeRun,
            int numberOfTestCasesToBeRun,
            List<SuiteRun> results) {}

    /// Runs all enabled suites that a query finds, and waits for the results.
    @PostMapping("/run")
    QueryResult runByQuery(@RequestBody Query query) {
        boolean children = query.includeChildNamespaces() == null || query.includeChildNamespaces();
        var results = runner.runByQuery(query.namespace(), query.flowId(), children);
        return new QueryResult(
                query,
                Caller.current().tenant(),
                results.size(),
                results.stream().mapToInt(run -> run.results().size()).sum(),
                results);
    }

    /// The latest first.
    ///
    /// @param cursor of the page before, in place of a page's number
    @GetMapping("/results/search")
    CursorResults<SuiteRun> search(
            @RequestParam(required = false) @Nullable String testSuiteId,
            @RequestParam(required = false) @Nullable String namespace,
            @RequestParam(required = false) @Nullable String flowId,
            Paging paging,
            @RequestParam(required = false) @Nullable String cursor) {
        return runner.search(testSuiteId, namespace, flowId, paging, cursor);
    }

    @GetMapping("/results/{id}")
    SuiteRun result(@PathVariable String id) {
        return runner.result(id);
    }

    record Named(String namespace, String id) {}

    record LastRequest(@Nullable List<Named> testSuiteIds) {}

    record LastResults(List<SuiteRun> results) {}

    /// The newest result of each suite that has one.
    @PostMapping("/results/search/last")
    LastResults last(@RequestBody LastRequest request) {
        List<Named> named = request.testSuiteIds() == null ? List.of() : request.testSuiteIds();
        if (named.size() > MOST_SUITES) {
            throw new ServiceException.Invalid(
                    "testSuiteIds", "Expected at most " + MOST_SUITES + " test suites");
        }
        return new LastResults(
                named.stream()
                        .distinct()
                        .map(n -> runner.last(n.namespace(), n.id()))
                        .flatMap(Optional::stream)
                        .toList());
    }
}
