// SPDX-License-Identifier: Apache-2.0
package io.millrace.execution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.contracts.BatchOutputs;
import io.millrace.contracts.Claims;
import io.millrace.contracts.Codec;
import io.millrace.contracts.Job;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/// Two groups of workers with keys of their own: `pay` for one namespace of a tenant, `ship` for
/// another of the same. That neither reaches the other's queues is `WorkerGroupIT` of the platform.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class WorkerGroupKeysIT {
    private static final String PAY = "worker.pay";
    private static final String SHIP = "worker.ship";

    private final Suite suite = new Suite(List.of("pay", "ship", "nobodys"));
    private final Map<String, Job> jobs = new ConcurrentHashMap<>();
    private Claims.Claim claim = new Claims.Claim("", 0, 0);

    /// A task of `ship` that nobody has taken.
    @BeforeAll
    void start() {
        for (var group : List.of("pay", "ship")) {
            suite.flows.save(
                    "company.ship",
                    group,
                    """
                    tasks:
                      - id: fetch
                        type: io.kestra.plugin.core.http.Request
                        uri: http://example.com
                        workerGroup: {key: %s}
                    """
                            .formatted(group));
        }
        suite.start(
                "--millrace.worker-groups.pay.tenants=main",
                "--millrace.worker-groups.pay.namespaces=company.pay",
                "--millrace.worker-groups.ship.tenants=main",
                "--millrace.worker-groups.ship.namespaces=company.ship");
        var broker = suite.broker();
        for (var group : List.of("pay", "ship")) {
            broker.declare(broker.topology().jobs(group, "main"));
            broker.consume(
                    broker.topology().jobQueue(group, "main"),
                    10,
                    delivery -> jobs.put(group, delivery.as(Job.class)));
        }
        suite.post("executions/company.ship/ship");
        var job = await().until(() -> jobs.get("ship"), found -> found != null);
        claim = new Claims.Claim(job.executionId(), job.taskRun(), job.dispatch());
    }

    @AfterAll
    void stop() {
        suite.close();
    }

    private List<Claims.Claim> granted(String key) {
        var answer =
                suite.asService(
                        key, "claims", new Claims.Request("host-of-" + key, List.of(claim)));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return decoded(answer, Claims.Response.class).granted();
    }

    private static <T> T decoded(HttpResponse<String> answer, Class<T> type) {
        return Codec.decode(answer.body().getBytes(StandardCharsets.UTF_8), type);
    }

    @Test
    void aTaskOfAnotherNamespaceIsNotSentToAGroup() {
        var id = Suite.id(suite.post("executions/company.ship/pay"));

        await().until(() -> Suite.state(suite.get("executions/" + id)).equals("FAILED"));
        assertThat(jobs).doesNotContainKey("pay");
    }

    @Test
    void aJobIsClaimedByItsOwnGroupAlone() {
        assertThat(granted(PAY)).isEmpty();
        assertThat(granted("worker.nobodys")).isEmpty();
        assertThat(granted(SHIP)).containsExactly(claim);
    }

    @Test
    void aGroupHearsOfItsOwnQueuesAlone() {
        assertThat(suite.asService(PAY, "job-queues/ship", null).statusCode()).isEqualTo(404);
        assertThat(suite.asService(SHIP, "job-queues/ship", null).body()).isEqualTo("[\"main\"]");
    }

    @Test
    void batchesOfAnotherNamespaceAreNotRead() {
        var request = new BatchOutputs.Request("main", claim.executionId(), claim.taskRun(), 0, 10);

        assertThat(suite.asService(PAY, "batch-outputs", request).statusCode()).isEqualTo(404);
        assertThat(suite.asService(SHIP, "batch-outputs", request).statusCode()).isEqualTo(200);
    }

    /// What a task may read is in the token that came with its job: a worker's key is none.
    @Test
    void aKeyIsNoTokenOfATask() {
        for (var key : List.of(PAY, SHIP, "worker")) {
            assertThat(suite.asService(key, "tasks/logs/fetch", Map.of()).statusCode())
                    .isEqualTo(401);
            assertThat(suite.asService(key, "workers", null).statusCode()).isEqualTo(404);
            assertThat(suite.asService(key, "starts", Map.of()).statusCode()).isEqualTo(404);
        }
    }
}
