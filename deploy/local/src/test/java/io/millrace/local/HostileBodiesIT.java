// SPDX-License-Identifier: Apache-2.0
package io.millrace.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// Queries, forms, archives, documents and templates that want more than they should.
class HostileBodiesIT extends Hostile {
    @TestFactory
    Stream<DynamicTest> queriesThatAreNoText() {
        var attacks = new ArrayList<Attack>();
        for (var path :
                List.of(
                        "/executions/search?q=%ff",
                        "/executions/search?namespace=%00",
                        "/flows/search?q=%00",
                        "/logs/search?q=%00",
                        "/logs/search?q=%c0%80",
                        "/audit?subject=%00",
                        "/audit?resource=%ed%a0%80",
                        "/kv?q=%00",
                        "/triggers/search?q=%00",
                        "/namespaces/company/secrets?q=%00",
                        "/executions/search?timeRange=PT99999999999999H",
                        "/audit?from=%2B999999999-12-31T23:59:59Z",
                        "/audit?to=yesterday",
                        "/flows/search?size=99999999999",
                        "/flows/search?sort=id:asc,x:y")) {
            attacks.add(raw(path, as(alice, SEARCH).GET(), path));
        }
        return tests(attacks);
    }

    private static Attack raw(String name, HttpRequest.Builder request, String path) {
        return new Attack(
                name,
                request.uri(URI.create(RunningSuite.server() + "/api/v1/main" + path)),
                Set.of(400, 422));
    }

    // ---- bodies and answers of other kinds

    @TestFactory
    Stream<DynamicTest> bodiesOfOtherKinds() {
        var attacks = new ArrayList<Attack>();
        for (var type :
                List.of(
                        "application/xml",
                        "text/xml",
                        "application/yaml",
                        "application/x-yaml",
                        "application/cbor",
                        "text/plain",
                        "application/x-www-form-urlencoded")) {
            attacks.add(
                    new Attack(
                            "binding as " + type,
                            as(alice, "/api/v1/main/bindings")
                                    .header("Content-Type", type)
                                    .POST(text("user: eve\nrole: admin\n")),
                            Set.of(400, 415)));
        }
        attacks.add(
                new Attack(
                        "answer in XML",
                        as(alice, SEARCH).header("Accept", "application/xml"),
                        Set.of(406)));
        return tests(attacks);
    }

    @TestFactory
    Stream<DynamicTest> formsThatAreNone() {
        var source =
                """
                id: hostile-form
                namespace: company.team
                inputs:
                  - {id: f, type: FILE, required: false}
                tasks:
                  - {id: t, type: io.kestra.plugin.core.log.Log, message: x}
                """;
        send(as(alice, "/api/v1/main/flows").header("Content-Type", YAML).POST(text(source)));
        var attacks = new ArrayList<Attack>();
        attacks.add(form("null", "application/json", "null"));
        attacks.add(form("no boundary", "multipart/form-data", "x"));
        for (var path :
                List.of(
                        "flows/import",
                        "namespaces/company.team/files?path=/x",
                        "namespaces/company.team/plugindefaults/import")) {
            attacks.add(
                    new Attack(
                            "no boundary to " + path,
                            as(alice, "/api/v1/main/" + path)
                                    .header("Content-Type", "multipart/form-data")
                                    .POST(text("x")),
                            Set.of(400)));
        }
        attacks.add(form("cut off", "multipart/form-data; boundary=b", part("f", "a.txt", "x")));
        attacks.add(
                form(
                        "header of a part that is too long",
                        "multipart/form-data; boundary=b",
                        part("f", "a".repeat(5_000), "x") + "--b--\r\n"));
        attacks.add(
                form(
                        "too many parts",
                        "multipart/form-data; boundary=b",
                        part("p", "a.txt", "x").repeat(5_000) + "--b--\r\n"));
        for (var name : List.of("..", ".", "a/..", "..\\\\..")) {
            attacks.add(
                    form(
                            "file named " + name,
                            "multipart/form-data; boundary=b",
                            part("f", name, "x") + "--b--\r\n"));
        }
        return tests(attacks);
    }

