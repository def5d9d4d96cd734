// SPDX-License-Identifier: Apache-2.0
package io.millrace.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// What starts executions, tells of them and follows them, through the gateway of a whole suite.
class TriggersIT {
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final String NAMESPACE = "company.triggers";
    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private static final String TOKEN = RestartableSuite.token("alice");

    // ---- following over a restart

    /// One event of a stream.
    private record Event(String id, String data) {}

    /// A client as browsers are: it takes a lost stream up again and says what it saw last.
    private static List<Event> follow(String path, List<Event> seen) throws Exception {
        await().atMost(Duration.ofMinutes(2))
                .pollInterval(Duration.ofMillis(50))
                .untilAsserted(() -> {
                    var request = api(path).header("Accept", "text/event-stream");
                    if (!seen.isEmpty()) {
                        request.header("Last-Event-ID", seen.getLast().id());
                    }
                    try {
                        var answer =
                                HTTP.send(request.build(), HttpResponse.BodyHandlers.ofLines());
                        if (answer.statusCode() == 200) {
                            read(answer, seen);
                        }
                    } catch (IOException _) {
                        // cut off, or nobody is there: tried again
                    }
                    assertThat(seen).last().returns("end", Event::id);
                });
        return seen;
    }

    private static void read(HttpResponse<java.util.stream.Stream<String>> answer, List<Event> seen)
            throws IOException {
        String id = "";
        String data = "";
        try (var lines = answer.body()) {
            for (var iterator = lines.iterator(); iterator.hasNext(); ) {
                var line = iterator.next();
                if (line.startsWith("id:")) {
                    id = line.substring(3);
                } else if (line.startsWith("data:")) {
                    data = line.substring(5);
                } else if (line.isEmpty() && !id.isEmpty()) {
                    seen.add(new Event(id, data));
                    id = "";
                    data = "";
                }
            }
        } catch (java.io.UncheckedIOException e) {
            throw e.getCause();
        }
    }

    @Test
    void whoFollowsOverARestartOfTheGatewayMissesNothingAndSeesNothingTwice() throws Exception {
        var tasks = new StringBuilder("id: followed\nnamespace: " + NAMESPACE + "\ntasks:\n");
        for (int i = 0; i < 25; i++) {
            tasks.append(
                    """
                      - {id: say%1$d, type: io.kestra.plugin.core.log.Log, message: "line %1$d"}
                      - {id: nap%1$d, type: io.kestra.plugin.core.flow.Sleep, duration: PT0.4S}
                    """
                            .formatted(i));
        }
        save(tasks.toString());
        var id = start("followed").path("id").asString();
        var states = new CopyOnWriteArrayList<Event>();
        var lines = new CopyOnWriteArrayList<Event>();
        try (var followers = Executors.newVirtualThreadPerTaskExecutor()) {
            var first = followers.submit(() -> follow("/executions/" + id + "/follow", states));
            var second = followers.submit(() -> follow("/logs/" + id + "/follow", lines));
            await().atMost(Duration.ofSeconds(60)).until(() -> lines.size() > 3);

            RestartableSuite.restart(Service.GATEWAY);

            first.get();
            second.get();
        }
        var said =
                lines.stream()
                        .filter(event -> event.id().matches("\\d.*"))
                        .map(event -> JSON.readTree(event.data()).path("message").asString())
                        .filter(message -> message.startsWith("line "))
                        .toList();
        assertThat(said)
                .as("what the stream said: %s", lines.stream().map(Event::id).toList())
                .isEqualTo(IntStream.range(0, 25).mapToObj(i -> "line " + i).toList());
        var versions =
                states.stream()
                        .filter(event -> !event.id().equals("end"))
                        .map(event -> Long.parseLong(event.id().replaceFirst("\\D+", "")))
                        .toList();
        assertThat(versions).isSorted().doesNotHaveDuplicates();
        assertThat(states).filteredOn(event -> event.id().startsWith("start")).hasSize(1);
        assertThat(states).filteredOn(event -> event.id().equals("end")).hasSize(1);
        assertThat(state(JSON.readTree(states.getLast().data()))).isEqualTo("SUCCESS");
    }

    // ---- once

