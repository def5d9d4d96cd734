// SPDX-License-Identifier: Apache-2.0
package io.millrace.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.platform.ServiceLauncher;
import io.millrace.platform.identity.IdentityKeys;
import io.millrace.test.TestBroker;
import io.millrace.test.TestDatabase;
import io.millrace.test.TestServices;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Browsers sign in, stay signed in on every instance, and sign out.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@ExtendWith(TestServices.class)
class BrowserSessionIT {
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final String SECOND = "https://second.test/realm";
    private static final String SESSION = "__Host-millrace-session";
    private static final String ATTEMPT = "__Host-millrace-signin";
    private static final String FLOWS = "/api/v1/main/flows/search";

    private final HttpClient http = HttpClient.newHttpClient();
    private final FakeIssuer keys;
    private final FakeIssuer secondKeys;
    private final FakeSignIn issuer;
    private final FakeSignIn secondIssuer;
    private final FakeService service;
    private final Map<String, String> properties = new HashMap<>();
    private ConfigurableApplicationContext context;
    private JdbcClient jdbc;
    private String base = "";

    BrowserSessionIT() throws IOException {
        keys = new FakeIssuer();
        secondKeys = new FakeIssuer();
        issuer = new FakeSignIn(keys, FakeIssuer.ISSUER);
        secondIssuer = new FakeSignIn(secondKeys, SECOND);
        service = new FakeService();
    }

    @BeforeAll
    void start(@TempDir Path directory, TestDatabase database, TestBroker broker) {
        IdentityKeys.generate(directory);
        properties.putAll(IdentityKeys.properties(directory, "gateway"));
        properties.putAll(database.properties());
        properties.putAll(broker.properties());
        properties.put("spring.datasource.hikari.schema", "public");
        properties.put("spring.liquibase.default-schema", "public");
        properties.put("spring.liquibase.liquibase-schema", "public");
        properties.put("server.port", "0");
        for (var name : List.of("flow", "execution", "scheduler", "secrets")) {
            properties.put("millrace.services." + name + ".url", service.url());
        }
        var gateway = "millrace.gateway.";
        signIn(0, FakeIssuer.ISSUER, keys, issuer, "first");
        signIn(1, SECOND, secondKeys, secondIssuer, "second");
        properties.put(gateway + "issuers[1].prefix", "second:");
        properties.put(gateway + "issuers[1].sign-in.identity-from", "id-token");
        properties.put(gateway + "bindings[0].group", "admins");
        properties.put(gateway + "bindings[0].role", "admin");
        properties.put(gateway + "bindings[1].group", "second:admins");
        properties.put(gateway + "bindings[1].role", "viewer");
        properties.put(gateway + "bindings[2].tenant", "other");
        properties.put(gateway + "bindings[2].group", "others");
        properties.put(gateway + "bindings[2].role", "admin");
        properties.put(gateway + "sessions.per-user", "3");
        properties.put(gateway + "public-url", "https://millrace.test");
        context = ServiceLauncher.run(GatewayApplication.class, "gateway", properties);
        base = urlOf(context);
        jdbc = JdbcClient.create(database.dataSource());
    }

    private void signIn(int index, String name, FakeIssuer keys, FakeSignIn there, String label) {
        var one = "millrace.gateway.issuers[" + index + "].";
        properties.put(one + "issuer", name);
        properties.put(one + "jwks-uri", keys.keysUrl());
        properties.put(one + "clock-skew", "0s");
        properties.put(one + "sign-in.name", label);
        properties.put(one + "sign-in.client-id", FakeSignIn.CLIENT);
        properties.put(one + "sign-in.client-secret", FakeSignIn.SECRET);
        properties.put(one + "sign-in.authorization-uri", "https://" + label + ".test/authorize");
        properties.put(one + "sign-in.token-uri", there.url() + "/token");
        properties.put(one + "sign-in.revocation-uri", there.url() + "/revoke");
        properties.put(one + "sign-in.end-session-uri", "https://" + label + ".test/logout");
    }

