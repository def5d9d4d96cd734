// SPDX-License-Identifier: Apache-2.0
package io.millrace.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Every operation of the API's own document, called with what no client would send, one place at a
/// time: whatever comes is told as a mistake of the caller, and nothing of the inside with it.
class HostileCallsIT {
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final long SEED = Long.getLong("millrace.test.seed", 20_261_122);
    private static final Set<String> METHODS = Set.of("get", "put", "post", "patch", "delete");
    private static final int MOST_CALLS = Integer.getInteger("millrace.test.calls", 6_000);
    private static final Pattern PLACE = Pattern.compile("\\{([^}]+)}");
    private static final Duration LONGEST =
            Duration.ofSeconds(Long.getLong("millrace.test.seconds", 50));
    private static final int AT_ONCE = 4;

    /// What is destroyed is this tenant's.
    private static final String TENANT = "hostile-calls";

    /// As they stand in an address.
    private static final List<String> WORDS =
            List.of(
                    "%00",
                    "%ED%A0%80",
                    "%FF%FE",
                    "..",
                    "..%2F..%2Fetc%2Fpasswd",
                    "%2e%2e%2f",
                    "%2F",
                    "%252F",
                    "%5C..%5C",
                    "%20",
                    "%0D%0Ax:y",
                    "%3B",
                    "a;b=c",
                    "%27%3B--",
                    "%7B%7B%201%2F0%20%7D%7D",
                    "%F0%9F%92%A5",
                    "%EF%BF%BF",
                    "-1",
                    "0",
                    "2147483648",
                    "99999999999999999999",
                    "1e400",
                    "NaN",
                    "null",
                    "undefined",
                    "%5B%5D",
                    "%2B999999999-12-31T23%3A59%3A59Z",
                    "-999999999-01-01T00%3A00%3A00Z",
                    "PT99999999999999H",
                    "P-1D",
                    "*",
                    "%25",
                    "%5B",
                    "a".repeat(3_000),
                    "a".repeat(10_000));

    private static final List<String> VALUES =
            List.of(
                    "null",
                    "true",
                    "-1",
                    "0.5",
                    "99999999999999999999",
                    "-9223372036854775808",
                    "1e400",
                    "\"\"",
                    "\"\\u0000\"",
                    "\"a\\u0000b\"",
                    "\"\\ud800\"",
                    "\"\\udc00\\ud800\"",
                    "\"\\uffff\"",
                    "\"../../etc/passwd\"",
                    "\"%2e%2e%2f%00\"",
                    "\"{{ 1/0 }}\"",
                    "\"{{ \"",
                    "\"'; --\"",
                    "\"+999999999-12-31T23:59:59Z\"",
                    "\"2024-13-45T99:99:99Z\"",
                    "\"PT99999999999999H\"",
                    "\"http://[::1\"",
                    "\"(a+)+$\"",
                    "\"[\"",
                    "[]",
                    "{}",
                    "[null]",
                    "[[[[[]]]]]",
                    "{\"\":null}",
                    "{\"\\u0000\":\"\\ud800\"}",
                    "\"" + "a".repeat(10_000) + "\"");

    private static final List<String> BODIES =
            List.of(
                    "", "null", "[]", "{}", "\"x\"", "1", "{", "[null]", "\u0000", "id: [",
                    "&a [*a]");

    private static final String FLOW =
            """
            id: calls
            namespace: company.team
            tasks:
              - id: t
                type: io.kestra.plugin.core.log.Log
                message: x
            """;

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final String alice = RunningSuite.token("alice");
    private JsonNode document = JSON.createObjectNode();
    private String execution = "";

    private record Body(String type, String text) {}

