// SPDX-License-Identifier: Apache-2.0
package io.millrace.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.platform.route.RouteRule;
import io.millrace.platform.route.RouteRules;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The document by which others make their clients, as the gateway of a whole suite gives it.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@SuppressWarnings("NullAway.Init") // set before all tests
class OpenApiIT {
    private static final Set<String> WITH_BODY = Set.of("post", "put", "patch");

    private JsonNode document;

    @BeforeAll
    void read() throws Exception {
        try (var http = HttpClient.newHttpClient()) {
            var answer =
                    http.send(
                            HttpRequest.newBuilder(
                                            URI.create(RunningSuite.server() + "/api/openapi.json"))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString());
            document = JsonMapper.shared().readTree(answer.body());
        }
    }

    @Test
    void everyRouteIsInIt() {
        var missing =
                RouteRules.all().rules().stream()
                        .filter(rule -> rule.pattern().startsWith("/api/v1/"))
                        // off, unless somebody measures
                        .filter(rule -> !rule.pattern().contains("/bench/"))
                        .filter(rule -> operation(rule).isMissingNode())
                        .map(rule -> rule.method() + " " + plain(rule))
                        .toList();

        assertThat(missing).isEmpty();
    }

    @Test
    void everyOperationSaysWhatItGivesAndHowItRefuses() {
        var wrong = new ArrayList<String>();
        document.path("paths")
                .properties()
                .forEach(path ->
                        path.getValue()
                                .properties()
                                .forEach(operation -> {
                                    var name = operation.getKey() + " " + path.getKey();
                                    check(name, operation.getKey(), operation.getValue(), wrong);
                                }));

        assertThat(wrong).isEmpty();
        assertThat(document.path("openapi").asString()).startsWith("3.1");
        assertThat(document.at("/components/responses/Problem/content").propertyNames())
                .containsExactly("application/problem+json");
    }

    private static void check(String name, String method, JsonNode operation, List<String> wrong) {
        var responses = operation.path("responses");
        if (!responses.at("/default/$ref").asString("").endsWith("/Problem")) {
            wrong.add(name + ": no problem");
        }
        var good = responses.propertyNames().stream().filter(s -> s.startsWith("2")).toList();
        if (good.isEmpty()) {
            wrong.add(name + ": no good answer");
        }
        for (var status : good) {
            for (var content : responses.path(status).path("content")) {
                if (!content.has("schema")) {
                    wrong.add(name + ": no schema of " + status);
                }
            }
        }
        if (WITH_BODY.contains(method) && operation.has("requestBody")) {
            for (var content : operation.at("/requestBody/content")) {
                if (!content.has("schema")) {
                    wrong.add(name + ": no schema of what is sent");
                }
            }
        }
    }

    /// As generators of clients require.
    @Test
    void everyPlaceOfAPathIsAParameter() {
        var missing = new ArrayList<String>();
        for (var path : document.path("paths").properties()) {
            for (var operation : path.getValue().properties()) {
                var declared =
                        operation.getValue().path("parameters").values().stream()
                                .filter(p -> p.path("in").asString().equals("path"))
                                .map(p -> "{" + p.path("name").asString() + "}")
                                .toList();
                var places =
                        Pattern.compile("\\{[^}]+}")
                                .matcher(path.getKey())
                                .results()
                                .map(MatchResult::group)
                                .toList();
                if (!Set.copyOf(declared).equals(Set.copyOf(places))) {
                    missing.add(operation.getKey() + " " + path.getKey() + " " + declared);
                }
            }
        }

        assertThat(missing).isEmpty();
    }

    /// Every `$ref` leads somewhere.
    @Test
    void whatIsReferredToIsThere() {
        var dangling =
                document.findValues("$ref").stream()
                        .map(ref -> ref.asString().substring(1))
                        .distinct()
                        .filter(ref -> document.at(ref).isMissingNode())
                        .toList();

        assertThat(dangling).isEmpty();
    }

    private JsonNode operation(RouteRule rule) {
        return document.path("paths")
                .path(plain(rule))
                .path(rule.method().toLowerCase(Locale.ROOT));
    }

    private static String plain(RouteRule rule) {
        return rule.pattern().replace("{*", "{").replaceAll(":[^/]*}(?=/|$)", "}");
    }
}