    private static String urlOf(ConfigurableApplicationContext context) {
        return "http://127.0.0.1:" + context.getEnvironment().getProperty("local.server.port");
    }

    @BeforeEach
    void asUsual() {
        issuer.lifetimeSeconds(300);
        issuer.refreshable(true);
        issuer.away(false);
        issuer.otherNonce("");
    }

    @AfterAll
    void stop() {
        context.close();
        http.close();
        keys.close();
        secondKeys.close();
        issuer.close();
        secondIssuer.close();
        service.close();
    }

    private HttpResponse<String> send(String method, String uri, Map<String, String> headers) {
        var request =
                HttpRequest.newBuilder(URI.create(uri))
                        .timeout(Duration.ofSeconds(30))
                        .method(method, BodyPublishers.ofString(""));
        headers.forEach(request::header);
        try {
            return http.send(request.build(), BodyHandlers.ofString());
        } catch (IOException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private HttpResponse<String> get(String path, String cookie) {
        return send("GET", base + path, Map.of("Cookie", cookie));
    }

    private static String cookie(HttpResponse<?> answer, String name) {
        return answer.headers().allValues("Set-Cookie").stream()
                .filter(c -> c.startsWith(name + "=") && !c.startsWith(name + "=;"))
                .findFirst()
                .orElse("");
    }

    private static String sent(String setCookie) {
        return setCookie.replaceFirst(";.*", "");
    }

    private static URI location(HttpResponse<?> answer) {
        return URI.create(answer.headers().firstValue("Location").orElse(""));
    }

    private record Begun(URI page, String cookie, String state) {}

    private Begun begin(String query) {
        var answer = send("GET", base + "/ui/login" + query, Map.of());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(302);
        var page = location(answer);
        return new Begun(
                page,
                sent(cookie(answer, ATTEMPT)),
                FakeSignIn.query(page.getRawQuery()).getOrDefault("state", ""));
    }

    private HttpResponse<String> callback(Begun begun, String code) {
        return get("/ui/callback?code=" + code + "&state=" + begun.state(), begun.cookie());
    }

    private String signedIn(String user, String... groups) {
        var begun = begin("?issuer=first");
        var answer = callback(begun, issuer.signIn(begun.page(), user, groups));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(302);
        return sent(cookie(answer, SESSION));
    }

    private JsonNode session(String cookie) {
        var answer = get("/ui/session", cookie);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return JSON.readTree(answer.body());
    }

    private String csrf(String cookie) {
        return session(cookie).path("csrfToken").asString();
    }

    @Test
    void aBrowserSignsInAndGoesWhereItWanted() {
        var begun = begin("?issuer=first&returnTo=" + encoded("/ui/main/flows?size=5#top"));
        assertThat(begun.page().toString()).startsWith("https://first.test/authorize?");
        assertThat(FakeSignIn.query(begun.page().getRawQuery()))
                .containsEntry("response_type", "code")
                .containsEntry("code_challenge_method", "S256")
                .containsEntry("redirect_uri", "https://millrace.test/ui/callback")
                .containsKeys("state", "nonce", "code_challenge");

        var answer = callback(begun, issuer.signIn(begun.page(), "ann", "admins"));

        assertThat(location(answer)).hasToString("/ui/main/flows?size=5#top");
        assertThat(cookie(answer, SESSION))
                .contains("HttpOnly", "Secure", "SameSite=Lax", "Path=/")
                .doesNotContain("Domain");
        var session = session(sent(cookie(answer, SESSION)));
        assertThat(session.path("subject").asString()).isEqualTo("ann");
        assertThat(session.path("name").asString()).isEqualTo("Name of ann");
        assertThat(session.path("tenants").findValuesAsString("id")).containsExactly("main");
        assertThat(session.path("logoutUrl").asString()).isEqualTo("/ui/logout");
        assertThat(java.time.Instant.parse(session.path("expiresAt").asString()))
                .isAfter(java.time.Instant.now());
    }

    @Test
    void signingInAgainEndsTheSessionBefore() {
        var before = signedIn("ann", "admins");
        var begun = begin("?issuer=first");

        var answer =
                get(
                        "/ui/callback?code=%s&state=%s"
                                .formatted(
                                        issuer.signIn(begun.page(), "ann", "admins"),
                                        begun.state()),
                        begun.cookie() + "; " + before);

        var after = sent(cookie(answer, SESSION));
        assertThat(after).isNotEqualTo(before);
        assertThat(get("/ui/session", before).statusCode()).isEqualTo(401);
        assertThat(session(after).path("subject").asString()).isEqualTo("ann");
    }

    /// Session fixation: a key that somebody has put into the browser is no session, before or
    /// after.
    @Test
    void aKeyThatWasNotGivenHereIsNotTakenOver() {
        var planted = SESSION + "=" + "A".repeat(43);
        var begun = begin("?issuer=first");

        var answer =
                get(
                        "/ui/callback?code=%s&state=%s"
                                .formatted(issuer.signIn(begun.page(), "ann"), begun.state()),
                        begun.cookie() + "; " + planted);

        assertThat(sent(cookie(answer, SESSION))).isNotEqualTo(planted).isNotEmpty();
        assertThat(get("/ui/session", planted).statusCode()).isEqualTo(401);
    }

    @Test
    void theCookieCallsTheApiAndTheServiceGetsNoCookie() {
        var cookie = signedIn("ann", "admins");

        var answer = get(FLOWS, cookie);

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body())
                .contains("Authorization=[Bearer ")
                .doesNotContain(cookie.substring(cookie.indexOf('=') + 1));
        assertThat(get("/api/v1/other/flows/search", cookie).statusCode()).isEqualTo(404);
        assertThat(get(FLOWS, "").statusCode()).isEqualTo(401);
    }

    @Test
    void aTokenCountsMoreThanTheCookie() {
        var cookie = signedIn("ann", "admins");

        var answer =
                send("GET", base + FLOWS, Map.of("Cookie", cookie, "Authorization", "Bearer no"));

        assertThat(answer.statusCode()).isEqualTo(401);
    }

    @Test
    void aChangeNeedsTheTokenAgainstForgedRequests() {
        var cookie = signedIn("ann", "admins");
        var csrf = csrf(cookie);
        var path = base + "/api/v1/main/flows/company.team/x";

        assertThat(send("DELETE", path, Map.of("Cookie", cookie)).statusCode()).isEqualTo(403);
        assertThat(
                        send("DELETE", path, Map.of("Cookie", cookie, "X-CSRF-Token", csrf + "x"))
                                .statusCode())
                .isEqualTo(403);
        assertThat(
                        send(
                                        "DELETE",
                                        path,
                                        Map.of(
                                                "Cookie",
                                                cookie,
                                                "X-CSRF-Token",
                                                csrf(signedIn("eve", "admins"))))
                                .statusCode())
                .isEqualTo(403);
        assertThat(
                        send(
                                        "DELETE",
                                        path,
                                        Map.of(
                                                "Cookie", cookie,
                                                "X-CSRF-Token", csrf,
                                                "Sec-Fetch-Site", "cross-site"))
                                .statusCode())
                .isEqualTo(403);
        assertThat(
                        send("DELETE", path, Map.of("Cookie", cookie, "X-CSRF-Token", csrf))
                                .statusCode())
                .isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://evil.test/",
                "//evil.test/",
                "/\\evil.test",
                "/ui//evil.test",
                "/ui/../api",
                "/ui/%2e%2e/api%2f",
                "/uix",
                "/api/v1/main/me",
                "/ui/logout",
                "/ui/login?issuer=first",
                "/ui/a\r\nSet-Cookie: x=y",
                "javascript:alert(1)",
                "/ui/a\\b",
                "///evil.test",
                "\\\\evil.test",
                "https:evil.test",
                "/%5cevil.test",
                "/%2fevil.test",
                "/ui/%2F%2Fevil.test",
                "/ui/\t/evil.test",
                "/ui@evil.test",
                "/ui/callback?code=x",
                ""
            })
    void nobodyIsSentElsewhere(String returnTo) {
        var answer =
                send(
                        "GET",
                        base + "/ui/login?issuer=first&returnTo=" + encoded(returnTo),
                        Map.of());

        if (returnTo.isEmpty()) {
            assertThat(location(answer).toString()).startsWith("https://first.test/authorize?");
        } else {
            assertThat(answer.statusCode()).isEqualTo(400);
        }
    }

