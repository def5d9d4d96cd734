// SPDX-License-Identifier: Apache-2.0
package io.millrace.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

/// What a caller was told is so, whatever dies after that.
class WebhookCrashIT {
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final int CALLERS = 16;
    private static final int ACKNOWLEDGED = 100;
    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    @Test
    void whatWasAcknowledgedRunsAlthoughEverythingIsKilledAtOnceAfterIt() throws Exception {
        var suite = RunningSuite.process();
        save(
                suite,
                """
                id: hooked
                namespace: company.crash
                tasks:
                  - {id: say, type: io.kestra.plugin.core.log.Log, message: hello}
                triggers:
                  - {id: hook, type: io.kestra.plugin.core.trigger.Webhook, key: a-key}
                """);
        var acknowledged = ConcurrentHashMap.<String>newKeySet();
        var enough = new CountDownLatch(ACKNOWLEDGED);

        try (var callers = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < CALLERS; i++) {
                var _ =
                        callers.submit(() -> {
                            callUntilItDies(suite, acknowledged, enough);
                            return null;
                        });
            }
            assertThat(enough.await(2, TimeUnit.MINUTES)).isTrue();
            suite.kill();
        }
        suite.startAgain();

        var pending = new HashSet<>(acknowledged);
        await().atMost(Duration.ofMinutes(4))
                .untilAsserted(() -> {
                    for (var id : List.copyOf(pending)) {
                        assertThat(state(suite, id)).as(id).isEqualTo("SUCCESS");
                        pending.remove(id);
                    }
                });
    }

    private static void callUntilItDies(
            SuiteProcess suite, Set<String> acknowledged, CountDownLatch enough)
            throws InterruptedException {
        var path = "/api/v1/main/executions/webhook/company.crash/hooked/a-key";
        var call =
                HttpRequest.newBuilder(URI.create(suite.server() + path))
                        .timeout(Duration.ofMinutes(1))
                        .POST(BodyPublishers.ofString("{}"))
                        .build();
        try {
            while (true) {
                var answer = HTTP.send(call, HttpResponse.BodyHandlers.ofString());
                if (answer.statusCode() == 200) {
                    acknowledged.add(JSON.readTree(answer.body()).path("id").asString());
                    enough.countDown();
                }
            }
        } catch (IOException _) {
            // it is dead
        }
    }

    private static void save(SuiteProcess suite, String source) throws Exception {
        var answer =
                HTTP.send(
                        api(suite, "/flows")
                                .header("Content-Type", "application/x-yaml")
                                .POST(BodyPublishers.ofString(source))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    }

    private static String state(SuiteProcess suite, String id) throws Exception {
        var answer =
                HTTP.send(
                        api(suite, "/executions/" + id).build(),
                        HttpResponse.BodyHandlers.ofString());
        return JSON.readTree(answer.body()).path("state").path("current").asString();
    }

    private static HttpRequest.Builder api(SuiteProcess suite, String path) {
        return HttpRequest.newBuilder(URI.create(suite.server() + "/api/v1/main" + path))
                .header("Authorization", "Bearer " + suite.token("alice"))
                .timeout(Duration.ofMinutes(1));
    }
}
