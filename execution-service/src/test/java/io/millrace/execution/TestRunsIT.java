// SPDX-License-Identifier: Apache-2.0
package io.millrace.execution;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.platform.access.Grant;
import io.millrace.platform.access.Role;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Test suites of flows, run by the lanes.
class TestRunsIT {
    private static final Suite SUITE = new Suite();

    @BeforeAll
    static void start() {
        SUITE.start("--millrace.tests.timeout=PT3S", "--millrace.tests.keep=2");
        SUITE.flows.save(
                "company.team",
                "etl",
                """
                concurrency:
                  limit: 1
                inputs:
                  - id: region
                    type: STRING
                tasks:
                  - id: extract
                    type: io.kestra.plugin.core.http.Download
                    uri: http://example.com
                  - id: load
                    type: io.kestra.plugin.core.http.Request
                    uri: http://example.com
                  - id: report
                    type: io.kestra.plugin.core.log.Log
                    message: "{{ outputs.load.code }} in {{ inputs.region }}"
                """);
    }

    @AfterAll
    static void stop() {
        SUITE.close();
    }

    @Test
    void mockedTasksAreNotRunAndTheOthersAre() {
        SUITE.flows.saveSuite(
                "company.team",
                "mixed",
                """
                flowId: etl
                testCases:
                  - id: good
                    fixtures:
                      inputs: {region: eu}
                      files:
                        orders.json: '{"count": 3}'
                      tasks:
                        - id: extract
                          outputs:
                            uri: "{{ files['orders.json'] }}"
                    assertions:
                      - value: "{{ fromJson(read(outputs.extract.uri)).count }}"
                        equalTo: 3
                      - value: "{{ outputs.load.code }}"
                        lessThan: 300
                      - value: "{{ logs.text }}"
                        contains: 200 in eu
                  - id: wrong
                    fixtures:
                      inputs: {region: us}
                      tasks:
                        - id: extract
                        - id: load
                          outputs: {code: 500}
                    assertions:
                      - value: "{{ outputs.load.code }}"
                        equalTo: 200
                """);
        try (var worker = new FakeWorker(SUITE.broker(), "main", _ -> Map.of("code", 200))) {
            var run = SUITE.post("tests/company.team/mixed/run");

            assertThat(run).as(run.toString()).containsEntry("state", "FAILED");
            assertThat(run).containsEntry("testSuiteId", "mixed").containsKey("endDate");
            var results = results(run);
            assertThat(results).extracting("state").containsExactly("SUCCESS", "FAILED");
            assertThat(results.getLast())
                    .extracting("assertionResults")
                    .asString()
                    .contains("operator=equalTo")
                    .contains("expected=200")
                    .contains("actual=500")
                    .contains("isSuccess=false");
            var execution = String.valueOf(results.getFirst().get("executionId"));
            assertThat(worker.seen)
                    .filteredOn(job -> job.executionId().equals(execution))
                    .extracting("taskId")
                    .containsExactly("load");
            assertThat(Suite.state(SUITE.get("executions/" + execution))).isEqualTo("SUCCESS");
            assertThat(SUITE.get("executions/search?flowId=etl&size=1000"))
                    .containsEntry("total", 0);
            assertThat(SUITE.get("executions/search?flowId=etl&kind=TEST&size=1000"))
                    .doesNotContainEntry("total", 0);
        }
    }

    @Test
    void oneTestOfASuiteIsRunAndTheDisabledOnesAreSkipped() {
        SUITE.flows.saveSuite(
                "company.team",
                "some",
                """
                flowId: etl
                testCases:
                  - id: off
                    disabled: true
                  - id: unusable
                    fixtures:
                      inputs: {}
                """);

        var off = run("some", "{\"testCases\": [\"off\"]}");
        var all = run("some", "{}");
        var unknown = answer("tests/company.team/some/run", "{\"testCases\": [\"none\"]}");

        assertThat(off).containsEntry("state", "SKIPPED");
        assertThat(all).containsEntry("state", "ERROR");
        assertThat(results(all).getLast()).extracting("errors").asString().contains("region");
        assertThat(unknown.statusCode()).isEqualTo(422);
    }