    @Test
    void anAnswerThatIsNotOfThisBrowsersSignInIsRefused() {
        var mine = begin("?issuer=first");
        var others = begin("?issuer=first");
        var code = issuer.signIn(mine.page(), "ann", "admins");

        // somebody else's code in my browser, my code without my cookie, my code with other state
        assertThat(callback(mine, issuer.signIn(others.page(), "eve", "admins")).statusCode())
                .isEqualTo(401);
        assertThat(get("/ui/callback?code=" + code + "&state=" + mine.state(), "").statusCode())
                .isEqualTo(401);
        assertThat(get("/ui/callback?code=" + code + "&state=x", mine.cookie()).statusCode())
                .isEqualTo(401);
        assertThat(
                        get(
                                        "/ui/callback?iss=https%3A%2F%2Fevil.test&code="
                                                + code
                                                + "&state="
                                                + mine.state(),
                                        mine.cookie())
                                .statusCode())
                .isEqualTo(401);
        assertThat(
                        get("/ui/callback?error=access_denied&state=" + mine.state(), mine.cookie())
                                .statusCode())
                .isEqualTo(401);
        issuer.otherNonce("replayed");
        assertThat(callback(mine, code).statusCode()).isEqualTo(401);
        issuer.otherNonce("");
        var good = callback(others, issuer.signIn(others.page(), "ann", "admins"));
        assertThat(good.statusCode()).isEqualTo(302);
        assertThat(callback(others, issuer.signIn(others.page(), "ann", "admins")).headers().map())
                .containsKey("location");
    }