    private record Call(
            String method,
            String path,
            Map<String, String> query,
            Map<String, String> headers,
            @Nullable Body body) {

        String address() {
            return query.isEmpty()
                    ? path
                    : path
                            + "?"
                            + query.entrySet().stream()
                                    .map(e -> e.getKey() + "=" + e.getValue())
                                    .collect(Collectors.joining("&"));
        }

        @Override
        public String toString() {
            var sent = body == null ? "" : " " + body.type() + " " + clip(body.text());
            return method + " " + clip(address()) + (headers.isEmpty() ? "" : " " + headers) + sent;
        }

        private static String clip(String text) {
            return text.length() > 400 ? text.substring(0, 400) + "…" : text;
        }
    }

    @Test
    void nothingThatIsSentIsTheServersMistake() throws Exception {
        document = read();
        send(
                post(
                        "/api/v1/tenants",
                        "{\"id\":\"%s\",\"admins\":[{\"group\":\"platform-admins\"}]}"
                                .formatted(TENANT)));
        send(
                new Call(
                        "POST",
                        "/api/v1/" + TENANT + "/flows",
                        Map.of(),
                        Map.of(),
                        new Body("application/x-yaml", FLOW)));
        execution =
                JSON.readTree(
                                send(new Call(
                                                "POST",
                                                "/api/v1/"
                                                        + TENANT
                                                        + "/executions/company.team/calls",
                                                Map.of(),
                                                Map.of(),
                                                null))
                                        .begin())
                        .path("id")
                        .asString();
        var calls = calls();

        var wrong = new ConcurrentLinkedQueue<String>();
        var taken = new AtomicInteger();
        int made = make(calls, wrong, taken);

        assertThat(wrong).as("of %d calls, seed %d", made, SEED).isEmpty();
        // else nothing but addresses was looked at
        assertThat(taken).hasValueGreaterThan(made / 20);
        assertThat(made).isGreaterThan(1_000);
    }