    @Test
    void twoHundredPostsWithOneKeyAreOneExecution() throws Exception {
        save(flow("keyed", ""));

        var ids = new HashSet<String>();
        for (var answer :
                atOnce(
                        200,
                        _ ->
                                api("/executions/" + NAMESPACE + "/keyed")
                                        .header("Idempotency-Key", "once")
                                        .POST(HttpRequest.BodyPublishers.noBody()))) {
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            ids.add(JSON.readTree(answer.body()).path("id").asString());
        }

        assertThat(ids).hasSize(1);
        assertThat(count("keyed")).isEqualTo(1);
    }

    @Test
    void callsOfAWebhookAreOneExecutionEachAndOneForAKey() throws Exception {
        save(
                flow(
                        "hooked",
                        """
                        triggers:
                          - {id: hook, type: io.kestra.plugin.core.trigger.Webhook, key: a-key}
                        """));

        var ids = new HashSet<String>();
        for (var answer :
                atOnce(
                        300,
                        i -> {
                            var call = webhook("hooked/a-key");
                            if (i % 3 == 0) {
                                call.header("Idempotency-Key", "once");
                            }
                            return call.POST(HttpRequest.BodyPublishers.ofString("{}"));
                        })) {
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            ids.add(JSON.readTree(answer.body()).path("id").asString());
        }

        assertThat(ids).hasSize(201);
        assertThat(count("hooked")).isEqualTo(201);
    }

    // ---- what triggers ask of stores

    @Test
    void conditionsAndInputsOfTriggersReadKeysAndDefaultsReadSecrets() throws Exception {
        put("/namespaces/" + NAMESPACE + "/kv/open", "true");
        put("/namespaces/" + NAMESPACE + "/kv/region", "eu");
        var secret =
                json("/namespaces/" + NAMESPACE + "/secrets")
                        .PUT(text("{\"key\": \"TRIGGER_KEY\", \"value\": \"hunter2\"}"));
        assertThat(send(secret).statusCode()).isBetween(200, 204);
        save(
                flow(
                        "asks",
                        """
                        inputs:
                          - {id: region, type: STRING, defaults: "{{ kv('region') }}"}
                          - {id: key, type: SECRET, defaults: "{{ secret('TRIGGER_KEY') }}"}
                        outputs:
                          - {id: seen, type: STRING, value: "{{ inputs.region }} {{ inputs.key | length }}"}
                        triggers:
                          - {id: hook, type: io.kestra.plugin.core.trigger.Webhook, key: k,
                             when: "{{ kv('open') }}"}
                          - {id: tick, type: io.kestra.plugin.core.trigger.Schedule,
                             cron: "* * * * * *", withSeconds: true, stopAfter: [SUCCESS],
                             when: "{{ kv('open') }}"}
                        """));

        assertThat(send(webhook("asks/k").POST(text("{}"))).statusCode()).isEqualTo(200);

        await().atMost(Duration.ofSeconds(60)).until(() -> seen("asks", "tick").contains("eu 7"));
        await().atMost(Duration.ofSeconds(60)).until(() -> seen("asks", "hook").contains("eu 7"));
        put("/namespaces/" + NAMESPACE + "/kv/open", "false");
        assertThat(send(webhook("asks/k").POST(text("{}"))).statusCode()).isEqualTo(204);
    }

    private static List<String> seen(String flow, String trigger) throws Exception {
        var seen = new ArrayList<String>();
        for (var found :
                get("/executions/search?size=5&namespace=%s&flowId=%s".formatted(NAMESPACE, flow))
                        .path("results")) {
            if (found.path("trigger").path("id").asString().equals(trigger)) {
                var execution = get("/executions/" + found.path("id").asString());
                seen.add(execution.path("outputs").path("seen").asString());
            }
        }
        return seen;
    }

    private static void put(String path, String body) throws Exception {
        var answer = send(api(path).header("Content-Type", "text/plain").PUT(text(body)));
        assertThat(answer.statusCode()).as(answer.body()).isBetween(200, 204);
    }

    // ---- signatures, both ways