    @Test
    void withSeveralIssuersOneChooses() {
        var choice = send("GET", base + "/ui/login", Map.of());

        assertThat(choice.statusCode()).isEqualTo(200);
        assertThat(choice.headers().firstValue("Content-Type").orElse("")).startsWith("text/html");
        assertThat(choice.body()).contains("issuer=first", "issuer=second");
        assertThat(send("GET", base + "/ui/login?issuer=third", Map.of()).statusCode())
                .isEqualTo(404);
    }

    @Test
    void anIdTokenSaysWhoSomebodyIsWhereTheIssuerIsConfiguredSo() {
        var begun = begin("?issuer=second");
        var code = secondIssuer.signIn(begun.page(), "zoe", "admins");

        var cookie = sent(cookie(callback(begun, code), SESSION));

        assertThat(session(cookie).path("subject").asString()).isEqualTo("second:zoe");
        assertThat(get(FLOWS, cookie).statusCode()).isEqualTo(200);
    }

    @Test
    void theDatabaseAloneOpensNoSession() {
        var cookie = signedIn("dan", "admins");
        var key = cookie.substring(cookie.indexOf('=') + 1);

        var stored =
                jdbc.sql("select t::text from browser_session t where subject = 'dan'")
                        .query(String.class)
                        .single();

        assertThat(stored).doesNotContain(key, "eyJ", "refresh");
        var id =
                jdbc.sql("select id from browser_session where subject = 'dan'")
                        .query(String.class)
                        .single();
        assertThat(get(FLOWS, SESSION + "=" + id.substring(0, 43)).statusCode()).isEqualTo(401);
        // what is stored for one session doesn't open in another
        var other = signedIn("fay", "others");
        jdbc.sql(
                        """
                        update browser_session
                           set sealed = (select sealed from browser_session where subject = 'dan')
                         where subject = 'fay'
                        """)
                .update();
        assertThat(get(FLOWS, other).statusCode()).isEqualTo(401);
    }