    private JsonNode read() throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(uri("/api/openapi.json")).build();
        return JSON.readTree(http.send(request, BodyHandlers.ofString()).body());
    }

    private int make(List<Call> calls, Queue<String> wrong, AtomicInteger taken) {
        var until = Instant.now().plus(LONGEST);
        var made = new AtomicInteger();
        try (var threads = Executors.newFixedThreadPool(AT_ONCE)) {
            for (var call : calls) {
                threads.execute(() -> {
                    if (Instant.now().isBefore(until)) {
                        made.incrementAndGet();
                        var answer = send(call);
                        if (answer.status() < 300) {
                            taken.incrementAndGet();
                        }
                        answer.mistake().ifPresent(why -> wrong.add(call + "\n    -> " + why));
                    }
                });
            }
        }
        return made.get();
    }

    private record Answer(int status, String begin) {
        Optional<String> mistake() {
            boolean tells =
                    status >= 400
                            && (begin.contains("at io.millrace") || begin.contains("at java."));
            return status >= 500 || tells
                    ? Optional.of(status + " " + Call.clip(begin))
                    : Optional.empty();
        }
    }

    private Answer send(Call call) {
        var request =
                HttpRequest.newBuilder(uri(call.address()))
                        .timeout(Duration.ofSeconds(30))
                        .header("Authorization", "Bearer " + alice);
        call.headers().forEach(request::header);
        var body = call.body();
        if (body != null) {
            request.header("Content-Type", body.type());
        }
        request.method(
                call.method(),
                body == null
                        ? BodyPublishers.noBody()
                        : BodyPublishers.ofString(body.text(), StandardCharsets.UTF_8));
        try {
            var answer = http.send(request.build(), BodyHandlers.ofInputStream());
            try (InputStream in = answer.body()) {
                // a stream is open as long as what it tells of goes on
                boolean endless =
                        answer.headers()
                                .firstValue("Content-Type")
                                .orElse("")
                                .startsWith("text/event-stream");
                var begin = endless ? new byte[0] : in.readNBytes(20_000);
                return new Answer(answer.statusCode(), new String(begin, StandardCharsets.UTF_8));
            }
        } catch (IOException e) {
            return new Answer(599, e.toString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static URI uri(String address) {
        return URI.create(RunningSuite.server() + address);
    }

    private static Call post(String path, String json) {
        return new Call("POST", path, Map.of(), Map.of(), new Body("application/json", json));
    }

    // ---- what is called

    private List<Call> calls() {
        var calls = new ArrayList<Call>();
        for (var path : document.path("paths").properties()) {
            if (!path.getKey().startsWith("/api/v1/")) {
                continue;
            }
            for (var operation : path.getValue().properties()) {
                if (!METHODS.contains(operation.getKey())) {
                    continue;
                }
                var random = new Random(SEED ^ (operation.getKey() + path.getKey()).hashCode());
                of(operation.getKey(), path.getKey(), operation.getValue(), random, calls);
            }
        }
        Collections.shuffle(calls, new Random(SEED));
        // what is deleted can't be looked at
        calls.sort(Comparator.comparing(call -> call.method().equals("DELETE")));
        return calls.subList(0, Math.min(calls.size(), MOST_CALLS));
    }

    private void of(
            String method, String path, JsonNode operation, Random random, List<Call> calls) {
        var usual = new LinkedHashMap<String, String>();
        var asked = new ArrayList<String>();
        var headers = new ArrayList<String>();
        for (var name = PLACE.matcher(path); name.find(); ) {
            usual.put(name.group(1), wordFor(name.group(1)));
        }
        for (var parameter : operation.path("parameters")) {
            var name = parameter.path("name").asString();
            switch (parameter.path("in").asString()) {
                case "query" -> asked.add(name);
                case "header" -> headers.add(name);
                default -> {}
            }
        }
        var body = body(operation, random);
        var good =
                new Call(
                        method.toUpperCase(Locale.ROOT),
                        filled(path, usual),
                        Map.of(),
                        Map.of(),
                        body);
        calls.add(good);
        for (var name : usual.keySet()) {
            for (int i = 0; i < (name.equals("tenant") ? 1 : 3); i++) {
                var words = new LinkedHashMap<>(usual);
                words.put(name, any(WORDS, random));
                calls.add(new Call(good.method(), filled(path, words), Map.of(), Map.of(), body));
            }
        }
        for (var name : asked) {
            for (int i = 0; i < 2; i++) {
                calls.add(with(good, Map.of(name, any(WORDS, random)), Map.of(), body));
            }
        }
        for (var name : headers) {
            calls.add(with(good, Map.of(), Map.of(name, any(WORDS.subList(9, 30), random)), body));
        }
        calls.add(with(good, Map.of("page", "-1", "size", "99999999999"), Map.of(), body));
        if (body != null) {
            for (int i = 0; i < 6; i++) {
                calls.add(with(good, Map.of(), Map.of(), spoilt(body, random)));
            }
            for (int i = 0; i < 2; i++) {
                calls.add(
                        with(good, Map.of(), Map.of(), new Body(body.type(), any(BODIES, random))));
            }
        }
    }

    private static Call with(
            Call call,
            Map<String, String> query,
            Map<String, String> headers,
            @Nullable Body body) {
        return new Call(call.method(), call.path(), query, headers, body);
    }

    private static <T> T any(List<T> of, Random random) {
        return of.get(random.nextInt(of.size()));
    }

    private static String filled(String path, Map<String, String> words) {
        var filled = path;
        for (var word : words.entrySet()) {
            filled = filled.replace("{" + word.getKey() + "}", word.getValue());
        }
        return filled.replace("{", "%7B").replace("}", "%7D");
    }

    private String wordFor(String name) {
        return switch (name) {
            case "tenant" -> TENANT;
            case "namespace" -> "company.team";
            case "executionId" -> execution;
            default -> "calls";
        };
    }

    // ---- bodies

    private @Nullable Body body(JsonNode operation, Random random) {
        for (var content : operation.at("/requestBody/content").properties()) {
            var type = content.getKey();
            if (type.contains("yaml")) {
                return new Body("application/x-yaml", FLOW);
            }
            var some = some("", content.getValue().path("schema"), 0, random);
            if (type.startsWith("multipart/")) {
                return new Body("multipart/form-data; boundary=b", form(some));
            }
            return new Body(
                    type.contains("*") ? "application/json" : type, JSON.writeValueAsString(some));
        }
        return null;
    }

    private static String form(JsonNode of) {
        var text = new StringBuilder();
        of.properties()
                .forEach(part ->
                        text.append(
                                "--b\r\nContent-Disposition: form-data; name=\"%s\"; filename=\"x\"\r\n\r\n%s\r\n"
                                        .formatted(part.getKey(), part.getValue().toString())));
        return text + "--b--\r\n";
    }

    /// What a schema asks for, or nearly.
    private JsonNode some(String name, JsonNode schema, int depth, Random random) {
        var reference = schema.path("$ref").asString("");
        if (!reference.isEmpty()) {
            return some(name, document.at(reference.substring(1)), depth, random);
        }
        for (var choice : List.of("oneOf", "anyOf", "allOf")) {
            if (schema.path(choice) instanceof ArrayNode choices && !choices.isEmpty()) {
                return some(name, choices.get(random.nextInt(choices.size())), depth, random);
            }
        }
        if (schema.path("enum") instanceof ArrayNode choices && !choices.isEmpty()) {
            return choices.get(random.nextInt(choices.size()));
        }
        var type = schema.path("type");
        return switch (type.isArray() ? type.path(0).asString() : type.asString("object")) {
            case "string" ->
                    JSON.valueToTree(
                            switch (schema.path("format").asString("")) {
                                case "date-time" -> "2026-01-01T00:00:00Z";
                                case "date" -> "2026-01-01";
                                case "duration" -> "PT1S";
                                case "uuid" -> new UUID(0, 1).toString();
                                default -> textFor(name);
                            });
            case "integer", "number" -> JSON.valueToTree(1);
            case "boolean" -> JSON.valueToTree(random.nextBoolean());
            case "array" -> {
                var array = JSON.createArrayNode();
                if (depth < 6) {
                    array.add(some(name, schema.path("items"), depth + 1, random));
                }
                yield array;
            }
            default -> {
                var object = JSON.createObjectNode();
                if (depth < 6) {
                    schema.path("properties")
                            .properties()
                            .forEach(p ->
                                    object.set(
                                            p.getKey(),
                                            some(p.getKey(), p.getValue(), depth + 1, random)));
                    if (schema.path("additionalProperties").isObject()) {
                        object.set(
                                "calls",
                                some(name, schema.path("additionalProperties"), depth + 1, random));
                    }
                }
                yield object;
            }
        };
    }

    private static String textFor(String name) {
        if (name.equals("type")) {
            return "io.kestra.plugin.core.log.Log";
        }
        if (Set.of("source", "flow", "content").contains(name)) {
            return FLOW;
        }
        return name.contains("amespace") ? "company.team" : "calls";
    }

    /// The same but for one place.
    private static Body spoilt(Body body, Random random) {
        var value = any(VALUES, random);
        if (!body.type().endsWith("json")) {
            int at = random.nextInt(body.text().length());
            return new Body(
                    body.type(), body.text().substring(0, at) + value + body.text().substring(at));
        }
        var tree = JSON.readTree(body.text());
        var places = new ArrayList<Runnable>();
        places(tree, places);
        if (places.isEmpty()) {
            return new Body(body.type(), value);
        }
        any(places, random).run();
        return new Body(body.type(), tree.toString().replace("\"@here@\"", value));
    }

    private static void places(JsonNode tree, List<Runnable> places) {
        switch (tree) {
            case ObjectNode object ->
                    object.properties()
                            .forEach(property -> {
                                places.add(() -> object.put(property.getKey(), "@here@"));
                                places(property.getValue(), places);
                            });
            case ArrayNode array -> {
                for (int i = 0; i < array.size(); i++) {
                    int at = i;
                    places.add(() -> array.set(at, JSON.valueToTree("@here@")));
                    places(array.get(i), places);
                }
            }
            default -> {}
        }
    }
}