    @TestFactory
    Stream<DynamicTest> archivesThatAreNone() {
        var attacks = new ArrayList<Attack>();
        for (var content :
                List.of("", "x", "PK\u0003\u0004", "PK\u0003\u0004" + "x".repeat(1_000))) {
            for (var to :
                    List.of(
                            "flows/import fileUpload",
                            "namespaces/company.team/files fileContent")) {
                var path = to.substring(0, to.indexOf(' '));
                attacks.add(
                        new Attack(
                                "%d characters to %s".formatted(content.length(), path),
                                as(alice, "/api/v1/main/" + path + "?path=/x.zip")
                                        .header("Content-Type", "multipart/form-data; boundary=b")
                                        .POST(
                                                text(
                                                        part(
                                                                        to.substring(
                                                                                path.length() + 1),
                                                                        "x.zip",
                                                                        content)
                                                                + "--b--\r\n")),
                                Set.of(200, 400, 422)));
            }
        }
        return tests(attacks);
    }

    private Attack form(String name, String type, String body) {
        return new Attack(
                name,
                as(alice, "/api/v1/main/executions/company.team/hostile-form")
                        .header("Content-Type", type)
                        .POST(text(body)),
                Set.of(400, 413, 422));
    }

    private static String part(String name, String file, String content) {
        return "--b\r\nContent-Disposition: form-data; name=\"%s\"; filename=\"%s\"\r\n\r\n%s\r\n"
                .formatted(name, file, content);
    }

    @TestFactory
    Stream<DynamicTest> documentsThatAreTooMuch() {
        var nested = "[".repeat(100_000) + "]".repeat(100_000);
        var attacks = new ArrayList<Attack>();
        attacks.add(json("deep JSON", "/expressions/render", "{\"template\":" + nested + "}"));
        attacks.add(
                json(
                        "deep JSON objects",
                        "/expressions/render",
                        "{\"a\":".repeat(50_000) + "1" + "}".repeat(50_000)));
        attacks.add(
                json(
                        "huge number",
                        "/expressions/render",
                        "{\"template\":\"x\",\"variables\":{\"n\":1e999999999}}",
                        200,
                        400,
                        422));
        attacks.add(
                json(
                        "number of a million digits",
                        "/expressions/render",
                        "{\"template\":\"x\",\"variables\":{\"n\":"
                                + "9".repeat(1_000_000)
                                + "}}"));
        attacks.add(
                json(
                        "broken UTF-16",
                        "/expressions/render",
                        "{\"template\":\"\\ud800\",\"variables\":{}}",
                        200,
                        400,
                        422));
        attacks.add(json("text in place of an object", "/conditions/evaluate", "\"x\""));
        for (var path : List.of("/executions/pause/by-ids", "/triggers/unlock/by-triggers")) {
            attacks.add(json("null in a list, " + path, path, "[null]"));
            attacks.add(json("null in place of a list, " + path, path, "null"));
        }
        attacks.add(
                json(
                        "label without key",
                        "/executions/labels/by-ids",
                        "{\"executionsId\":[\"x\"],\"executionLabels\":[{\"a\":\"b\"}]}"));
        attacks.add(
                json(
                        "suite named U+0000",
                        "/tests/enable/by-ids",
                        "{\"ids\":[{\"namespace\":\"company\",\"id\":\"\\u0000\"}]}"));
        attacks.add(deletion("flow without namespace", "/flows/delete/by-ids", "[{\"id\":\"x\"}]"));
        attacks.add(deletion("key null", "/namespaces/company.team/kv", "{\"keys\":[null]}"));
        attacks.add(
                deletion(
                        "filter without value",
                        "/triggers/delete/by-query",
                        "{\"filters\":[{\"field\":\"q\",\"operation\":\"EQUALS\",\"value\":[]}]}"));
        attacks.add(
                yaml("list of lists of lists", "labels:\n  a: &a [x,x,x,x,x,x,x,x,x]\n" + bomb()));
        attacks.add(yaml("deep YAML", "labels: " + "[".repeat(20_000) + "]".repeat(20_000) + "\n"));
        attacks.add(
                yaml(
                        "deep YAML maps",
                        "labels: " + "{a: ".repeat(5_000) + "1" + "}".repeat(5_000) + "\n"));
        attacks.add(
                yaml(
                        "tag of a Java class",
                        "labels: !!javax.script.ScriptEngineManager [!!java.net.URLClassLoader [[!!java.net.URL [\"http://127.0.0.1:1/\"]]]]\n"));
        attacks.add(yaml("alias of itself", "labels: &a\n  self: *a\n"));
        attacks.add(yaml("key twice", "id: hostile\n"));
        attacks.add(yaml("id with a path", "labels: {}\n", "id: \"../../etc/passwd\""));
        attacks.add(yaml("id with markup", "labels: {}\n", "id: \"<script>alert(1)</script>\""));
        return tests(attacks);
    }