    @Test
    void aSessionIsKnownToEveryInstanceAndAfterARestart() {
        var cookie = signedIn("kim", "admins");
        try (var second = ServiceLauncher.run(GatewayApplication.class, "gateway", properties)) {
            var there = urlOf(second);
            assertThat(send("GET", there + FLOWS, Map.of("Cookie", cookie)).statusCode())
                    .isEqualTo(200);

            // both want to refresh at once: the issuer takes a refresh token once
            issuer.lifetimeSeconds(2);
            var shortLived = signedIn("lea", "admins");
            issuer.lifetimeSeconds(300);
            await().pollDelay(Duration.ofMillis(2100)).until(() -> true);
            int before = issuer.refreshes();
            try (var callers = Executors.newVirtualThreadPerTaskExecutor()) {
                var answers =
                        IntStream.range(0, 16)
                                .mapToObj(i ->
                                        callers.submit(() ->
                                                send(
                                                                "GET",
                                                                (i % 2 == 0 ? base : there) + FLOWS,
                                                                Map.of("Cookie", shortLived))
                                                        .statusCode()))
                                .toList();
                for (var answer : answers) {
                    assertThat(answer.get()).isEqualTo(200);
                }
            } catch (java.util.concurrent.ExecutionException | InterruptedException e) {
                throw new IllegalStateException(e);
            }
            assertThat(issuer.refreshes() - before).isEqualTo(1);

            // ended on one, ended on the other
            send(
                    "POST",
                    there + "/ui/logout",
                    Map.of("Cookie", cookie, "X-CSRF-Token", csrf(cookie)));
        }
        assertThat(get(FLOWS, cookie).statusCode()).isEqualTo(401);
    }

    @Test
    void aSessionEndsWithItsIssuers() {
        issuer.lifetimeSeconds(2);
        var cookie = signedIn("mia", "admins");
        issuer.forgetRefreshTokens();
        await().pollDelay(Duration.ofMillis(2100)).until(() -> true);

        assertThat(get(FLOWS, cookie).statusCode()).isEqualTo(401);
        assertThat(
                        jdbc.sql("select count(*) from browser_session where subject = 'mia'")
                                .query(Integer.class)
                                .single())
                .isZero();
    }

    @Test
    void anIssuerThatIsAwayEndsNoSession() {
        issuer.lifetimeSeconds(2);
        var cookie = signedIn("noa", "admins");
        issuer.lifetimeSeconds(300);
        issuer.away(true);
        // refreshed ahead of time, or not: the token is still good
        assertThat(get(FLOWS, cookie).statusCode()).isEqualTo(200);
        await().pollDelay(Duration.ofMillis(2100)).until(() -> true);
        assertThat(get(FLOWS, cookie).statusCode()).isEqualTo(503);

        issuer.away(false);

        assertThat(get(FLOWS, cookie).statusCode()).isEqualTo(200);
    }

    @Test
    void withoutARefreshTokenTheSessionEndsWithTheAccessToken() {
        issuer.lifetimeSeconds(2);
        issuer.refreshable(false);
        var cookie = signedIn("ole", "admins");
        assertThat(get(FLOWS, cookie).statusCode()).isEqualTo(200);
        await().pollDelay(Duration.ofMillis(2100)).until(() -> true);

        assertThat(get(FLOWS, cookie).statusCode()).isEqualTo(401);
    }

    @Test
    void aSessionEndsWhenItIsIdleAndWhenItIsOld() {
        for (var aged :
                List.of(
                        "last_used_at = now() - interval '31 minutes'",
                        "ends_at = now() - interval '1 second'")) {
            var cookie = signedIn("pia", "admins");
            jdbc.sql("update browser_session set " + aged + " where subject = 'pia'").update();

            assertThat(get("/ui/session", cookie).statusCode()).isEqualTo(401);
            assertThat(get(FLOWS, cookie).statusCode()).isEqualTo(401);
        }
    }