    @Test
    void whatDoesNotEndIsKilledAndAnError() {
        SUITE.flows.saveSuite(
                "company.team",
                "endless",
                """
                flowId: etl
                testCases:
                  - id: nobody_works
                    fixtures:
                      inputs: {region: eu}
                """);

        var run = run("endless", "{}");

        assertThat(results(run).getFirst()).extracting("errors").asString().contains("killed");
    }

    @Test
    void resultsAreKeptAndFoundTheNewestFirst() {
        SUITE.flows.saveSuite(
                "company.kept",
                "kept",
                """
                flowId: nothing
                testCases:
                  - id: one
                """);
        var first = post("tests/company.kept/kept/run", "{}");
        var second = post("tests/company.kept/kept/run", "{}");
        var third = post("tests/company.kept/kept/run", "{}");

        var found = SUITE.get("tests/results/search?namespace=company.kept&testSuiteId=kept");
        var last =
                post(
                        "tests/results/search/last",
                        "{\"testSuiteIds\": [{\"namespace\": \"company.kept\", \"id\": \"kept\"}]}");

        assertThat(results(first).getFirst()).extracting("errors").asString().contains("nothing");
        assertThat(results(found))
                .extracting("id")
                .containsExactly(third.get("id"), second.get("id"));
        var all = "tests/results/search?namespace=company.kept&size=1";
        var latest = SUITE.get(all);
        var before = SUITE.get(all + "&cursor=" + latest.get("nextCursor"));
        var none = SUITE.get(all + "&cursor=" + before.get("nextCursor"));
        assertThat(results(latest)).extracting("id").containsExactly(third.get("id"));
        assertThat(results(before)).extracting("id").containsExactly(second.get("id"));
        assertThat(results(none)).isEmpty();
        assertThat(none).doesNotContainKey("nextCursor").containsEntry("total", 2);
        assertThat(results(last)).extracting("id").containsExactly(third.get("id"));
        assertThat(SUITE.get("tests/results/" + third.get("id"))).isEqualTo(third);
        assertThat(
                        SUITE.send(
                                        SUITE.request(
                                                "tests/results/" + third.get("id"),
                                                "main",
                                                List.of(new Grant(Role.ADMIN, "elsewhere"))))
                                .statusCode())
                .isEqualTo(404);
    }

    @Test
    void manySuitesAreRunByAQuery() {
        for (var id : List.of("a", "b")) {
            SUITE.flows.saveSuite(
                    "company.many",
                    id,
                    """
                    flowId: pure
                    testCases:
                      - id: one
                      - id: two
                    """);
        }
        SUITE.flows.save(
                "company.many",
                "pure",
                """
                tasks:
                  - id: hello
                    type: io.kestra.plugin.core.log.Log
                    message: hello
                """);

        var run = post("tests/run", "{\"flowId\": \"pure\"}");

        assertThat(run)
                .containsEntry("tenantId", "main")
                .containsEntry("numberOfTestSuitesToBeRun", 2)
                .containsEntry("numberOfTestCasesToBeRun", 4);
        assertThat(results(run)).extracting("state").containsOnly("SUCCESS");
    }

    @Test
    void onlyThoseWhoMayStartTheFlowMayRunItsTests() {
        var viewer =
                SUITE.request(
                        "tests/company.team/mixed/run",
                        "main",
                        List.of(new Grant(Role.VIEWER, "company.team")));

        assertThat(SUITE.send(viewer.POST(HttpRequest.BodyPublishers.noBody())).statusCode())
                .isEqualTo(403);
    }

    private static Map<String, Object> run(String suite, String body) {
        return post("tests/company.team/" + suite + "/run", body);
    }

    private static Map<String, Object> post(String path, String body) {
        var answer = answer(path, body);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return Suite.json(answer);
    }

    private static HttpResponse<String> answer(String path, String body) {
        return SUITE.send(
                SUITE.request(path)
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(body)));
    }

    @SuppressWarnings("unchecked")
    private static List<Map<String, Object>> results(Map<String, Object> run) {
        return (List<Map<String, Object>>) requireNonNull(run.get("results"));
    }
}
