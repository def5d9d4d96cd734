// SPDX-License-Identifier: Apache-2.0
package io.millrace.flow;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.platform.access.Role;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Lists are gone through by cursors while rows come and go.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CursorsIT {
    private static final List<String> NAMES = List.of("b", "d", "f", "h", "j");

    private final HttpClient http = HttpClient.newHttpClient();
    private final RunningFlowService service;
    private final String admin;

    CursorsIT(@TempDir Path keys) throws Exception {
        service = new RunningFlowService(keys);
        admin = service.token(Role.ADMIN, "");
    }

    @AfterAll
    void stop() {
        service.close();
        http.close();
    }

    /// Makes or takes away a row of some name.
    private interface Change {
        void of(String name) throws Exception;
    }

    /// Goes through a list of `b`, `d`, `f`, `h`, `j`. When the first two were seen, one before
    /// them comes, one of them goes, one after them comes and another goes.
    private void goneThrough(String list, String key, Change make, Change remove) throws Exception {
        for (var name : NAMES) {
            make.of(name);
        }
        var found = new ArrayList<String>();
        boolean changed = false;
        for (var cursor = ""; cursor != null; ) {
            var page = get(list + "size=2" + cursor);
            page.get("results").forEach(row -> found.add(row.at(key).asString()));
            cursor =
                    page.has("nextCursor")
                            ? "&cursor=" + encoded(page.get("nextCursor").asString())
                            : null;
            if (!changed) {
                assertThat(page.get("total").asInt()).as(list).isEqualTo(NAMES.size());
                make.of("a");
                remove.of("d");
                make.of("g");
                remove.of("h");
                changed = true;
            }
        }

        assertThat(found)
                .as(list)
                .extracting(name -> name.substring(name.length() - 1))
                .containsExactly("b", "d", "f", "g", "j");
        assertThat(status("GET", list + "cursor=a,b,c,d", "")).as(list).isEqualTo(422);
        assertThat(status("GET", list + "cursor=%00", "")).as(list).isEqualTo(422);
        assertThat(status("GET", list + "cursor=a,b&sort=id:asc", "")).as(list).isEqualTo(422);
        var last = get(list + "size=2&page=3");
        assertThat(last.get("results")).as(list).hasSize(1);
        assertThat(last.has("nextCursor")).as(list).isFalse();
    }

    @Test
    void namespaces() throws Exception {
        goneThrough(
                "namespaces/search?q=walked&existing=true&",
                "/id",
                name -> send("POST", "namespaces", "{\"id\":\"walked." + name + "\"}"),
                name -> send("DELETE", "namespaces/walked." + name, ""));
    }

    @Test
    void keys() throws Exception {
        goneThrough(
                "kv?namespace=keys&",
                "/key",
                name -> send("PUT", "namespaces/keys/kv/" + name, "\"x\""),
                name -> send("DELETE", "namespaces/keys/kv/" + name, ""));
    }

    @Test
    void testSuites() throws Exception {
        goneThrough(
                "tests/search?namespace=suites&",
                "/id",
                name ->
                        send(
                                "POST",
                                "tests",
                                """
                                id: %s
                                namespace: suites
                                flowId: any
                                testCases:
                                  - id: one
                                    type: io.kestra.core.tests.flow.UnitTest
                                    assertions:
                                      - value: "{{ 1 }}"
                                        equalTo: 1
                                """
                                        .formatted(name)),
                name -> send("DELETE", "tests/suites/" + name, ""));
    }

    @Test
    void dashboards() throws Exception {
        goneThrough(
                "dashboards?q=walked&",
                "/id",
                name ->
                        send(
                                "POST",
                                "dashboards",
                                """
                                id: %s
                                title: walked %s
                                charts: []
                                """
                                        .formatted(name, name)),
                name -> send("DELETE", "dashboards/" + name, ""));
    }

    @Test
    void templates() throws Exception {
        goneThrough(
                "templates/search?namespace=drafts&",
                "/id",
                name ->
                        send(
                                "POST",
                                "templates",
                                """
                                id: %s
                                namespace: drafts
                                tasks:
                                  - id: hello
                                    type: io.kestra.plugin.core.log.Log
                                    message: hello
                                """
                                        .formatted(name)),
                name -> send("DELETE", "templates/drafts/" + name, ""));
    }

    /// Titles may have commas, which cursors have between names.
    @Test
    void blueprints() throws Exception {
        goneThrough(
                "blueprints/custom?q=walked&",
                "/title",
                name ->
                        send(
                                "POST",
                                "blueprints/flows",
                                """
                                {"title":"50%%, walked, %s","source":"id: x\\nnamespace: y\\ntasks:\\n  \
                                - id: z\\n    type: io.kestra.plugin.core.log.Log\\n    message: hello\\n"}\
                                """
                                        .formatted(name)),
                name ->
                        send(
                                "DELETE",
                                "blueprints/flows/"
                                        + get("blueprints/custom?q=" + encoded("walked, " + name))
                                                .at("/results/0/id")
                                                .asString(),
                                ""));
    }

    @Test
    void theCatalogue() throws Exception {
        var list = "blueprints/community/FLOW?";
        var all = new ArrayList<String>();
        get(list + "size=1000").get("results").forEach(b -> all.add(b.get("id").asString()));

        var found = new ArrayList<String>();
        for (var cursor = ""; cursor != null; ) {
            var page = get(list + "size=7" + cursor);
            page.get("results").forEach(b -> found.add(b.get("id").asString()));
            cursor =
                    page.has("nextCursor")
                            ? "&cursor=" + encoded(page.get("nextCursor").asString())
                            : null;
        }

        assertThat(found).hasSizeGreaterThan(7).isEqualTo(all);
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private JsonNode get(String path) throws Exception {
        return JsonMapper.shared().readTree(send("GET", path, ""));
    }

    private String send(String method, String path, String body) throws Exception {
        var answer = http.send(request(method, path, body), BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(method + " " + path + answer.body()).isBetween(200, 299);
        return answer.body();
    }

    private int status(String method, String path, String body) throws Exception {
        return http.send(request(method, path, body), BodyHandlers.discarding()).statusCode();
    }

    private HttpRequest request(String method, String path, String body) {
        return HttpRequest.newBuilder(URI.create(service.url() + "/api/v1/main/" + path))
                .header("Authorization", "Bearer " + admin)
                .header(
                        "Content-Type",
                        body.startsWith("{") ? "application/json" : "application/x-yaml")
                .method(method, BodyPublishers.ofString(body))
                .build();
    }
}
