// SPDX-License-Identifier: Apache-2.0
package io.millrace.scheduler.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.millrace.contracts.Codec;
import io.millrace.contracts.FeedEvent;
import io.millrace.contracts.FlowChanged;
import io.millrace.contracts.LaneEvent;
import io.millrace.contracts.Starts;
import io.millrace.platform.ServiceLauncher;
import io.millrace.platform.access.Caller;
import io.millrace.platform.broker.Broker;
import io.millrace.platform.broker.OutgoingMessage;
import io.millrace.platform.broker.UnroutableException;
import io.millrace.platform.identity.IdentityKeys;
import io.millrace.platform.identity.TokenSigner;
import io.millrace.scheduler.SchedulerServiceApplication;
import io.millrace.test.TestBroker;
import io.millrace.test.TestDatabase;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.context.ConfigurableApplicationContext;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The service with its database and broker; what it asks of other services is answered here.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class WebhookIT {
    private static final Instant NOON = Instant.parse("2024-05-15T12:00:00Z");
    private static final String TYPE = "io.kestra.plugin.core.trigger.Webhook";

    private final TestDatabase database = TestDatabase.create();
    private final TestBroker broker = TestBroker.create();
    private final HttpClient http = HttpClient.newHttpClient();
    private final JsonMapper json = new JsonMapper();
    private final Map<String, String> flows = new ConcurrentHashMap<>();
    private final Map<String, LaneEvent.ExecutionRequested> started = new ConcurrentHashMap<>();
    private final Map<String, String> traces = new ConcurrentHashMap<>();
    private final Map<String, String> stored = new ConcurrentHashMap<>();
    private final AtomicInteger awaitAway = new AtomicInteger();
    private final List<Integer> batches = new CopyOnWriteArrayList<>();
    private final Path keys;
    private final HttpServer others;
    private final Map<String, String> overrides;
    private final ConfigurableApplicationContext service;
    private final String base;

    WebhookIT(@TempDir Path keys) throws Exception {
        this.keys = keys;
        IdentityKeys.generate(keys);
        try (var connection = database.connect();
                var statement = connection.createStatement()) {
            statement.execute("create schema scheduler");
        }
        others = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        others.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        others.createContext("/internal/flows/", this::flows);
        others.createContext("/internal/executions", this::executions);
        others.createContext("/internal/webhook-keys/", this::secrets);
        others.createContext("/internal/expressions/functions", this::functions);
        others.start();
        var url = "http://127.0.0.1:" + others.getAddress().getPort();
        var overrides = new HashMap<String, String>();
        overrides.putAll(database.properties());
        overrides.putAll(broker.properties());
        overrides.putAll(IdentityKeys.properties(keys, "scheduler"));
        overrides.put("server.port", "0");
        for (var other : List.of("flow", "execution", "secrets")) {
            overrides.put("millrace.services." + other + ".url", url);
        }
        overrides.put("millrace.webhooks.max-body", "10KB");
        this.overrides = overrides;
        service = start();
        base =
                "http://127.0.0.1:"
                        + service.getEnvironment().getProperty("local.server.port")
                        + "/api/v1/main/executions/webhook/company/";
    }

    private ConfigurableApplicationContext start() {
        return ServiceLauncher.run(
                SchedulerServiceApplication.class, "scheduler-service", overrides);
    }

    @BeforeEach
    void forget() {
        started.clear();
        stored.clear();
        batches.clear();
    }

    @AfterAll
    void stop() {
        service.close();
        others.stop(0);
        broker.close();
        database.close();
    }

    // ---- the other services

    private void flows(HttpExchange exchange) throws IOException {
        var path = exchange.getRequestURI().getPath();
        if (path.endsWith("/changes")) {
            var changes =
                    flows.keySet().stream()
                            .map(id ->
                                    Map.of(
                                            "tenant",
                                            "main",
                                            "namespace",
                                            "company",
                                            "id",
                                            id,
                                            "revision",
                                            1,
                                            "deleted",
                                            false,
                                            "at",
                                            "2024-05-15T12:00:00Z"))
                            .toList();
            answer(exchange, Map.of("changes", changes, "next", "5", "more", false));
        } else {
            var source = Objects.requireNonNull(flows.get(path.split("/")[5]));
            answer(exchange, Map.of("source", source));
        }
    }

    private void executions(HttpExchange exchange) throws IOException {
        var path = exchange.getRequestURI().getPath().split("/");
        if (exchange.getRequestMethod().equals("POST")) {
            var starts =
                    Codec.decode(exchange.getRequestBody().readAllBytes(), Starts.Request.class)
                            .starts();
            batches.add(starts.size());
            starts.forEach(start -> {
                started.put(start.executionId(), start.request());
                traces.put(start.executionId(), String.valueOf(start.traceparent()));
            });
            answer(exchange, starts.stream().map(WebhookIT::result).toList());
        } else if (exchange.getRequestMethod().equals("PUT")) {
            var uri =
                    "kestra:///%s/%s?%s"
                            .formatted(path[4], path[6], exchange.getRequestURI().getQuery());
            stored.put(
                    uri,
                    new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
            answer(exchange, Map.of("uri", uri));
        } else if (awaitAway.getAndDecrement() > 0) {
            exchange.sendResponseHeaders(503, -1);
            exchange.close();
        } else {
            answer(
                    exchange,
                    Map.of(
                            "id", path[4],
                            "state", Map.of("current", "SUCCESS"),
                            "outputs", Map.of("answer", "fine")));
        }
    }

    private static Map<String, Object> result(Starts.Start start) {
        var body = Objects.requireNonNull(start.request().trigger()).variables().get("body");
        return switch (String.valueOf(body)) {
            case "refused" -> Map.of("status", 422, "problem", "The flow is disabled");
            case "busy" -> Map.of("status", 429, "problem", "Too many requests wait");
            default ->
                    Map.of(
                            "status",
                            200,
                            "execution",
                            Map.of(
                                    "id",
                                    start.executionId(),
                                    "state",
                                    Map.of("current", "RUNNING")));
        };
    }

    private void secrets(HttpExchange exchange) throws IOException {
        var asked = json.readTree(exchange.getRequestBody().readAllBytes());
        var text = new StringBuilder();
        for (JsonNode piece : asked.get("pieces")) {
            text.append(
                    piece.hasNonNull("secret")
                            ? "value-of-" + piece.get("secret").asString()
                            : piece.get("text").asString());
        }
        var expected =
                asked.hasNonNull("signed")
                        ? hmac(text.toString(), asked.get("signed").binaryValue())
                        : text.toString();
        answer(exchange, Map.of("matches", expected.equals(asked.get("candidate").asString())));
    }

    /// The key `away` can't be read now, others are what they are called, but for `nothing`.
    private void functions(HttpExchange exchange) throws IOException {
        var asked = json.readTree(exchange.getRequestBody().readAllBytes());
        var key = asked.get("arguments").get("key").asString();
        if (key.equals("malformed") || key.equals("busy")) {
            exchange.sendResponseHeaders(key.equals("malformed") ? 400 : 429, -1);
            exchange.close();
            return;
        }
        var answer =
                switch (key) {
                    case "away" -> Map.of("outcome", "AWAY", "message", "The store is away");
                    case "nothing" -> Map.of("outcome", "MISSING", "message", "There is no key");
                    default -> Map.of("outcome", "VALUE", "value", Map.of("said", key));
                };
        answer(exchange, answer);
    }

    private void answer(HttpExchange exchange, Object body) throws IOException {
        var bytes = json.writeValueAsBytes(body);
        exchange.getResponseHeaders().add("Content-Type", "application/json");
        exchange.sendResponseHeaders(200, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    private static String hmac(String key, byte[] signed) {
        try {
            var mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
            return HexFormat.of().formatHex(mac.doFinal(signed));
        } catch (java.security.GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /// Saved a moment ago: no message about it has come yet.
    private void saved(String id, String trigger) {
        flows.put(
                id,
                """
                id: %s
                namespace: company
                labels: {team: data}
                inputs:
                  - {id: n, type: INT, required: false}
                tasks:
                  - {id: log, type: io.kestra.plugin.core.log.Log, message: hello}
                triggers:
                  - {id: hook, type: %s, %s}
                """
                        .formatted(id, TYPE, trigger));
    }

    private HttpResponse<String> call(
            String method, String path, @Nullable String body, String... headers) throws Exception {
        var signer =
                new TokenSigner(
                        IdentityKeys.keyFile(keys, "gateway"),
                        Duration.ofMinutes(1),
                        Clock.systemUTC());
        var anonymous = new Caller("main", "anonymous", List.of());
        var request =
                HttpRequest.newBuilder(URI.create(base + path))
                        .method(
                                method,
                                body == null
                                        ? HttpRequest.BodyPublishers.noBody()
                                        : HttpRequest.BodyPublishers.ofString(body))
                        .header(
                                "Authorization",
                                "Bearer " + signer.forCaller(anonymous, Duration.ofMinutes(1)));
        for (int i = 0; i < headers.length; i += 2) {
            request.header(headers[i], headers[i + 1]);
        }
        return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private Map<String, @Nullable Object> variables() {
        assertThat(started).hasSize(1);
        return Objects.requireNonNull(started.values().iterator().next().trigger()).variables();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            nullValues = "none",
            value = {
                "POST | {\"a\":1} | {a=1}",
                "PUT | [{\"b\":true}] | [{b=true}]",
                "POST | bla | bla",
                "POST | {\\\"a\\\":1} | {\\\"a\\\":1}",
                "GET | none | null",
            })
    void aCallStartsAnExecutionWithWhatItBrought(String method, @Nullable String body, String seen)
            throws Exception {
        saved("plain", "key: a-secret-key");

        var answer =
                call(
                        method,
                        "plain/a-secret-key?name=john&age=12&age=13",
                        body,
                        "X-A",
                        "b",
                        "X-Forwarded-Host",
                        "millrace.test");

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(json.readTree(answer.body()).get("id").asString())
                .isEqualTo(started.keySet().iterator().next());
        assertThat(String.valueOf(variables().get("body"))).isEqualTo(seen);
        assertThat(variables().get("parameters"))
                .isEqualTo(Map.of("name", List.of("john"), "age", List.of("12", "13")));
        assertThat(String.valueOf(variables().get("headers")))
                .containsIgnoringCase("x-a=[b]")
                .containsPattern("(?i)[{ ]host=\\[millrace.test]")
                .doesNotContainIgnoringCase("authorization");
    }

    @Test
    void expressionsOfAWebhookAskStores() throws Exception {
        saved(
                "asks",
                """
                key: k, when: "{{ kv(trigger.body.open).said == 'yes' }}",
                     inputs: {n: "{{ kv(trigger.body.n).said }}"}, labels: {k: "{{ kv('l').said }}"}\
                """);

        assertThat(call("POST", "asks/k", "{\"open\":\"yes\",\"n\":\"7\"}").statusCode())
                .isEqualTo(200);
        assertThat(call("POST", "asks/k", "{\"open\":\"no\",\"n\":\"7\"}").statusCode())
                .isEqualTo(204);
        var missing = call("POST", "asks/k", "{\"open\":\"yes\",\"n\":\"nothing\"}");
        assertThat(missing.statusCode()).isEqualTo(422);
        assertThat(missing.body()).contains("There is no key");
        var refused = call("POST", "asks/k", "{\"open\":\"yes\",\"n\":\"malformed\"}");
        assertThat(refused.statusCode()).isEqualTo(422);
        assertThat(refused.body()).contains("The question of 'kv' can't be asked: 400");
        assertThat(call("POST", "asks/k", "{\"open\":\"yes\",\"n\":\"busy\"}").statusCode())
                .isEqualTo(503);
        assertThat(call("POST", "asks/k", "{\"open\":\"away\",\"n\":\"7\"}").statusCode())
                .isEqualTo(503);
        assertThat(call("POST", "asks/k", "{\"open\":\"yes\",\"n\":\"away\"}").statusCode())
                .isEqualTo(503);

        assertThat(started).hasSize(1);
        var request = started.values().iterator().next();
        assertThat(request.inputs()).isEqualTo(Map.of("n", 7));
        assertThat(request.labels()).containsExactly(new LaneEvent.Label("k", "l"));
    }

    @Test
    void filesOfAFormAreStoredWithTheExecution() throws Exception {
        saved("upload", "key: k, fetchType: NONE");
        var form =
                "--b\r\nContent-Disposition: form-data; name=\"note\"\r\n\r\nfine\r\n"
                        + "--b\r\nContent-Disposition: form-data; name=\"photo\";"
                        + " filename=\"a b.jpg\"\r\nContent-Type: image/jpeg\r\n\r\nbytes\r\n"
                        + "--b--\r\n";

        var answer =
                call("POST", "upload/k", form, "Content-Type", "multipart/form-data; boundary=b");

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        var id = started.keySet().iterator().next();
        var uri = "kestra:///" + id + "/0?namespace=company&flowId=upload&name=a b.jpg";
        assertThat(stored).isEqualTo(Map.of(uri, "bytes"));
        assertThat(variables().get("formFields")).isEqualTo(Map.of("note", List.of("fine")));
        assertThat(variables().get("parts"))
                .isEqualTo(
                        List.of(
                                Map.of(
                                        "name", "photo",
                                        "filename", "a b.jpg",
                                        "contentType", "image/jpeg",
                                        "size", 5,
                                        "uri", uri)));
        assertThat(variables()).doesNotContainKey("body");
    }

    @ParameterizedTest
    @CsvSource({"STORE,1,true", "NONE,0,false", "FETCH,0,false"})
    void theFlowSaysWhatBecomesOfTheBody(String fetchType, int files, boolean uri)
            throws Exception {
        var flow = "fetch-" + fetchType.toLowerCase(Locale.ROOT);
        saved(flow, "key: k, fetchType: " + fetchType);

        var answer = call("POST", flow + "/k", "abc");

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(stored.values()).hasSize(files).allMatch("abc"::equals);
        assertThat(variables().containsKey("uri")).isEqualTo(uri);
        assertThat(variables().containsKey("body")).isEqualTo(fetchType.equals("FETCH"));
    }

    @Test
    void whoseConditionsDoNotHoldStoresNothing() throws Exception {
        saved(
                "unmet",
                "key: k, fetchType: STORE, when: \"{{ trigger.parameters.go[0] == 'yes' }}\"");

        var unmet = call("POST", "unmet/k?go=no", "abc");

        assertThat(unmet.statusCode()).isEqualTo(204);
        assertThat(stored).isEmpty();
    }

    @Test
    void whoDoesNotKnowTheKeyLearnsNothing() throws Exception {
        saved("plain", "key: a-secret-key");

        var wrongKey = call("POST", "plain/another", "{}");
        var noFlow = call("POST", "nowhere/another", "{}");

        assertThat(wrongKey.statusCode()).isEqualTo(404);
        assertThat(noFlow.statusCode()).isEqualTo(404);
        assertThat(wrongKey.body().replace("plain", "nowhere")).contains("Flow not found");
        assertThat(started).isEmpty();
    }

    @Test
    void aKeyMayBeASecret() throws Exception {
        saved("secret", "key: \"{{ secret('KEY') }}-1\"");

        assertThat(call("GET", "secret/value-of-KEY-1", null).statusCode()).isEqualTo(200);
        assertThat(call("GET", "secret/value-of-KEY", null).statusCode()).isEqualTo(404);
    }

    @Test
    void conditionsInputsAndTheEndAreSeenTo() throws Exception {
        saved(
                "rich",
                "key: k, when: \"{{ trigger.body.go }}\", inputs: {n: \"{{ trigger.body.n }}\"},"
                        + " wait: true, returnOutputs: true, responseContentType: text/plain,"
                        + " responseCode: 202");

        var unmet = call("POST", "rich/k", "{\"go\": false, \"n\": 1}");
        var invalid = call("POST", "rich/k", "{\"go\": true, \"n\": \"x\"}");
        assertThat(started).isEmpty();
        var met = call("POST", "rich/k", "{\"go\": true, \"n\": 7}");

        assertThat(unmet.statusCode()).isEqualTo(204);
        assertThat(invalid.statusCode()).isEqualTo(422);
        assertThat(met.statusCode()).isEqualTo(202);
        assertThat(met.body()).isEqualTo("fine");
        assertThat(started.values().iterator().next().inputs()).isEqualTo(Map.of("n", 7));
    }

    @Test
    void aBodyThatIsTooBigIsRefused() throws Exception {
        saved("plain", "key: a-secret-key");

        assertThat(call("POST", "plain/a-secret-key", "x".repeat(20_000)).statusCode())
                .isEqualTo(413);
    }

    @Test
    void aSignedRequestIsTakenOnceAndInTime() throws Exception {
        saved(
                "signed",
                "key: k, signature: {secret: [\"{{ secret('OLD') }}\", \"{{ secret('NEW') }}\"]}");
        var now = Instant.now().getEpochSecond();
        var body = "{\"a\":1}";

        assertThat(call("POST", "signed/k", body).statusCode()).isEqualTo(401);
        assertThat(signed(now, "other", body, body).statusCode()).isEqualTo(401);
        assertThat(signed(now, "value-of-NEW", body, "{\"a\":2}").statusCode()).isEqualTo(401);
        assertThat(signed(now - 600, "value-of-NEW", body, body).statusCode()).isEqualTo(401);
        assertThat(signed(now + 600, "value-of-NEW", body, body).statusCode()).isEqualTo(401);
        assertThat(started).isEmpty();
        assertThat(signed(now, "value-of-NEW", body, body).statusCode()).isEqualTo(200);
        assertThat(signed(now, "value-of-NEW", body, body).statusCode()).isEqualTo(409);
        assertThat(signed(now, "value-of-OLD", body, body).statusCode()).isEqualTo(200);
        assertThat(started).hasSize(2);
    }

    private HttpResponse<String> signed(long at, String secret, String signed, String sent)
            throws Exception {
        var hex = hmac(secret, (at + "." + signed).getBytes(StandardCharsets.UTF_8));
        return call("POST", "signed/k", sent, "X-Millrace-Signature", "t=" + at + ",v1=" + hex);
    }

    @Test
    void whatGitHubSignsAndTheTokenThatGitLabSendsAreChecked() throws Exception {
        saved("github", "key: k, signature: {scheme: GITHUB, secret: \"{{ secret('S') }}\"}");
        saved("gitlab", "key: k, signature: {scheme: GITLAB, secret: \"{{ secret('S') }}\"}");
        var body = "{\"ref\": \"refs/heads/main\"}";
        var right = hmac("value-of-S", body.getBytes(StandardCharsets.UTF_8));
        var wrong = hmac("other", body.getBytes(StandardCharsets.UTF_8));

        for (var refused :
                List.of(
                        call("POST", "github/k", body),
                        call("POST", "github/k", body, "X-Hub-Signature-256", "sha256=" + wrong),
                        call("POST", "github/k", "{}", "X-Hub-Signature-256", "sha256=" + right),
                        call("POST", "gitlab/k", body),
                        call("POST", "gitlab/k", body, "X-Gitlab-Token", "value-of-s"))) {
            assertThat(refused.statusCode()).isEqualTo(401);
        }
        assertThat(started).isEmpty();
        for (var taken :
                List.of(
                        call("POST", "github/k", body, "X-Hub-Signature-256", "sha256=" + right),
                        call("POST", "gitlab/k", body, "X-Gitlab-Token", "value-of-S"))) {
            assertThat(taken.statusCode()).isEqualTo(200);
        }
        assertThat(started).hasSize(2);
        // who may see an execution may not call the webhook
        assertThat(started.values().toString()).doesNotContain("value-of-S");
    }

    @Test
    void whoWaitsForAnExecutionWaitsOnWhileItCannotBeAskedFor() throws Exception {
        saved("waits", "key: k, wait: true");
        awaitAway.set(4);

        var answer = call("POST", "waits/k", "{}");

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(json.readTree(answer.body()).get("state").get("current").asString())
                .isEqualTo("SUCCESS");
        assertThat(awaitAway).hasNonPositiveValue();
    }

    @Test
    void oneKeyOfIdempotencyIsOneExecution() throws Exception {
        saved("plain", "key: a-secret-key");

        var first = call("POST", "plain/a-secret-key", "{}", "Idempotency-Key", "one");
        var again = call("POST", "plain/a-secret-key", "{}", "Idempotency-Key", "one");
        var other = call("POST", "plain/a-secret-key", "{\"a\":1}", "Idempotency-Key", "one");

        assertThat(first.statusCode()).isEqualTo(200);
        assertThat(again.body()).isEqualTo(first.body());
        assertThat(other.statusCode()).isEqualTo(422);
        assertThat(started).hasSize(1);
    }

    @Test
    void aCallsTraceGoesWithItsExecution() throws Exception {
        saved("plain", "key: a-secret-key");
        var trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

        var answer = call("POST", "plain/a-secret-key", "{}", "traceparent", trace);

        assertThat(traces).containsEntry(json.readTree(answer.body()).get("id").asString(), trace);
    }

    @Test
    void callsOfTheSameMomentShareARequestAndEachHasItsOwnAnswer() throws Exception {
        saved("plain", "key: a-secret-key");
        call("POST", "plain/a-secret-key", "{}");
        forget();
        var answers = new ArrayList<Future<HttpResponse<String>>>();

        try (var callers = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 200; i++) {
                var body = i == 50 ? "refused" : i == 51 ? "busy" : "call " + i;
                answers.add(callers.submit(() -> call("POST", "plain/a-secret-key", body)));
            }
        }

        var statuses = new TreeMap<Integer, Integer>();
        var ids = new HashSet<String>();
        for (var answer : answers) {
            statuses.merge(answer.get().statusCode(), 1, Integer::sum);
            if (answer.get().statusCode() == 200) {
                ids.add(json.readTree(answer.get().body()).get("id").asString());
            }
        }
        assertThat(statuses).isEqualTo(Map.of(200, 198, 422, 1, 429, 1));
        assertThat(ids).hasSize(198);
        assertThat(started.keySet()).containsAll(ids);
        assertThat(batches.stream().mapToInt(size -> size).sum()).isEqualTo(200);
        assertThat(batches).hasSizeLessThan(150);
    }

    @Test
    void statesThatTriggersWaitForAreHeardAfterTheBrokerLostItsDisk() throws Exception {
        var topology = service.getBean(Broker.class).topology();
        var source =
                """
                id: hears
                namespace: company
                tasks:
                  - {id: log, type: io.kestra.plugin.core.log.Log, message: hello}
                triggers:
                  - id: after
                    type: io.kestra.plugin.core.trigger.Flow
                    states: [KILLING]
                    conditions:
                      - {type: io.kestra.plugin.core.condition.ExecutionFlow, namespace: company, flowId: a}
                """;
        flows.put("hears", source);
        var key = "main.company.KILLING";
        var nothing = new FeedEvent("main", "company", "KILLING", List.of());
        var message =
                new OutgoingMessage(
                        topology.feedExchange(), key, Codec.encode(nothing), true, true);
        var publisher = service.getBean(Broker.class).publisher();
        publisher.publish(
                OutgoingMessage.durable(
                        topology.flowsExchange(),
                        "main.company.saved",
                        new FlowChanged(
                                "e1", "main", "company", "hears", "saved", 1, source, NOON)));
        await().ignoreExceptionsInstanceOf(UnroutableException.class)
                .until(() -> {
                    publisher.publish(List.of(message));
                    return true;
                });
        try (var connection = broker.connect();
                var channel = connection.createChannel()) {
            var hears = topology.schedulerHears("KILLING");
            channel.queueUnbind(hears.queue(), hears.exchange(), hears.routingKey());
        }
        assertThatThrownBy(() -> publisher.publish(List.of(message)))
                .isInstanceOf(UnroutableException.class);

        try (var _ = start()) {
            publisher.publish(List.of(message));
        }
    }
}
