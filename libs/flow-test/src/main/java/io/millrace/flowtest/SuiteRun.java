// SPDX-License-Identifier: Apache-2.0
package io.millrace.flowtest;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.millrace.model.TestSuite;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What came of one run of a suite. As JSON it has the form that Kestra's client knows.
///
/// @param id of the run
/// @param results one for each test that was asked for, in the order of the suite
@JsonIgnoreProperties(ignoreUnknown = true)
public record SuiteRun(
        String id,
        String testSuiteId,
        String namespace,
        String flowId,
        TestState state,
        Instant startDate,
        Instant endDate,
        List<CaseRun> results) {
    public SuiteRun {
        results = List.copyOf(results);
    }

    public static SuiteRun of(
            String id, TestSuite suite, Instant begin, Instant end, List<CaseRun> results) {
        return new SuiteRun(
                id,
                suite.id(),
                suite.namespace(),
                suite.flowId(),
                TestState.of(results.stream().map(CaseRun::state).toList()),
                begin,
                end,
                results);
    }

    /// What came of one test.
    ///
    /// @param executionId absent if none was started
    /// @param url where the execution is, within the API; absent without a server
    /// @param durationMillis how long the test took
    @JsonIgnoreProperties(ignoreUnknown = true)
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record CaseRun(
            String testId,
            String testType,
            @Nullable String executionId,
            @Nullable String url,
            TestState state,
            @Nullable List<AssertionResult> assertionResults,
            @Nullable List<RunError> errors,
            @Nullable Map<String, @Nullable Object> fixtures,
            @Nullable Long durationMillis) {

        public static CaseRun skipped(TestSuite.TestCase test) {
            return new CaseRun(
                    test.id(),
                    test.type(),
                    null,
                    null,
                    TestState.SKIPPED,
                    List.of(),
                    List.of(),
                    null,
                    0L);
        }

        public static CaseRun error(
                TestSuite.TestCase test, @Nullable String executionId, List<RunError> errors) {
            return new CaseRun(
                    test.id(),
                    test.type(),
                    executionId,
                    null,
                    TestState.ERROR,
                    List.of(),
                    errors,
                    null,
                    null);
        }

        public static CaseRun of(
                TestSuite.TestCase test,
                @Nullable String executionId,
                @Nullable String url,
                Verdict verdict,
                long millis) {
            return new CaseRun(
                    test.id(),
                    test.type(),
                    executionId,
                    url,
                    verdict.state(),
                    verdict.assertions(),
                    verdict.errors(),
                    null,
                    millis);
        }
    }

    /// @param operator such as `equalTo`
    /// @param description of the assertion, or its value as written
    @JsonIgnoreProperties(ignoreUnknown = true)
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record AssertionResult(
            String operator,
            @Nullable Object expected,
            @Nullable Object actual,
            @JsonProperty("isSuccess") boolean isSuccess,
            @Nullable String taskId,
            @Nullable String description,
            @Nullable String errorMessage) {}

    /// Why a test could not be run.
    @JsonIgnoreProperties(ignoreUnknown = true)
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record RunError(String message, @Nullable String details) {
        public static RunError of(String message) {
            return new RunError(message, null);
        }
    }
}