    private Attack deletion(String name, String path, String body) {
        return new Attack(
                name,
                as(alice, "/api/v1/main" + path)
                        .header("Content-Type", "application/json")
                        .method("DELETE", text(body)),
                Set.of(400, 422));
    }

    /// Who asks for what can't be there, however often, doesn't make it look broken to others.
    @Test
    void namesThatNothingCanHaveAreNobodyElsesTrouble() {
        for (int i = 0; i < 12; i++) {
            var none = json("names with U+0000", "/tests/run", "{\"namespace\":\"a\\u0000\"}", 200);

            assertThat(send(none.request()).statusCode()).isEqualTo(200);
        }

        var others = as(alice, "/api/v1/main/tests/run").header("Content-Type", "application/json");
        assertThat(send(others.POST(text("{\"namespace\":\"company\"}"))).statusCode())
                .isEqualTo(200);
    }

    private Attack json(String name, String path, String body, Integer... expected) {
        return new Attack(
                name,
                as(alice, "/api/v1/main" + path)
                        .header("Content-Type", "application/json")
                        .POST(text(body)),
                expected.length == 0 ? Set.of(400, 422) : Set.of(expected));
    }

    private Attack yaml(String name, String more, String... id) {
        var source =
                (id.length == 0 ? "id: hostile" : id[0])
                        + "\nnamespace: company.team\n"
                        + more
                        + "tasks:\n  - {id: t, type: io.kestra.plugin.core.log.Log, message: x}\n";
        return new Attack(
                name,
                as(alice, "/api/v1/main/flows").header("Content-Type", YAML).POST(text(source)),
                Set.of(400, 413, 422));
    }

    private static String bomb() {
        var text = new StringBuilder();
        for (char c = 'b'; c <= 'j'; c++) {
            char before = (char) (c - 1);
            text.append("  %s: &%s [%s]\n".formatted(c, c, ("*" + before + ",").repeat(9)));
        }
        return text.toString();
    }

    /// None of these is evaluated to what it wants: an error, or the text of nothing.
    @TestFactory
    Stream<DynamicTest> templatesThatWantOut() {
        return Stream.of(
                        "{{ ''.getClass() }}",
                        "{{ 'x'.class.forName('java.lang.Runtime') }}",
                        "{{ ''.class.protectionDomain.codeSource.location }}",
                        "{{ variables.getClass().getClassLoader() }}",
                        "{{ [].getClass().forName('java.lang.Runtime').getRuntime().exec('id') }}",
                        "{% include '/etc/passwd' %}",
                        "{% include 'file:///etc/passwd' %}",
                        "{% import '/etc/passwd' as p %}{{ p }}",
                        "{% extends '/etc/passwd' %}",
                        "{{ beans }}",
                        "{{ request }}",
                        "{{ read('file:///etc/passwd') }}",
                        "{{ read('/etc/passwd') }}",
                        "{{ envs }}{{ env('PATH') }}",
                        "{{ http('http://169.254.169.254/latest/meta-data') }}",
                        "{% for i in range(0, 2000000000) %}x{% endfor %}",
                        "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
                        "{{ 'x' | replace({'x': 'xxxxxxxxxx'}) | repeat(1000000000) }}")
                .map(template ->
                        DynamicTest.dynamicTest(
                                template,
                                () -> {
                                    var body =
                                            JSON.writeValueAsString(
                                                    Map.of(
                                                            "template",
                                                            template,
                                                            "variables",
                                                            Map.of("x", 1)));
                                    var answer =
                                            send(
                                                    as(alice, "/api/v1/main/expressions/render")
                                                            .header(
                                                                    "Content-Type",
                                                                    "application/json")
                                                            .POST(text(body)));

                                    assertThat(answer.statusCode())
                                            .as(answer.body())
                                            .isIn(200, 400, 422);
                                    assertThat(answer.body())
                                            .doesNotContain(
                                                    "root:x:",
                                                    "java.lang.Class",
                                                    "uid=",
                                                    "ClassLoader@",
                                                    "at io.millrace");
                                    if (answer.statusCode() == 200) {
                                        assertThat(
                                                        JSON.readTree(answer.body())
                                                                .path("result")
                                                                .asString("")
                                                                .strip())
                                                .isEmpty();
                                    }
                                }));
    }
}