    @Test
    void useProlongsASessionAndLookingDoesNot() {
        var cookie = signedIn("quin", "admins");
        jdbc.sql(
                        """
                        update browser_session set last_used_at = now() - interval '20 minutes'
                         where subject = 'quin'
                        """)
                .update();
        var before = session(cookie).path("expiresAt").asString();
        assertThat(session(cookie).path("expiresAt").asString()).isEqualTo(before);

        get(FLOWS, cookie);

        assertThat(session(cookie).path("expiresAt").asString()).isGreaterThan(before);
    }

    @Test
    void theOldestSessionMakesRoom() {
        var first = signedIn("rob", "admins");
        for (int i = 0; i < 3; i++) {
            signedIn("rob", "admins");
        }

        assertThat(get(FLOWS, first).statusCode()).isEqualTo(401);
    }

    @Test
    void signingOutEndsTheSessionHereAndAtTheIssuer() {
        var cookie = signedIn("sue", "admins");
        var csrf = csrf(cookie);
        assertThat(send("POST", base + "/ui/logout", Map.of("Cookie", cookie)).statusCode())
                .isEqualTo(403);

        var answer =
                send("POST", base + "/ui/logout", Map.of("Cookie", cookie, "X-CSRF-Token", csrf));

        assertThat(answer.statusCode()).isEqualTo(200);
        var there = URI.create(JSON.readTree(answer.body()).path("redirectTo").asString());
        assertThat(there.toString()).startsWith("https://first.test/logout?");
        assertThat(FakeSignIn.query(there.getRawQuery()))
                .containsEntry("post_logout_redirect_uri", "https://millrace.test/ui/")
                .containsEntry("client_id", FakeSignIn.CLIENT)
                .containsKey("id_token_hint");
        assertThat(answer.headers().allValues("Set-Cookie"))
                .anyMatch(c -> c.startsWith(SESSION + "=;") && c.contains("Max-Age=0"));
        assertThat(issuer.revoked()).hasSizeGreaterThan(0);
        assertThat(get(FLOWS, cookie).statusCode()).isEqualTo(401);
        assertThat(get("/ui/session", cookie).statusCode()).isEqualTo(401);
    }

    @Test
    void aFormSignsOutToo() {
        var cookie = signedIn("tom", "admins");
        var csrf = csrf(cookie);
        var request =
                HttpRequest.newBuilder(URI.create(base + "/ui/logout"))
                        .header("Cookie", cookie)
                        .header("Accept", "text/html")
                        .header("Content-Type", "application/x-www-form-urlencoded")
                        .POST(BodyPublishers.ofString("_csrf=" + csrf))
                        .build();

        var answer = http.sendAsync(request, BodyHandlers.ofString()).join();

        assertThat(answer.statusCode()).isEqualTo(303);
        assertThat(location(answer).toString()).startsWith("https://first.test/logout?");
    }

    @Test
    void nobodySignedInIsAProblemDocument() {
        var answer = get("/ui/session", "");

        assertThat(answer.statusCode()).isEqualTo(401);
        assertThat(answer.headers().firstValue("Content-Type").orElse(""))
                .startsWith("application/problem+json");
    }

    @Test
    void signingInAndOutIsOnRecord() {
        var cookie = signedIn("uma", "admins");
        get(FLOWS, cookie);
        send("POST", base + "/ui/logout", Map.of("Cookie", cookie, "X-CSRF-Token", csrf(cookie)));

        await().atMost(Duration.ofSeconds(20))
                .untilAsserted(() ->
                        assertThat(
                                        jdbc.sql(
                                                        """
                                                        select action from audit_entry
                                                         where subject = 'uma' order by sequence
                                                        """)
                                                .query(String.class)
                                                .list())
                                .contains("signin", "signout"));
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