    @Test
    void aSignedCallPassesTheGatewayAndWhatIsWrongWithOneIsSaid() throws Exception {
        save(
                flow(
                        "signed",
                        """
                        triggers:
                          - id: hook
                            type: io.kestra.plugin.core.trigger.Webhook
                            key: a-key
                            signature: {secret: the signing key, tolerance: PT1M}
                        """));
        var now = Instant.now().getEpochSecond();

        assertThat(signed(now, "{}", "the signing key").statusCode()).isEqualTo(200);
        assertThat(signed(now, "{}", "the signing key").statusCode()).isEqualTo(409);
        assertThat(signed(now, "{}", "another key").statusCode()).isEqualTo(401);
        assertThat(signed(now - 120, "{}", "the signing key").statusCode()).isEqualTo(401);
        assertThat(send(webhook("signed/a-key").POST(text("{}"))).statusCode()).isEqualTo(401);
        assertThat(send(webhook("signed/a-key").POST(text("x".repeat(1_100_000)))).statusCode())
                .isEqualTo(413);
        assertThat(count("signed")).isEqualTo(1);
    }

    private static HttpResponse<String> signed(long at, String body, String key) throws Exception {
        return send(
                webhook("signed/a-key")
                        .header(
                                "X-Millrace-Signature",
                                "t=" + at + ",v1=" + hmac(key, at + "." + body))
                        .POST(text(body)));
    }

