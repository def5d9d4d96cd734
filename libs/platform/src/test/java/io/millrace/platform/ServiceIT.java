// SPDX-License-Identifier: Apache-2.0
package io.millrace.platform;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.platform.access.Caller;
import io.millrace.platform.access.Grant;
import io.millrace.platform.access.Role;
import io.millrace.platform.access.TaskIdentity;
import io.millrace.platform.identity.IdentityKeys;
import io.millrace.platform.identity.TaskTokens;
import io.millrace.platform.identity.TokenSigner;
import io.millrace.platform.sample.SampleApplication;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.context.ConfigurableApplicationContext;

/// A service as it starts in production, seen over HTTP.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ServiceIT {
    private static final Duration MINUTE = Duration.ofMinutes(1);

    private Path keys;

    private final HttpClient http = HttpClient.newHttpClient();
    private ConfigurableApplicationContext context;
    private String base;
    private TokenSigner gateway;

    @BeforeAll
    void start(@TempDir Path directory) {
        keys = directory;
        IdentityKeys.generate(keys, List.of("payments"));
        // as a second start without the group's name would
        IdentityKeys.generate(keys);
        var properties = new HashMap<>(IdentityKeys.properties(keys, "secrets"));
        context = ServiceLauncher.run(SampleApplication.class, "sample", properties);
        base = "http://127.0.0.1:" + context.getEnvironment().getProperty("local.server.port");
        gateway = signer("gateway");
    }

    @AfterAll
    void stop() {
        context.close();
        http.close();
    }

    private TokenSigner signer(String service) {
        return new TokenSigner(IdentityKeys.keyFile(keys, service), MINUTE, Clock.systemUTC());
    }

    private String user(Role role, String namespace) {
        return gateway.forCaller(
                new Caller("main", "ada", List.of(new Grant(role, namespace))), MINUTE);
    }

    private HttpResponse<String> send(String method, String path, String token, String body)
            throws IOException, InterruptedException {
        var request =
                HttpRequest.newBuilder(URI.create(base + path))
                        .method(method, HttpRequest.BodyPublishers.ofString(body));
        if (!token.isEmpty()) {
            request.header("Authorization", "Bearer " + token);
        }
        if (!body.isEmpty()) {
            request.header("Content-Type", "application/json");
        }
        return http.send(request.build(), BodyHandlers.ofString());
    }

    private HttpResponse<String> get(String path, String token)
            throws IOException, InterruptedException {
        return send("GET", path, token, "");
    }

    @Test
    void nothingIsServedWithoutAToken() throws Exception {
        for (var path : List.of("/api/v1/main/things", "/internal/whoami", "/v3/api-docs")) {
            var response = get(path, "");

            assertThat(response.statusCode()).as(path).isEqualTo(401);
            assertThat(response.headers().firstValue("Content-Type"))
                    .contains("application/problem+json");
        }
    }

    @Test
    void whatIsNotDeclaredIsNotThere() throws Exception {
        for (var token : List.of("", user(Role.ADMIN, ""), signer("worker").forService())) {
            assertThat(get("/elsewhere", token).statusCode()).isEqualTo(404);
            assertThat(get("/", token).statusCode()).isEqualTo(404);
        }
    }

    @Test
    void healthAndMetricsAreOpenToTheLoopback() throws Exception {
        assertThat(get("/actuator/health", "").body()).contains("UP");
        assertThat(get("/actuator/health/readiness", "").statusCode()).isEqualTo(200);
        assertThat(get("/actuator/prometheus", "").body()).contains("jvm_");
    }

    @Test
    void userSeesHisTenantAlone() throws Exception {
        var token = user(Role.VIEWER, "");

        assertThat(get("/api/v1/main/things?size=3", token).body())
                .isEqualTo("{\"results\":[\"ada\"],\"total\":3}");
        assertThat(get("/api/v1/other/things", token).statusCode()).isEqualTo(404);
        assertThat(get("/internal/whoami", token).statusCode()).isEqualTo(404);
        assertThat(get("/elsewhere", token).statusCode()).isEqualTo(404);
    }

    @Test
    void aWorkerAsksForWhatWorkersNeedAlone() throws Exception {
        for (var key : List.of("worker", "worker.payments")) {
            var worker = signer(key).forService();

            assertThat(get("/internal/job-queues/payments", worker).body())
                    .isEqualTo("service:" + key);
            assertThat(get("/internal/whoami", worker).statusCode()).isEqualTo(404);
            assertThat(send("PUT", "/internal/egress/main", worker, "{}").statusCode())
                    .isEqualTo(404);
        }
    }

    @Test
    void eachKindOfTokenOpensItsOwnPaths() throws Exception {
        var service = signer("execution").forService();
        var task =
                context.getBean(TaskTokens.class)
                        .issue(new TaskIdentity("main", "a.b", "f", "x1", 7));

        assertThat(get("/internal/whoami", service).body()).isEqualTo("service:execution");
        assertThat(get("/internal/task/whoami", task).body()).isEqualTo("task:x1-7");
        assertThat(get("/internal/task/whoami", service).statusCode()).isEqualTo(401);
        assertThat(get("/internal/whoami", task).statusCode()).isEqualTo(401);
        assertThat(get("/api/v1/main/things", service).statusCode()).isEqualTo(404);
    }

    @Test
    void onlyTheGatewayVouchesForUsers() throws Exception {
        var caller = new Caller("main", "eve", List.of(new Grant(Role.ADMIN, "")));

        var token = signer("worker").forCaller(caller, MINUTE);

        assertThat(get("/api/v1/main/things", token).statusCode()).isEqualTo(401);
    }

    @ParameterizedTest
    @CsvSource({
        "EDITOR, company.data, company.data.ingest, 200",
        "EDITOR, '', company, 200",
        "VIEWER, company.data, company.data.ingest, 403",
        "EDITOR, company.data, company.database, 404",
        "EDITOR, company.data, company, 404",
    })
    void grantsCoverTheirNamespaceAndBelow(Role role, String granted, String asked, int status)
            throws Exception {
        var response =
                send("POST", "/api/v1/main/things/" + asked, user(role, granted), "{\"a\":1}");

        assertThat(response.statusCode()).isEqualTo(status);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "GET    | /api/v1/main/things?page=0      |         | 422 | /problems/invalid",
                "GET    | /api/v1/main/things?size=x      |         | 422 | /problems/invalid",
                "GET    | /api/v1/main/things?sort=a:up   |         | 422 | /problems/invalid",
                "GET    | /api/v1/main/nothing            |         | 404 | /problems/not-found",
                "DELETE | /api/v1/main/things             |         | 405 | /problems/method-not-allowed",
                "POST   | /api/v1/main/things/a           | {\"a\"  | 400 | /problems/malformed",
                "POST   | /api/v1/main/things/a           | {}      | 422 | /problems/invalid",
                "POST   | /api/v1/main/things/a?count=two | {\"a\":1}| 422 | /problems/invalid",
                "POST   | /api/v1/main/things/a?count=10  | {\"a\":1}| 500 | /problems/internal",
                "GET    | /api/v1/main/a/..;/b            |         | 400 | ",
            })
    void mistakesAreProblemDocuments(
            String method, String path, String body, int status, String type) throws Exception {
        var response = send(method, path, user(Role.ADMIN, ""), body == null ? "" : body);

        assertThat(response.statusCode()).isEqualTo(status);
        assertThat(response.headers().firstValue("Content-Type").orElse(""))
                .startsWith("application/problem+json");
        assertThat(response.body())
                .contains("\"message\":", "\"_embedded\":{\"errors\":[{\"message\":")
                .doesNotContain("secret detail", "Exception", "at io.millrace");
        if (type != null) {
            assertThat(response.body()).contains("\"type\":\"" + type + "\"");
        }
    }
}
