// SPDX-License-Identifier: Apache-2.0
package io.millrace.execution;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class ExecutionServiceIT {
    private static final Suite SUITE = new Suite();

    @BeforeAll
    static void start() {
        SUITE.start();
        SUITE.flows.save(
                "company.team",
                "hello",
                """
                tasks:
                  - id: hello
                    type: io.kestra.plugin.core.log.Log
                    message: Hello World
                """);
        SUITE.flows.save(
                "company.team",
                "fetch",
                """
                tasks:
                  - id: fetch
                    type: io.kestra.plugin.core.http.Request
                    uri: http://example.com
                  - id: last
                    type: io.kestra.plugin.core.debug.Return
                    format: "{{ outputs.fetch.code }}"
                """);
    }

    @AfterAll
    static void stop() {
        SUITE.close();
    }

    @Test
    void aPureTaskRunsOnTheLaneAndItsLogIsThere() {
        var started = SUITE.post("executions/company.team/hello");

        assertThat(Suite.state(started)).isEqualTo("SUCCESS");
        var messages =
                SUITE.jdbc()
                        .sql("select message from execution.logs where execution_id = :id")
                        .param("id", Suite.id(started))
                        .query(String.class)
                        .list();
        assertThat(messages).contains("Hello World");
    }

    @Test
    void aWorkerTaskRunsToItsEnd() {
        try (var worker = new FakeWorker(SUITE.broker(), "main", _ -> Map.of("code", 200))) {
            var started = SUITE.post("executions/company.team/fetch");

            var ended = await(Suite.id(started), "SUCCESS");
            assertThat(worker.seen).hasSize(1);
            assertThat(ended).extracting("taskRunList").asString().contains("value=200");
        }
    }

    static Map<String, Object> await(String id, String state) {
        return org.awaitility.Awaitility.await()
                .atMost(Duration.ofSeconds(15))
                .pollInterval(Duration.ofMillis(20))
                .until(() -> SUITE.get("executions/" + id), e -> Suite.state(e).equals(state));
    }
}