    private static String hmac(String key, String signed) throws Exception {
        var mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(key.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
        return HexFormat.of().formatHex(mac.doFinal(signed.getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void whoSubscribedIsToldOfEachEndOnceTakenAndDeadOnesCanBePutBack() throws Exception {
        var received = new CopyOnWriteArrayList<Map<String, String>>();
        var status = new AtomicInteger(410);
        var receiver = receiver(received, status);
        save(flow("told", ""));
        var secret =
                send(
                        api("/namespaces/" + NAMESPACE + "/secrets")
                                .header("Content-Type", "application/json")
                                .PUT(
                                        text(
                                                "{\"key\": \"TELL\", \"value\": \"the key of telling\"}")));
        assertThat(secret.statusCode()).as(secret.body()).isLessThan(300);
        var path = "/namespaces/" + NAMESPACE + "/subscriptions";
        var subscription =
                """
                {"id": "portal", "url": "http://127.0.0.1:%d/events", "flowId": "told",
                 "secret": "TELL", "states": ["SUCCESS", "FAILED"]}
                """
                        .formatted(receiver.getAddress().getPort());
        try {
            var created = send(json(path).POST(text(subscription)));
            assertThat(created.statusCode()).as(created.body()).isEqualTo(201);
            assertThat(send(json(path).POST(text(subscription))).statusCode()).isEqualTo(409);
            assertThat(send(json(path).POST(text("{\"url\": \"file:///etc\"}"))).statusCode())
                    .isEqualTo(422);
            var page = get(path + "?size=1");
            assertThat(page.at("/results/0/id").asString()).isEqualTo("portal");
            assertThat(get(path + "?size=1&cursor=" + page.path("nextCursor").asString()))
                    .isEqualTo(JSON.readTree("{\"results\": [], \"total\": 1}"));
            var id = start("told").path("id").asString();

            await().atMost(Duration.ofSeconds(30))
                    .untilAsserted(() ->
                            assertThat(get(path + "/portal").path("dead").asLong())
                                    .as(get(path + "/portal/deliveries").toString())
                                    .isEqualTo(1));
            status.set(204);
            assertThat(
                            JSON.readTree(
                                            send(api(path + "/portal/deliveries" + "/redeliver")
                                                            .POST(text("")))
                                                    .body())
                                    .path("count")
                                    .asInt())
                    .isEqualTo(1);
            await().atMost(Duration.ofSeconds(30))
                    .until(() ->
                            get(path + "/portal/deliveries?state=DELIVERED").path("results").size()
                                    == 1);

            assertThat(received).hasSize(2);
            var last = received.getLast();
            var event = JSON.readTree(last.get("body"));
            assertThat(event.path("type").asString()).isEqualTo("io.millrace.execution.success");
            assertThat(event.path("subject").asString()).isEqualTo(id);
            assertThat(last.get("Idempotency-key")).isEqualTo(event.path("id").asString());
            assertThat(received.getFirst().get("body")).isEqualTo(last.get("body"));
            var signature = String.valueOf(last.get("X-millrace-signature"));
            var seconds = signature.replaceFirst("t=(\\d+),.*", "$1");
            assertThat(signature)
                    .endsWith("v1=" + hmac("the key of telling", seconds + "." + last.get("body")));

            var tried = send(api(path + "/portal/test").POST(text("")));
            assertThat(tried.statusCode()).as(tried.body()).isEqualTo(202);
            await().atMost(Duration.ofSeconds(30)).until(() -> received.size() == 3);
            assertThat(JSON.readTree(received.getLast().get("body")).path("type").asString())
                    .isEqualTo("io.millrace.subscription.test");

            var stale =
                    send(
                            json(path + "/portal")
                                    .header("If-Match", "\"7\"")
                                    .PUT(text(subscription)));
            assertThat(stale.statusCode()).isEqualTo(412);
            var etag = created.headers().firstValue("ETag").orElseThrow();
            var changed =
                    send(json(path + "/portal").header("If-Match", etag).PUT(text(subscription)));
            assertThat(changed.statusCode()).as(changed.body()).isEqualTo(200);
        } finally {
            send(api(path + "/portal").DELETE());
            receiver.stop(0);
        }
        assertThat(send(api(path + "/portal").GET()).statusCode()).isEqualTo(404);
    }

    private static HttpServer receiver(List<Map<String, String>> received, AtomicInteger status)
            throws IOException {
        var server =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext(
                "/events",
                exchange -> {
                    var seen = new java.util.HashMap<String, String>();
                    exchange.getRequestHeaders()
                            .forEach((name, values) -> seen.put(name, values.getFirst()));
                    seen.put(
                            "body",
                            new String(
                                    exchange.getRequestBody().readAllBytes(),
                                    StandardCharsets.UTF_8));
                    received.add(seen);
                    exchange.sendResponseHeaders(status.get(), -1);
                    exchange.close();
                });
        server.start();
        return server;
    }

    // ---- the API

    private static String flow(String id, String more) {
        return """
        id: %s
        namespace: %s
        tasks:
          - {id: say, type: io.kestra.plugin.core.log.Log, message: hello}
        %s\
        """
                .formatted(id, NAMESPACE, more);
    }

    private interface Calls {
        HttpRequest.Builder call(int number);
    }

    private static List<HttpResponse<String>> atOnce(int count, Calls calls) throws Exception {
        var answers = new ArrayList<Future<HttpResponse<String>>>();
        try (var callers = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < count; i++) {
                var call = calls.call(i);
                answers.add(callers.submit(() -> send(call)));
            }
        }
        var all = new ArrayList<HttpResponse<String>>();
        for (var answer : answers) {
            all.add(answer.get());
        }
        return all;
    }

    private static void save(String source) throws Exception {
        var answer =
                send(api("/flows").header("Content-Type", "application/x-yaml").POST(text(source)));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    }

    private static JsonNode start(String flow) throws Exception {
        var answer = send(api("/executions/" + NAMESPACE + "/" + flow).POST(text("")));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return JSON.readTree(answer.body());
    }

    private static JsonNode get(String path) throws Exception {
        var answer = send(api(path).GET());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return JSON.readTree(answer.body());
    }

    private static long count(String flow) throws Exception {
        return get("/executions/search?size=1&namespace=%s&flowId=%s".formatted(NAMESPACE, flow))
                .path("total")
                .asLong();
    }

    private static String state(JsonNode execution) {
        return execution.path("state").path("current").asString();
    }

    private static HttpRequest.Builder webhook(String path) {
        return HttpRequest.newBuilder(
                        URI.create(
                                RestartableSuite.server()
                                        + "/api/v1/main/executions/webhook/"
                                        + NAMESPACE
                                        + "/"
                                        + path))
                .timeout(Duration.ofMinutes(1));
    }

    private static HttpRequest.Builder json(String path) {
        return api(path).header("Content-Type", "application/json");
    }

    private static HttpRequest.Builder api(String path) {
        return HttpRequest.newBuilder(URI.create(RestartableSuite.server() + "/api/v1/main" + path))
                .header("Authorization", "Bearer " + TOKEN);
    }

    private static HttpRequest.BodyPublisher text(String body) {
        return HttpRequest.BodyPublishers.ofString(body);
    }

    private static HttpResponse<String> send(HttpRequest.Builder request)
            throws IOException, InterruptedException {
        return HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }
}
