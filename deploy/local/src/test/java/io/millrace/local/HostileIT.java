// SPDX-License-Identifier: Apache-2.0
package io.millrace.local;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpServer;
import io.millrace.platform.route.RouteRules;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// What an attacker would send. Each is refused as it should be, says nothing about the inside, and
/// leaves nothing behind.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HostileIT {
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final String YAML = "application/x-yaml";
    private static final String SEARCH = "/api/v1/main/flows/search";
    private static final String OTHERS_SECRET = "flow-of-the-other-tenant";

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private String alice = "";
    private String bob = "";
    private String dave = "";
    private String othersExecution = "";

    private record Attack(String name, HttpRequest.Builder request, Set<Integer> expected) {}

    @BeforeAll
    void prepare() {
        alice = RunningSuite.token("alice");
        bob = RunningSuite.token("bob");
        dave = RunningSuite.token("dave");
        var flow =
                """
                id: %s
                namespace: company.others
                tasks:
                  - {id: t, type: io.kestra.plugin.core.log.Log, message: x}
                """
                        .formatted(OTHERS_SECRET);
        json(send(as(dave, "/api/v1/other/flows").header("Content-Type", YAML).POST(text(flow))));
        othersExecution =
                json(send(
                                as(
                                                dave,
                                                "/api/v1/other/executions/company.others/"
                                                        + OTHERS_SECRET
                                                        + "?wait=true")
                                        .POST(text(""))))
                        .path("id")
                        .asString();
    }

    private Stream<DynamicTest> tests(List<Attack> attacks) {
        return attacks.stream().map(a -> DynamicTest.dynamicTest(a.name(), () -> check(a)));
    }

    private void check(Attack attack) {
        var answer = send(attack.request());

        assertThat(attack.expected()).as(answer.body()).contains(answer.statusCode());
        assertThat(answer.body()).doesNotContain("at io.millrace", "at java.", "Exception");
        if (!answer.uri().getPath().contains(OTHERS_SECRET)) {
            assertThat(answer.body()).doesNotContain(OTHERS_SECRET);
        }
        if (answer.statusCode() >= 400) {
            assertThat(answer.headers().firstValue("Content-Type").orElse(""))
                    .startsWith("application/problem+json");
        }
        assertThat(answer.headers().firstValue("X-Content-Type-Options")).contains("nosniff");
        assertThat(answer.headers().firstValue("Access-Control-Allow-Origin")).isEmpty();
    }

    // ---- tokens

    @TestFactory
    Stream<DynamicTest> tokensThatAreNone() throws Exception {
        var parts = alice.split("\\.", -1);
        var jwks =
                JWKSet.parse(
                        send(HttpRequest.newBuilder(uri("/dev-issuer/oauth2/jwks")).GET()).body());
        var real = (RSAKey) jwks.getKeys().getFirst();
        var own = new RSAKeyGenerator(2048).keyID(real.getKeyID()).generate();
        var claims = SignedJWT.parse(alice).getJWTClaimsSet();
        var attacks = new ArrayList<Attack>();
        attacks.add(token("none at all", ""));
        attacks.add(token("nothing", "nothing"));
        attacks.add(token("unsigned", encoded("{\"alg\":\"none\"}") + "." + parts[1] + "."));
        attacks.add(
                token(
                        "unsigned, in capitals",
                        encoded("{\"alg\":\"NONE\"}") + "." + parts[1] + "."));
        attacks.add(token("no signature", parts[0] + "." + parts[1] + "."));
        attacks.add(token("no dot at the end", parts[0] + "." + parts[1]));
        attacks.add(
                token(
                        "other payload",
                        parts[0] + "." + encoded("{\"sub\":\"root\"}") + "." + parts[2]));
        attacks.add(
                token(
                        "other signature",
                        parts[0] + "." + parts[1] + "." + encoded("x".repeat(256))));
        attacks.add(token("public key as password", hmac(real, claims)));
        attacks.add(
                token("own key under the real name", signed(own, claims, header(real.getKeyID()))));
        attacks.add(token("unknown key", signed(own, claims, header("other"))));
        attacks.add(
                token(
                        "key in the header",
                        signed(
                                own,
                                claims,
                                new JWSHeader.Builder(JWSAlgorithm.RS256)
                                        .keyID("mine")
                                        .jwk(own.toPublicJWK())
                                        .build())));
        attacks.add(
                token(
                        "key's address in the header",
                        signed(
                                own,
                                claims,
                                new JWSHeader.Builder(JWSAlgorithm.RS256)
                                        .keyID("mine")
                                        .jwkURL(URI.create("http://127.0.0.1:1/keys"))
                                        .x509CertURL(URI.create("http://127.0.0.1:1/cert"))
                                        .build())));
        attacks.add(token("path as key id", signed(own, claims, header("../../../../dev/null"))));
        attacks.add(token("SQL as key id", signed(own, claims, header("' or '1'='1"))));
        attacks.add(
                token(
                        "key of another issuer",
                        signed(
                                own,
                                new JWTClaimsSet.Builder(claims).issuer("https://eve.test").build(),
                                header("k"))));
        attacks.add(token("very long", alice + "A".repeat(9000)));
        attacks.add(
                token(
                        "API token that was never made",
                        "mlr_" + "a".repeat(16) + "_" + "b".repeat(43)));
        attacks.add(token("cut API token", "mlr_" + "a".repeat(16)));
        attacks.add(token("SQL as API token", "mlr_' or 1=1 --xxxxx_" + "b".repeat(43)));
        attacks.add(
                new Attack(
                        "password of a user",
                        HttpRequest.newBuilder(uri(SEARCH))
                                .header("Authorization", "Basic " + encoded("alice:alice")),
                        Set.of(401)));
        attacks.add(
                new Attack(
                        "token in the query",
                        HttpRequest.newBuilder(uri(SEARCH + "?access_token=" + alice)),
                        Set.of(401)));
        attacks.add(
                new Attack(
                        "token in a cookie",
                        HttpRequest.newBuilder(uri(SEARCH))
                                .header("Cookie", "Authorization=" + alice + "; JSESSIONID=1"),
                        Set.of(401)));
        attacks.add(
                new Attack(
                        "two tokens",
                        as(alice, SEARCH).header("Authorization", "Bearer " + dave),
                        Set.of(401)));
        attacks.add(new Attack("token of another tenant", as(dave, SEARCH), Set.of(404)));
        return tests(attacks);
    }

    private static Attack token(String name, String token) {
        return new Attack(name, as(token, SEARCH).GET(), Set.of(401));
    }

    private static JWSHeader header(String keyId) {
        return new JWSHeader.Builder(JWSAlgorithm.RS256).keyID(keyId).build();
    }

    private static String signed(RSAKey key, JWTClaimsSet claims, JWSHeader header)
            throws Exception {
        var jwt = new SignedJWT(header, claims);
        jwt.sign(new RSASSASigner(key));
        return jwt.serialize();
    }

    private static String hmac(RSAKey key, JWTClaimsSet claims) throws Exception {
        var jwt =
                new SignedJWT(
                        new JWSHeader.Builder(JWSAlgorithm.HS256).keyID(key.getKeyID()).build(),
                        claims);
        jwt.sign(new MACSigner(key.toRSAPublicKey().getEncoded()));
        return jwt.serialize();
    }

    private static String encoded(String text) {
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    // ---- headers

    @TestFactory
    Stream<DynamicTest> headersGiveNothing() {
        var attacks = new ArrayList<Attack>();
        var outside = "/api/v1/other/flows/search";
        for (var header :
                Map.of(
                                "X-Tenant", "other",
                                "X-Millrace-Tenant", "other",
                                "X-Forwarded-User", "dave",
                                "X-Remote-User", "dave",
                                "X-Auth-Request-User", "dave",
                                "X-Original-URL", "/internal/claims",
                                "X-Rewrite-URL", "/internal/claims",
                                "X-Internal-Token", "yes")
                        .entrySet()) {
            attacks.add(
                    new Attack(
                            header.getKey() + " for a tenant",
                            as(alice, outside).header(header.getKey(), header.getValue()),
                            Set.of(404)));
        }
        attacks.add(
                new Attack(
                        "method in a header",
                        as(alice, "/api/v1/main/flows/company.team/none")
                                .header("X-HTTP-Method-Override", "DELETE")
                                .GET(),
                        Set.of(404)));
        attacks.add(
                new Attack(
                        "origin of elsewhere",
                        as(alice, SEARCH).header("Origin", "https://eve.test"),
                        Set.of(200)));
        attacks.add(
                new Attack(
                        "preflight of elsewhere",
                        HttpRequest.newBuilder(uri(SEARCH))
                                .header("Origin", "https://eve.test")
                                .header("Access-Control-Request-Method", "POST")
                                .method("OPTIONS", BodyPublishers.noBody()),
                        Set.of(405)));
        attacks.add(
                new Attack(
                        "TRACE",
                        as(alice, SEARCH).method("TRACE", BodyPublishers.noBody()),
                        Set.of(405)));
        attacks.add(
                new Attack(
                        "too much in a header",
                        as(alice, SEARCH).header("X-Big", "a".repeat(30_000)),
                        Set.of(431)));
        return tests(attacks);
    }

    /// Request lines that no proper client sends.
    @TestFactory
    Stream<DynamicTest> pathsThatAreNotPlain() {
        return Stream.of(
                        "/internal/claims",
                        "/internal/flows/newest",
                        "/internal/tenants/main",
                        "/api/v1/main/../../internal/claims",
                        "/api/v1/main/flows/..%2f..%2f..%2finternal/claims",
                        "/api/v1/main/flows/%2e%2e/%2e%2e/%2e%2e/internal/claims",
                        "/api/v1/main/flows/..;/..;/internal/claims",
                        "/api/v1/main/flows/search;jsessionid=1",
                        "/api/v1/main//flows/search",
                        "//internal/claims",
                        "/api/v1/main/flows/%00",
                        "/api/v1/main/flows/a%0d%0aX-Evil:1",
                        "/api/v1/main/flows/%252e%252e/x",
                        "/api/v1/main/flows/a%5cb",
                        "/api/v1/main/users/configs/configs",
                        "/api/v1/main/flows/search/configs",
                        "/actuator/env",
                        "/actuator/heapdump",
                        "/actuator/prometheus/x",
                        "/v3/api-docs",
                        "/error",
                        "http://127.0.0.1/internal/claims",
                        "/api/v1/MAIN/flows/search",
                        "/api/v1/main/executions/' or 1=1")
                .map(path ->
                        DynamicTest.dynamicTest(
                                path,
                                () -> {
                                    var answer = raw("GET " + path + " HTTP/1.1");

                                    assertThat(answer).matches("(?s)HTTP/1.1 40[04].*");
                                    assertThat(answer)
                                            .doesNotContain("X-Evil:1\r\n", "at io.millrace");
                                }));
    }

    @TestFactory
    Stream<DynamicTest> bodiesThatAreTwo() {
        return Map.of(
                        "length and chunks",
                                "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                        "two lengths", "Content-Length: 0\r\nContent-Length: 40\r\n\r\n",
                        "unknown encoding", "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n")
                .entrySet()
                .stream()
                .map(c ->
                        DynamicTest.dynamicTest(
                                c.getKey(),
                                () -> {
                                    var smuggled =
                                            "GET /internal/claims HTTP/1.1\r\nHost: x\r\n\r\n";
                                    var answer =
                                            raw(
                                                    "POST /api/v1/main/flows/validate HTTP/1.1\r\n"
                                                            + c.getValue()
                                                            + smuggled);

                                    // one answer at most, and not to what was smuggled in
                                    assertThat(answer.split("HTTP/1\\.1 ", -1))
                                            .hasSizeLessThanOrEqualTo(2);
                                    assertThat(answer)
                                            .doesNotContain("/internal/claims", "HTTP/1.1 404");
                                }));
    }

    // ---- what is of others

    @TestFactory
    Stream<DynamicTest> idsOfAnotherTenant() {
        var attacks = new ArrayList<Attack>();
        var id = othersExecution;
        for (var path :
                List.of(
                        "/executions/" + id,
                        "/executions/" + id + "/follow",
                        "/executions/" + id + "/file?path=kestra:///x",
                        "/executions/" + id + "/file/metas?path=kestra:///x",
                        "/logs/" + id + "/download",
                        "/logs/" + id + "/follow",
                        "/flows/company.others/" + OTHERS_SECRET)) {
            attacks.add(new Attack("read " + path, as(alice, "/api/v1/main" + path), Set.of(404)));
            attacks.add(
                    new Attack(
                            "read in its tenant " + path,
                            as(alice, "/api/v1/other" + path),
                            Set.of(404)));
        }
        for (var verb : List.of("pause", "resume", "restart", "replay", "force-run", "labels")) {
            attacks.add(
                    new Attack(
                            verb,
                            as(alice, "/api/v1/main/executions/" + id + "/" + verb)
                                    .header("Content-Type", "application/json")
                                    .POST(text(verb.equals("labels") ? "[]" : "")),
                            Set.of(404)));
        }
        attacks.add(
                new Attack(
                        "kill",
                        as(alice, "/api/v1/main/executions/" + id + "/kill").DELETE(),
                        Set.of(404)));
        attacks.add(
                new Attack(
                        "delete",
                        as(alice, "/api/v1/main/executions/" + id).DELETE(),
                        Set.of(404)));
        attacks.add(
                new Attack(
                        "run another tenant's flow",
                        as(alice, "/api/v1/main/executions/company.others/" + OTHERS_SECRET)
                                .POST(text("")),
                        Set.of(404)));
        attacks.add(
                new Attack(
                        "another namespace's secrets",
                        as(bob, "/api/v1/main/namespaces/finance/secrets"),
                        Set.of(404)));
        attacks.add(
                new Attack(
                        "flow in another namespace",
                        as(bob, "/api/v1/main/flows")
                                .header("Content-Type", YAML)
                                .POST(
                                        text(
                                                flow(
                                                        "x",
                                                        "finance",
                                                        "{id: t, type: io.kestra.plugin.core.log.Log, message: x}"))),
                        Set.of(404)));
        attacks.add(
                new Attack(
                        "namespace that only begins alike",
                        as(bob, "/api/v1/main/flows")
                                .header("Content-Type", YAML)
                                .POST(
                                        text(
                                                flow(
                                                        "x",
                                                        "companyevil",
                                                        "{id: t, type: io.kestra.plugin.core.log.Log, message: x}"))),
                        Set.of(404)));
        return tests(attacks);
    }

    @Test
    void nothingOfAnotherTenantIsFound() {
        for (var path :
                List.of(
                        "/executions/search?size=100",
                        "/flows/search?size=100",
                        "/logs/search?size=100")) {
            assertThat(send(as(alice, "/api/v1/main" + path)).body())
                    .doesNotContain(OTHERS_SECRET, othersExecution);
        }
    }

    // ---- queries

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
        attacks.add(form("no boundary", "multipart/form-data", "x"));
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

    /// The ids of another tenant's things in all routes that take one.
    @TestFactory
    Stream<DynamicTest> idsOfAnotherTenantInEveryRoute() {
        return RouteRules.all().rules().stream()
                .filter(rule -> rule.pattern().startsWith("/api/v1/{tenant}/"))
                .filter(rule ->
                        rule.pattern().matches(".*\\{(executionId|id|flowId|namespace)\\b.*"))
                .map(rule -> {
                    var path =
                            rule.pattern()
                                    .replaceAll("\\{tenant}", "main")
                                    .replaceAll(
                                            "\\{executionId(:[^{}]*(\\{22})?)?}+", othersExecution)
                                    .replaceAll("\\{namespace(:[^}]*)?}", "company.others")
                                    .replaceAll("\\{(id|flowId)(:[^}]*)?}", OTHERS_SECRET)
                                    .replaceAll("\\{[^}]*}|\\*+", "x");
                    var method = rule.method().equals("*") ? "GET" : rule.method();
                    return DynamicTest.dynamicTest(
                            method + " " + rule.pattern(),
                            () -> {
                                var answer =
                                        send(
                                                as(alice, path)
                                                        .header("Content-Type", "application/json")
                                                        .method(method, text("{}")));

                                assertThat(answer.statusCode()).as(answer.body()).isLessThan(500);
                                assertThat(answer.body().replace(path, ""))
                                        .doesNotContain("message: x", "\"state\"")
                                        .doesNotContain("at io.millrace", "at java.");
                            });
                });
    }

    @Test
    void whatIsTheOtherTenantsIsAsItWas() {
        var there = "/api/v1/other/executions/" + othersExecution;
        var before = send(as(dave, there)).body();
        var mine = text("[\"" + othersExecution + "\"]");
        for (var path : List.of("restart", "replay", "pause", "resume", "unqueue", "force-run")) {
            var answer =
                    send(
                            as(alice, "/api/v1/main/executions/" + path + "/by-ids")
                                    .header("Content-Type", "application/json")
                                    .POST(mine));
            assertThat(answer.statusCode()).as(path + ": " + answer.body()).isIn(400, 404, 422);
        }
        for (var path : List.of("kill/by-ids", "by-ids")) {
            send(
                    as(alice, "/api/v1/main/executions/" + path)
                            .header("Content-Type", "application/json")
                            .method("DELETE", mine));
        }

        assertThat(send(as(dave, there)).body()).isEqualTo(before);
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

    // ---- documents

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

    // ---- templates

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

    // ---- what tasks may reach

    /// One task for each address; all fail before they connect.
    @TestFactory
    Stream<DynamicTest> addressesThatTasksMayNotReach() {
        return Stream.of(
                        "http://169.254.169.254/latest/meta-data/",
                        "http://[fe80::1]/",
                        "http://[::ffff:169.254.169.254]/",
                        "http://2852039166/",
                        "http://0xA9FEA9FE/",
                        "http://metadata.google.internal/computeMetadata/v1/",
                        "http://100.100.100.200/latest/meta-data/",
                        "http://0.0.0.0:1/",
                        "http://[::]:1/",
                        "http://10.0.0.1/",
                        "http://192.168.1.1/",
                        "http://[fd12::1]/",
                        "http://[64:ff9b::a9fe:a9fe]/",
                        "http://[2002:a9fe:a9fe::1]/",
                        "http://0251.0376.0251.0376/",
                        "http://169.254.43518/",
                        "file:///etc/passwd",
                        "gopher://127.0.0.1:6379/_INFO",
                        "jar:http://127.0.0.1!/x")
                .map(uri ->
                        DynamicTest.dynamicTest(
                                uri,
                                () -> {
                                    var id = "ssrf-" + Integer.toHexString(uri.hashCode());
                                    var source =
                                            flow(
                                                    id,
                                                    "company.team",
                                                    "{id: t, type: io.kestra.plugin.core.http.Request, uri: \""
                                                            + uri
                                                            + "\"}");
                                    json(
                                            send(
                                                    as(alice, "/api/v1/main/flows")
                                                            .header("Content-Type", YAML)
                                                            .POST(text(source))));
                                    var ended =
                                            json(
                                                    send(
                                                            as(
                                                                            alice,
                                                                            "/api/v1/main/executions/company.team/"
                                                                                    + id
                                                                                    + "?wait=true")
                                                                    .POST(text(""))));

                                    assertThat(ended.path("state").path("current").asString())
                                            .isEqualTo("FAILED");
                                    assertThat(ended.toString())
                                            .doesNotContain("root:x:", "ami-id");
                                }));
    }

    /// The server is on this machine, which the suite of the tests may reach.
    private String fetched(String token, String tenant, String id, String uri) {
        var source =
                flow(
                        id,
                        "company.team",
                        "{id: t, type: io.kestra.plugin.core.http.Request, uri: \"" + uri + "\"}");
        var there = "/api/v1/" + tenant;
        send(as(token, there + "/flows").header("Content-Type", YAML).POST(text(source)));
        return json(send(
                        as(token, there + "/executions/company.team/" + id + "?wait=true")
                                .POST(text(""))))
                .path("state")
                .path("current")
                .asString();
    }

    private static HttpServer redirecting(AtomicInteger asked) throws IOException {
        var server =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext(
                "/",
                exchange -> {
                    asked.incrementAndGet();
                    var to = exchange.getRequestURI().getQuery();
                    if (to != null) {
                        exchange.getResponseHeaders().set("Location", to);
                    }
                    exchange.sendResponseHeaders(to == null ? 200 : 302, -1);
                    exchange.close();
                });
        server.start();
        return server;
    }

    @Test
    void redirectsAreNotFollowedToWhereTasksMayNotGo() throws IOException {
        var asked = new AtomicInteger();
        var server = redirecting(asked);
        try {
            var here = "http://127.0.0.1:" + server.getAddress().getPort() + "/";

            assertThat(fetched(alice, "main", "hop-good", here + "?" + here)).isEqualTo("SUCCESS");
            assertThat(asked).hasValue(2);
            for (var to :
                    List.of(
                            "http://169.254.169.254/",
                            "http://10.0.0.1/",
                            "http://[::ffff:169.254.169.254]/",
                            "http://2852039166/",
                            "file:///etc/passwd")) {
                var id = "hop-" + Integer.toHexString(to.hashCode());
                assertThat(fetched(alice, "main", id, here + "?" + to)).as(to).isEqualTo("FAILED");
            }
            assertThat(asked).hasValue(7);
        } finally {
            server.stop(0);
        }
    }

    @Test
    void aTenantGoesNoFurtherThanItsOperatorLetsIt() throws IOException {
        var asked = new AtomicInteger();
        var server = redirecting(asked);
        var rules = "/api/v1/tenants/other/egress";
        try {
            int port = server.getAddress().getPort();
            var here = "http://127.0.0.1:" + port + "/";
            assertThat(fetched(dave, "other", "tenant-egress", here)).isEqualTo("SUCCESS");

            rules(rules, "{\"deny\": [\"127.0.0.1:" + port + "\"]}");
            assertThat(fetched(dave, "other", "tenant-egress", here)).isEqualTo("FAILED");
            assertThat(fetched(alice, "main", "tenant-egress", here)).isEqualTo("SUCCESS");
            assertThat(json(send(as(dave, "/api/v1/other/egress"))).path("deny").get(0).asString())
                    .isEqualTo("127.0.0.1:" + port);

            rules(rules, "{}");
            assertThat(fetched(dave, "other", "tenant-egress", here)).isEqualTo("SUCCESS");
            assertThat(asked).hasValue(3);
            assertThat(
                            send(as(alice, rules)
                                            .header("Content-Type", "application/json")
                                            .PUT(text("{\"allow\": [\"10.0.0.0/99\"]}")))
                                    .statusCode())
                    .isEqualTo(422);
            assertThat(
                            send(as(dave, rules)
                                            .header("Content-Type", "application/json")
                                            .PUT(text("{\"allow\": [\"*\"]}")))
                                    .statusCode())
                    .isEqualTo(404);
        } finally {
            server.stop(0);
        }
    }

    private void rules(String path, String body) {
        json(send(as(alice, path).header("Content-Type", "application/json").PUT(text(body))));
    }

    private static String flow(String id, String namespace, String task) {
        return "id: " + id + "\nnamespace: " + namespace + "\ntasks:\n  - " + task + "\n";
    }

    // ---- the API

    private String raw(String lines) throws IOException {
        var server = URI.create(RunningSuite.server());
        try (var socket = new Socket(server.getHost(), server.getPort())) {
            socket.setSoTimeout(10_000);
            int end = lines.indexOf("\r\n");
            var first = end < 0 ? lines : lines.substring(0, end);
            var rest = end < 0 ? "\r\n" : lines.substring(end + 2);
            var head =
                    first
                            + "\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer "
                            + alice
                            + "\r\n";
            socket.getOutputStream().write((head + rest).getBytes(StandardCharsets.ISO_8859_1));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        }
    }

    private static URI uri(String path) {
        return URI.create(RunningSuite.server() + path);
    }

    private static HttpRequest.Builder as(String token, String path) {
        var request = HttpRequest.newBuilder(uri(path)).timeout(Duration.ofMinutes(1));
        return token.isEmpty() ? request : request.header("Authorization", "Bearer " + token);
    }

    private static HttpRequest.BodyPublisher text(String body) {
        return BodyPublishers.ofString(body);
    }

    private HttpResponse<String> send(HttpRequest.Builder request) {
        try {
            return http.send(request.build(), BodyHandlers.ofString());
        } catch (IOException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static JsonNode json(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).as(answer.body()).isLessThan(300);
        return JSON.readTree(answer.body());
    }
}
