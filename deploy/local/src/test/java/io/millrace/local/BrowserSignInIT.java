// SPDX-License-Identifier: Apache-2.0
package io.millrace.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.CookieManager;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A browser signs in at the development issuer through the gateway, and out again.
class BrowserSignInIT {
    private static final Pattern CSRF = Pattern.compile("name=\"_csrf\" value=\"([^\"]+)\"");
    private static final String FORM = "application/x-www-form-urlencoded";

    private final CookieManager cookies = new CookieManager();
    private final HttpClient browser =
            HttpClient.newBuilder()
                    .cookieHandler(cookies)
                    .followRedirects(HttpClient.Redirect.NEVER)
                    .build();

    private HttpResponse<String> send(HttpRequest.Builder request) {
        try {
            return browser.send(
                    request.header("Accept", "text/html,*/*").build(), BodyHandlers.ofString());
        } catch (IOException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /// Follows redirects, as a browser does, until a page comes or the path is reached.
    private HttpResponse<String> open(URI uri, String end) {
        var answer = send(HttpRequest.newBuilder(uri).GET());
        for (int i = 0; i < 10 && answer.statusCode() / 100 == 3; i++) {
            var next = answer.uri().resolve(answer.headers().firstValue("Location").orElseThrow());
            if (next.getPath().equals(end)) {
                return answer;
            }
            answer = send(HttpRequest.newBuilder(next).GET());
        }
        return answer;
    }

    private static URI uri(String path) {
        return URI.create(RunningSuite.server() + path);
    }

    private HttpResponse<String> submit(HttpResponse<String> page, String user) throws IOException {
        var token = CSRF.matcher(page.body());
        assertThat(token.find()).as(page.body()).isTrue();
        var password =
                Files.readString(RunningSuite.data().resolve("dev-issuer/" + user + ".password"));
        var form =
                "username=%s&password=%s&_csrf=%s"
                        .formatted(
                                user,
                                URLEncoder.encode(password.strip(), StandardCharsets.UTF_8),
                                URLEncoder.encode(token.group(1), StandardCharsets.UTF_8));
        return send(
                HttpRequest.newBuilder(uri("/dev-issuer/login"))
                        .header("Content-Type", FORM)
                        .POST(BodyPublishers.ofString(form)));
    }

    private static JsonNode json(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return JsonMapper.shared().readTree(answer.body());
    }

    @Test
    void aBrowserSignsInUsesTheApiAndSignsOut() throws IOException {
        var page = open(uri("/ui/login?returnTo=/ui/main/flows"), "/ui/main/flows");
        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.body()).contains("alice", "bob", "./millrace status");

        var signedIn = submit(page, "bob");
        var there = signedIn.headers().firstValue("Location").orElseThrow();
        assertThat(there).as(signedIn.body()).doesNotContain("error");
        var back = open(uri("/").resolve(there), "/ui/main/flows");
        assertThat(back.headers().firstValue("Location")).contains("/ui/main/flows");

        var session = json(send(HttpRequest.newBuilder(uri("/ui/session")).GET()));
        assertThat(session.path("subject").asString()).isEqualTo("bob");
        assertThat(session.path("tenants").findValuesAsString("id")).containsExactly("main");
        var me = json(send(HttpRequest.newBuilder(uri("/api/v1/main/me")).GET()));
        assertThat(me.path("groups").valueStream().map(JsonNode::asString))
                .containsExactly("team-data");
        var flow =
                """
                id: by-browser
                namespace: company.team
                tasks:
                  - {id: t, type: io.kestra.plugin.core.log.Log, message: x}
                """;
        assertThat(send(save(flow)).statusCode()).isEqualTo(403);
        assertThat(
                        send(save(flow)
                                        .header(
                                                "X-CSRF-Token",
                                                session.path("csrfToken").asString()))
                                .statusCode())
                .isEqualTo(200);

        var out =
                json(
                        send(
                                HttpRequest.newBuilder(uri("/ui/logout"))
                                        .header(
                                                "X-CSRF-Token",
                                                session.path("csrfToken").asString())
                                        .POST(BodyPublishers.noBody())));
        var ended = open(URI.create(out.path("redirectTo").asString()), "/ui/");
        assertThat(ended.headers().firstValue("Location"))
                .as(ended.body())
                .contains(RunningSuite.server() + "/ui/");
        assertThat(send(HttpRequest.newBuilder(uri("/api/v1/main/me")).GET()).statusCode())
                .isEqualTo(401);
        // the issuer asks again, too
        assertThat(open(uri("/ui/login"), "/ui/").body()).contains("name=\"password\"");
    }

    private static HttpRequest.Builder save(String flow) {
        return HttpRequest.newBuilder(uri("/api/v1/main/flows"))
                .header("Content-Type", "application/x-yaml")
                .POST(BodyPublishers.ofString(flow));
    }

    @Test
    void aWrongPasswordSignsNobodyIn() {
        var page = open(uri("/ui/login"), "/ui/");
        var token = CSRF.matcher(page.body());
        assertThat(token.find()).isTrue();

        var answer =
                send(
                        HttpRequest.newBuilder(uri("/dev-issuer/login"))
                                .header("Content-Type", FORM)
                                .POST(
                                        BodyPublishers.ofString(
                                                "username=bob&password=wrong&_csrf="
                                                        + URLEncoder.encode(
                                                                token.group(1),
                                                                StandardCharsets.UTF_8))));

        assertThat(answer.headers().firstValue("Location").orElse("")).contains("error");
        assertThat(send(HttpRequest.newBuilder(uri("/ui/session")).GET()).statusCode())
                .isEqualTo(401);
    }
}
