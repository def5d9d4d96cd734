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
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/// Groups of workers with keys of their own: `pay` for one namespace of a tenant, `ship` and `port`
/// for another of the same. That neither reaches the other's queues is `WorkerGroupIT` of the
/// platform.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class WorkerGroupKeysIT {
    private static final String PAY = "worker.pay";
    private static final String SHIP = "worker.ship";
    private static final String PORT = "worker.port";

    private final Suite suite = new Suite(List.of("pay", "ship", "port", "nobodys"));
    private final Map<String, Job> jobs = new ConcurrentHashMap<>();
    private Claims.Claim claim = new Claims.Claim("", 0, 0);
    private String token = "";

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
        suite.flows.save(
                "company.ship",
                "other",
                """
                tasks:
                  - id: fetch
                    type: io.kestra.plugin.core.http.Request
                    uri: http://example.com
                    workerGroup: {key: ship}
                """);
        suite.start(
                "--millrace.worker-groups.pay.tenants=main",
                "--millrace.worker-groups.pay.namespaces=company.pay",
                "--millrace.worker-groups.ship.tenants=main",
                "--millrace.worker-groups.ship.namespaces=company.ship",
                "--millrace.worker-groups.port.tenants=main",
                "--millrace.worker-groups.port.namespaces=company.ship");
        var broker = suite.broker();
        for (var group : List.of("pay", "ship", "port")) {
            broker.declare(broker.topology().jobs(group, "main"));
            broker.consume(
                    broker.topology().jobQueue(group, "main"),
                    10,
                    delivery -> jobs.put(group, delivery.as(Job.class)));
        }
        suite.post("executions/company.ship/ship");
        var job = await().until(() -> jobs.get("ship"), found -> found != null);
        claim = new Claims.Claim(job.executionId(), job.taskRun(), job.dispatch());
        token = job.token();
    }

    @AfterAll
    void stop() {
        suite.close();
    }

    private List<Claims.Claim> granted(String key, String token) {
        var answer =
                suite.asService(
                        key,
                        "claims",
                        new Claims.Request(
                                "host-of-" + key,
                                List.of(claim),
                                Map.of(claim.executionId(), token)));
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
        assertThat(granted(PAY, token)).isEmpty();
        assertThat(granted("worker.nobodys", token)).isEmpty();
        assertThat(granted(PORT, token)).as("a group for the same namespace").isEmpty();
        assertThat(granted(SHIP, "")).as("nobody sent it the job").isEmpty();
        assertThat(granted(SHIP, tokenOf("other"))).as("the job of another execution").isEmpty();
        assertThat(granted(SHIP, token)).containsExactly(claim);
    }

    /// Of another job that was sent to the same group.
    private String tokenOf(String flow) {
        jobs.remove("ship");
        suite.post("executions/company.ship/" + flow);
        return received("ship").token();
    }

    private Job received(String group) {
        return await().until(() -> jobs.get(group), found -> found != null);
    }

    @Test
    void aWorkerThatSendsNoTokensIsToldToWait() {
        var answer =
                suite.asService(SHIP, "claims", new Claims.Request("old", List.of(claim), null));

        assertThat(answer.statusCode()).isEqualTo(503);
    }

    @Test
    void whatSaysNothingRunsOnTheGroupOfItsNamespace() {
        jobs.remove("port");
        suite.flows.groups.put("company.ship.port", "port");
        var task =
                """
                tasks:
                  - id: fetch
                    type: io.kestra.plugin.core.http.Request
                    uri: http://example.com
                """;
        suite.flows.save("company.ship.port", "silent", task);
        suite.post("executions/company.ship.port/silent");
        assertThat(received("port").flowId()).isEqualTo("silent");

        suite.flows.save("company.ship.port", "own", task + "workerGroup: {key: ship}\n");
        jobs.remove("ship");
        suite.post("executions/company.ship.port/own");
        assertThat(received("ship").flowId()).isEqualTo("own");

        jobs.remove("port");
        var looks =
                Job.ofScheduler(
                        "main",
                        "company.ship.port",
                        "silent",
                        1,
                        "0BRwdtW3PYZQvMw3nnHQZl",
                        0,
                        "looks",
                        1,
                        "io.kestra.plugin.core.http.Trigger",
                        Map.of(),
                        Map.of(),
                        null,
                        "INFO",
                        Instant.now());
        assertThat(suite.asService("scheduler", "trigger-jobs", looks).statusCode()).isEqualTo(204);
        assertThat(received("port").taskId()).isEqualTo("looks");
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
