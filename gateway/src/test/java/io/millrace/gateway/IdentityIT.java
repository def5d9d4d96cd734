// SPDX-License-Identifier: Apache-2.0
package io.millrace.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jwt.SignedJWT;
import io.micrometer.core.instrument.MeterRegistry;
import io.millrace.platform.ServiceLauncher;
import io.millrace.platform.identity.IdentityKeys;
import io.millrace.test.TestBroker;
import io.millrace.test.TestDatabase;
import io.millrace.test.TestServices;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Who one is, and what one may: accounts, tokens, roles, groups, tenants and their records.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@ExtendWith(TestServices.class)
class IdentityIT {
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final Duration TIMEOUT = Duration.ofSeconds(20);
    private static final String SECOND = "https://second.test/realm";

    private final HttpClient http = HttpClient.newHttpClient();
    private final FakeIssuer issuer;
    private final FakeIssuer secondIssuer;
    private final FakeService service;
    private ConfigurableApplicationContext context;
    private String base = "";
    private String admin = "";
    private String operator = "";

    IdentityIT() throws IOException {
        issuer = new FakeIssuer();
        secondIssuer = new FakeIssuer();
        service = new FakeService();
    }

    @BeforeAll
    void start(@TempDir Path keys, TestDatabase database, TestBroker broker) {
        IdentityKeys.generate(keys);
        var properties = new HashMap<String, String>();
        properties.putAll(IdentityKeys.properties(keys, "gateway"));
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
        properties.put(gateway + "issuers[0].issuer", FakeIssuer.ISSUER);
        properties.put(gateway + "issuers[0].jwks-uri", issuer.keysUrl());
        properties.put(gateway + "issuers[0].email-domains[0]", "ours.test");
        properties.put(gateway + "issuers[1].issuer", SECOND);
        properties.put(gateway + "issuers[1].jwks-uri", secondIssuer.keysUrl());
        properties.put(gateway + "issuers[1].prefix", "second:");
        properties.put(gateway + "issuers[1].groups-claim", "realm_access.roles");
        var mapping = gateway + "issuers[1].group-mappings[0].";
        properties.put(mapping + "group", "second:team-(.+)");
        properties.put(mapping + "tenant", "main");
        properties.put(mapping + "role", "editor");
        properties.put(mapping + "namespace", "company.$1");
        properties.put(gateway + "bindings[0].group", "admins");
        properties.put(gateway + "bindings[0].role", "admin");
        properties.put(gateway + "bindings[1].tenant", "other");
        properties.put(gateway + "bindings[1].group", "others");
        properties.put(gateway + "bindings[1].role", "admin");
        properties.put(gateway + "operators[0].group", "operators");
        properties.put(gateway + "api-tokens.basic", "true");
        properties.put(gateway + "public-url", "https://millrace.test");
        context = ServiceLauncher.run(GatewayApplication.class, "gateway", properties);
        base = "http://127.0.0.1:" + context.getEnvironment().getProperty("local.server.port");
        admin = issuer.token("ann", "admins");
        operator = issuer.token("oda", "operators");
    }

    @AfterAll
    void stop() {
        context.close();
        http.close();
        issuer.close();
        secondIssuer.close();
        service.close();
    }

    private HttpResponse<String> send(
            String method, String path, String authorization, String body) {
        var request =
                HttpRequest.newBuilder(URI.create(base + path))
                        .header("Authorization", authorization)
                        .header("Content-Type", "application/json")
                        .method(method, BodyPublishers.ofString(body));
        return send(request);
    }

    private HttpResponse<String> send(HttpRequest.Builder request) {
        try {
            return http.send(request.timeout(TIMEOUT).build(), BodyHandlers.ofString());
        } catch (IOException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private HttpResponse<String> get(String path, String token) {
        return send("GET", path, "Bearer " + token, "");
    }

    private JsonNode json(HttpResponse<String> response, int status) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        return JSON.readTree(response.body());
    }

    private JsonNode post(String path, String token, String body) {
        return json(send("POST", path, "Bearer " + token, body), 201);
    }

    private int delete(String path, String token) {
        return send("DELETE", path, "Bearer " + token, "").statusCode();
    }

    private String account(String name) {
        return post("/api/v1/main/service-accounts", admin, "{\"name\":\"" + name + "\"}")
                .path("id")
                .asString();
    }

    private JsonNode token(String account, String more) {
        return post(
                "/api/v1/main/service-accounts/" + account + "/api-tokens",
                admin,
                "{\"name\":\"t\"" + more + "}");
    }

    private void bind(String account, String role, String namespace) {
        post(
                "/api/v1/main/bindings",
                admin,
                """
                {"serviceAccount":"%s","role":"%s","namespace":"%s"}\
                """
                        .formatted(account, role, namespace));
    }

    /// What the service behind was told that the caller may do.
    private static List<String> grants(HttpResponse<String> echoed) {
        var token = echoed.body().replaceAll("(?s).*Authorization=\\[Bearer ([^]]+)].*", "$1");
        try {
            return SignedJWT.parse(token).getJWTClaimsSet().getStringListClaim("grants");
        } catch (ParseException e) {
            throw new IllegalStateException(echoed.body(), e);
        }
    }

    @Test
    void accountsTokenIsShownOnceAndHoldsUntilItIsTakenBack(TestDatabase database) {
        var id = account("builder");
        var made = token(id, "");
        var secret = made.path("fullToken").asString();
        assertThat(secret).startsWith("mlr_");
        assertThat(get("/api/v1/main/flows/search", secret).statusCode()).isEqualTo(404);

        bind("builder", "editor", "company.data");

        var answer = get("/api/v1/main/flows/search", secret);
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(grants(answer)).containsExactly("editor@company.data");
        var tokens = get("/api/v1/main/service-accounts/" + id + "/api-tokens", admin).body();
        assertThat(tokens)
                .contains("\"prefix\":\"mlr_" + made.path("id").asString(), "\"lastUsed\"")
                .doesNotContain(secret.substring(secret.lastIndexOf('_') + 1));
        var stored =
                JdbcClient.create(database.dataSource())
                        .sql("select t::text from api_token t")
                        .query(String.class)
                        .list();
        assertThat(stored.toString()).doesNotContain(secret.substring(secret.lastIndexOf('_') + 1));

        assertThat(
                        delete(
                                "/api/v1/main/service-accounts/%s/api-tokens/%s"
                                        .formatted(id, made.path("id").asString()),
                                admin))
                .isEqualTo(204);
        assertThat(get("/api/v1/main/flows/search", secret).statusCode()).isEqualTo(401);
    }

    @Test
    void tokenMayHaveLessThanItsAccount() {
        var id = account("bounded");
        bind(id, "admin", "");
        var bounded =
                token(
                                id,
                                ",\"permissions\":[\"FLOW_READ\",\"NAMESPACE_READ\"],\"namespace\":\"a.b\"")
                        .path("fullToken")
                        .asString();

        assertThat(grants(get("/api/v1/main/flows/search", bounded)))
                .containsExactly("=FLOW_READ+NAMESPACE_READ@a.b");
        assertThat(get("/api/v1/main/bindings", bounded).statusCode()).isEqualTo(403);
    }

    @Test
    void tokenEndsWithItsAgeAndAgesAreBounded(TestDatabase database) {
        var id = account("ageing");
        bind(id, "viewer", "");
        var token = token(id, ",\"maxAge\":\"PT1H\"");
        var secret = token.path("fullToken").asString();
        assertThat(get("/api/v1/main/flows/search", secret).statusCode()).isEqualTo(200);

        JdbcClient.create(database.dataSource())
                .sql("update api_token set expires_at = now() - interval '1 second' where id = ?")
                .param(token.path("id").asString())
                .update();
        bind(id, "viewer", "elsewhere"); // what is remembered of it is looked up again

        assertThat(get("/api/v1/main/flows/search", secret).statusCode()).isEqualTo(401);
        var path = "/api/v1/main/service-accounts/" + id + "/api-tokens";
        for (var age : List.of("P900D", "PT0S", "P-1D", "soon")) {
            var body = "{\"name\":\"t\",\"maxAge\":\"" + age + "\"}";
            assertThat(send("POST", path, "Bearer " + admin, body).statusCode())
                    .as(age)
                    .isEqualTo(422);
        }
    }

    @Test
    void basicAuthenticationTakesAnAccountsNameAndToken() {
        var id = account("basic");
        bind(id, "viewer", "");
        var secret = token(id, "").path("fullToken").asString();

        assertThat(basic("basic", secret).statusCode()).isEqualTo(200);
        assertThat(basic("other", secret).statusCode()).isEqualTo(401);
        assertThat(basic("basic", secret.substring(0, secret.length() - 1) + "_").statusCode())
                .isEqualTo(401);
        assertThat(basic("basic", "").statusCode()).isEqualTo(401);
    }

    private HttpResponse<String> basic(String user, String password) {
        var text = (user + ":" + password).getBytes(StandardCharsets.UTF_8);
        return send(
                "GET",
                "/api/v1/main/flows/search",
                "Basic " + Base64.getEncoder().encodeToString(text),
                "");
    }

    @Test
    void accountOfOneTenantIsNobodyInAnother() {
        var id = account("local");
        bind(id, "admin", "");
        var secret = token(id, "").path("fullToken").asString();
        var other = issuer.token("eve", "others");

        assertThat(get("/api/v1/other/flows/search", secret).statusCode()).isEqualTo(404);
        assertThat(get("/api/v1/other/service-accounts/" + id, other).statusCode()).isEqualTo(404);
        assertThat(delete("/api/v1/other/service-accounts/" + id, other)).isEqualTo(404);
        var body = "{\"name\":\"t\"}";
        assertThat(
                        send(
                                        "POST",
                                        "/api/v1/other/service-accounts/" + id + "/api-tokens",
                                        "Bearer " + other,
                                        body)
                                .statusCode())
                .isEqualTo(404);
        assertThat(get("/api/v1/service-accounts/" + id, other).statusCode()).isEqualTo(404);
    }

    @Test
    void ownRolesGiveWhatTheySay() {
        var role =
                post(
                        "/api/v1/main/roles",
                        admin,
                        """
                        {"name":"Operations","permissions":{"EXECUTION":["READ","UPDATE"],
                         "FLOW":["READ"],"BLUEPRINT":["READ"]}}\
                        """);
        var id = role.path("id").asString();
        post(
                "/api/v1/main/bindings",
                admin,
                "{\"user\":\"rob\",\"roleId\":\"" + id + "\",\"namespaceId\":\"a\"}");

        assertThat(grants(get("/api/v1/main/flows/search", issuer.token("rob"))))
                .containsExactly(
                        "=EXECUTION_READ+EXECUTION_UPDATE+FLOW_READ+LOG_READ+METRIC_READ"
                                + "+TRIGGER_READ@a");

        json(
                send(
                        "PUT",
                        "/api/v1/main/roles/" + id,
                        "Bearer " + admin,
                        "{\"name\":\"Operations\",\"permissions\":{\"FLOW\":[\"READ\"],\"LOG\":[]}}"),
                200);

        assertThat(grants(get("/api/v1/main/flows/search", issuer.token("rob"))))
                .containsExactly("=FLOW_READ@a");
        assertThat(delete("/api/v1/main/roles/" + id, admin)).isEqualTo(422);
        assertThat(delete("/api/v1/other/roles/" + id, issuer.token("eve", "others")))
                .isEqualTo(404);
        assertThat(delete("/api/v1/main/roles/admin", admin)).isEqualTo(404);
    }

    @Test
    void aBindingIsChangedInOneStep() {
        var ben = issuer.token("ben");
        var id =
                post(
                                "/api/v1/main/bindings",
                                admin,
                                "{\"user\":\"ben\",\"role\":\"viewer\",\"namespace\":\"a\"}")
                        .path("id")
                        .asString();
        post(
                "/api/v1/main/bindings",
                admin,
                "{\"user\":\"ben\",\"role\":\"viewer\",\"namespace\":\"c\"}");
        var path = "/api/v1/main/bindings/" + id;
        var editor = "{\"role\":\"editor\",\"namespace\":\"b\"}";

        var changed = json(send("PUT", path, "Bearer " + admin, editor), 200);

        assertThat(changed.path("id").asString()).isEqualTo(id);
        assertThat(changed.path("name").asString()).isEqualTo("ben");
        assertThat(grants(get("/api/v1/main/flows/search", ben)))
                .containsExactlyInAnyOrder("editor@b", "viewer@c");
        assertThat(
                        send(
                                        "PUT",
                                        path,
                                        "Bearer " + admin,
                                        "{\"role\":\"viewer\",\"namespace\":\"c\"}")
                                .statusCode())
                .as("there is such a one already")
                .isEqualTo(409);
        assertThat(send("PUT", path, "Bearer " + admin, "{\"role\":\"nobody\"}").statusCode())
                .isEqualTo(422);
        assertThat(send("PUT", path, "Bearer " + ben, editor).statusCode()).isEqualTo(403);
        assertThat(
                        send(
                                        "PUT",
                                        path.replace("main", "other"),
                                        "Bearer " + issuer.token("eve", "others"),
                                        editor)
                                .statusCode())
                .as("of another tenant")
                .isEqualTo(404);
        var configured =
                json(get("/api/v1/main/bindings?size=100", admin), 200)
                        .path("results")
                        .valueStream()
                        .filter(one -> one.path("configured").asBoolean())
                        .findFirst()
                        .orElseThrow();
        assertThat(
                        send(
                                        "PUT",
                                        "/api/v1/main/bindings/" + configured.path("id").asString(),
                                        "Bearer " + admin,
                                        editor)
                                .body())
                .contains("comes from the configuration");
    }

    @Test
    void whoHasSeenAnOlderRoleGroupOrBindingDoesNotOverwriteANewerOne() {
        keptApart(
                "roles",
                "{\"name\":\"Seen\",\"permissions\":{\"FLOW\":[\"READ\"]}}",
                "{\"name\":\"Seen\",\"permissions\":{\"LOG\":[\"READ\"]}}",
                "{\"name\":\"Seen\",\"permissions\":{}}");
        keptApart(
                "groups",
                "{\"name\":\"seen\"}",
                "{\"name\":\"seen\",\"description\":\"one\"}",
                "{\"name\":\"seen\",\"description\":\"two\"}");
        keptApart(
                "bindings",
                "{\"user\":\"sue\",\"role\":\"viewer\",\"namespace\":\"seen\"}",
                "{\"role\":\"editor\",\"namespace\":\"seen\"}",
                "{\"role\":\"launcher\",\"namespace\":\"seen\"}");
    }

    private void keptApart(String what, String made, String first, String second) {
        var path = "/api/v1/main/" + what;
        var created = send("POST", path, "Bearer " + admin, made);
        var own = path + "/" + json(created, 201).path("id").asString();
        var seen = created.headers().firstValue("ETag").orElseThrow();
        assertThat(get(own, admin).headers().firstValue("ETag")).as(what).contains(seen);

        var changed = json(putIf(own, first, seen), 200);
        var late = putIf(own, second, seen);

        assertThat(late.statusCode()).as(what).isEqualTo(412);
        assertThat(late.body()).contains("/problems/outdated");
        assertThat(json(get(own, admin), 200)).isEqualTo(changed);
        json(send("PUT", own, "Bearer " + admin, second), 200);
    }

    private HttpResponse<String> putIf(String path, String body, String ifMatch) {
        return send(
                HttpRequest.newBuilder(URI.create(base + path))
                        .header("Authorization", "Bearer " + admin)
                        .header("Content-Type", "application/json")
                        .header("If-Match", ifMatch)
                        .PUT(BodyPublishers.ofString(body)));
    }

    @Test
    void bindingsThatHoldInANamespaceAreFound() {
        for (var where : List.of("held", "held.below", "heldback")) {
            post(
                    "/api/v1/main/bindings",
                    admin,
                    "{\"user\":\"hal\",\"role\":\"viewer\",\"namespace\":\"%s\"}".formatted(where));
        }

        var found = json(get("/api/v1/main/bindings?size=100&namespace=held.below", admin), 200);

        assertThat(
                        found.path("results")
                                .valueStream()
                                .map(one -> one.path("namespace").asString())
                                .distinct())
                .containsExactlyInAnyOrder("", "held", "held.below");
    }

    @Test
    void nobodyGivesMoreThanHeHas() {
        var role =
                post(
                        "/api/v1/main/roles",
                        admin,
                        """
                        {"name":"Helpdesk","permissions":{"BINDING":["READ","UPDATE"],
                         "ROLE":["UPDATE","READ"],"SERVICE_ACCOUNT":["READ","UPDATE"],
                         "GROUP":["READ","UPDATE"],"LOG":["READ"]}}\
                        """);
        post(
                "/api/v1/main/bindings",
                admin,
                "{\"user\":\"hal\",\"role\":\"" + role.path("id").asString() + "\"}");
        var id = account("mighty");
        bind(id, "admin", "");
        var hal = issuer.token("hal");
        var attempts =
                Map.of(
                        "/api/v1/main/bindings",
                        "{\"user\":\"hal\",\"role\":\"admin\"}",
                        "/api/v1/main/roles",
                        "{\"name\":\"All\",\"permissions\":{\"FLOW\":[\"READ\"]}}",
                        "/api/v1/main/service-accounts/" + id + "/api-tokens",
                        "{\"name\":\"t\"}");

        attempts.forEach((path, body) ->
                assertThat(send("POST", path, "Bearer " + hal, body).statusCode())
                        .as(path)
                        .isEqualTo(403));
        var own =
                post("/api/v1/main/bindings", admin, "{\"user\":\"hal\",\"role\":\"viewer\"}")
                        .path("id")
                        .asString();
        assertThat(
                        send(
                                        "PUT",
                                        "/api/v1/main/bindings/" + own,
                                        "Bearer " + hal,
                                        "{\"role\":\"admin\"}")
                                .statusCode())
                .isEqualTo(403);
    }

    @Test
    void severalIssuersAreToldApartAndTheirGroupsAreMapped() {
        var claims =
                FakeIssuer.claims("ann", "admins")
                        .issuer(SECOND)
                        .claim("realm_access", Map.of("roles", List.of("team-data", "x")))
                        .build();
        var token = FakeIssuer.sign(secondIssuer.key(), claims, _ -> {});
        var forged = FakeIssuer.sign(secondIssuer.key(), FakeIssuer.claims("ann").build(), _ -> {});

        assertThat(grants(get("/api/v1/main/flows/search", token)))
                .containsExactly("editor@company.data");
        assertThat(get("/api/v1/main/me", token).body()).contains("\"subject\":\"second:ann\"");
        assertThat(get("/api/v1/main/me", forged).statusCode()).isEqualTo(401);
    }

    @Test
    void usersAndGroupsAreKnownWhenTheyCome() {
        get("/api/v1/main/me", issuer.token("newcomer", "admins", "night-shift"));

        var users = get("/api/v1/main/tenant-access?q=newcom", admin);
        var groups = get("/api/v1/main/groups/search?q=night", admin);

        assertThat(users.body()).contains("\"username\":\"newcomer\"");
        assertThat(groups.body()).contains("\"name\":\"night-shift\"", "\"external\":true");
        assertThat(
                        get("/api/v1/other/tenant-access?q=newcom", issuer.token("eve", "others"))
                                .body())
                .doesNotContain("newcomer");
    }

    @Test
    void groupMadeHereGivesItsMembersItsRoles() {
        get("/api/v1/main/me", issuer.token("gil", "admins"));
        var user =
                json(get("/api/v1/main/tenant-access?q=gil", admin), 200)
                        .path("results")
                        .get(0)
                        .path("id")
                        .asString();
        var group = post("/api/v1/main/groups", admin, "{\"name\":\"on-call\"}");
        post("/api/v1/main/bindings", admin, "{\"group\":\"on-call\",\"role\":\"viewer\"}");
        var gil = issuer.token("gil");
        assertThat(get("/api/v1/main/flows/search", gil).statusCode()).isEqualTo(404);

        var path = "/api/v1/main/groups/" + group.path("id").asString() + "/members/" + user;
        assertThat(send("PUT", path, "Bearer " + admin, "").statusCode()).isEqualTo(200);

        assertThat(grants(get("/api/v1/main/flows/search", gil))).containsExactly("viewer@");
        assertThat(delete(path, admin)).isEqualTo(200);
        assertThat(get("/api/v1/main/flows/search", gil).statusCode()).isEqualTo(404);
    }

    /// A token of somebody whose address his issuer has checked, or has not.
    private String addressed(String user, String email, boolean verified) {
        return FakeIssuer.sign(
                issuer.key(),
                FakeIssuer.claims(user)
                        .claim("email", email)
                        .claim("email_verified", verified)
                        .build(),
                _ -> {});
    }

    private JsonNode invite(String email, String more) {
        return post("/api/v1/main/invitations", admin, "{\"email\":\"" + email + "\"" + more + "}");
    }

    private String status(String email) {
        return json(get("/api/v1/main/invitations/email/" + email, admin), 200)
                .path(0)
                .path("status")
                .asString();
    }

    @Test
    void whoWasInvitedGetsWhatIsMeantForHimWhenHisIssuerVouchesForHisAddress() {
        var group = post("/api/v1/main/groups", admin, "{\"name\":\"guests\"}");
        post(
                "/api/v1/main/bindings",
                admin,
                "{\"group\":\"guests\",\"role\":\"launcher\",\"namespace\":\"guest.rooms\"}");
        var invited =
                invite(
                        "Ivy@Ours.test",
                        ",\"roles\":[{\"id\":\"viewer\",\"namespaces\":[\"company.data\"]}],\"groups\":[\""
                                + group.path("id").asString()
                                + "\"]");
        assertThat(invited.path("link").asString()).isEqualTo("https://millrace.test/ui/");
        assertThat(status("ivy@ours.test")).isEqualTo("PENDING");
        var path = "/api/v1/main/flows/search";
        var ofAnother =
                FakeIssuer.sign(
                        secondIssuer.key(),
                        FakeIssuer.claims("ivy")
                                .issuer(SECOND)
                                .claim("email", "ivy@ours.test")
                                .claim("email_verified", true)
                                .build(),
                        _ -> {});
        for (var stranger :
                List.of(
                        issuer.token("ivy"),
                        addressed("ivy", "ivy@ours.test", false),
                        addressed("ivy", "ivy@theirs.test", true),
                        ofAnother)) {
            assertThat(get(path, stranger).statusCode()).isEqualTo(404);
        }

        assertThat(grants(get(path, addressed("ivy", "IVY@ours.test", true))))
                .containsExactlyInAnyOrder("viewer@company.data", "launcher@guest.rooms");

        assertThat(status("ivy@ours.test")).isEqualTo("ACCEPTED");
        assertThat(get(path, issuer.token("ivy")).statusCode()).isEqualTo(200);
        assertThat(get(path, addressed("late", "ivy@ours.test", true)).statusCode())
                .as("an invitation is for one")
                .isEqualTo(404);
        assertThat(get("/api/v1/main/tenant-access?q=ivy", admin).body()).contains("\"ivy\"");
    }

    @Test
    void whoCouldNotBeNotedIsNotedWhenHeComesAgain(TestDatabase database) {
        var jdbc = JdbcClient.create(database.dataSource());
        var nell = issuer.token("nell", "admins");
        jdbc.sql("alter table known_user_tenant rename to away").update();
        try {
            assertThat(get("/api/v1/main/flows/search", nell).statusCode()).isEqualTo(503);
        } finally {
            jdbc.sql("alter table away rename to known_user_tenant").update();
        }

        assertThat(get("/api/v1/main/flows/search", nell).statusCode()).isEqualTo(200);

        assertThat(get("/api/v1/main/tenant-access?q=nell", admin).body()).contains("\"nell\"");
    }

    /// How often a connection to the database was taken.
    private long queries() {
        return context.getBean(MeterRegistry.class)
                .get("hikaricp.connections.acquire")
                .timer()
                .count();
    }

    @Test
    void aPageIsLookedUpTogetherHoweverLongItIs() {
        int rows = 40;
        var operatorAndAdmin = issuer.token("ora", "operators", "admins");
        for (int i = 0; i < rows; i++) {
            var group = post("/api/v1/main/groups", admin, "{\"name\":\"page-" + i + "\"}");
            var id = group.path("id").asString();
            invite("page-" + i + "@ours.test", ",\"groups\":[\"" + id + "\"]");
            post(
                    "/api/v1/users",
                    operator,
                    """
                    {"email":"listed-%d@ours.test","tenants":["main"],"groups":["%s"]}\
                    """
                            .formatted(i, id));
            var account = account("page-" + i);
            bind(account, "viewer", "page.a" + i);
            json(
                    send(
                            "PUT",
                            "/api/v1/main/service-accounts/" + account,
                            "Bearer " + admin,
                            "{\"groups\":[{\"id\":\"" + id + "\"}]}"),
                    200);
        }

        for (var list :
                Map.of(
                                "/api/v1/main/invitations/search?q=page-&size=1000", "page-39",
                                "/api/v1/users?q=listed-&size=1000", "listed-39@ours.test",
                                "/api/v1/main/service-accounts?size=1000", "page-39",
                                "/api/v1/main/bindings?size=1000", "page-39")
                        .entrySet()) {
            // others ask now and then, too
            long least = Long.MAX_VALUE;
            for (int i = 0; i < 3; i++) {
                long before = queries();
                var page = json(get(list.getKey(), operatorAndAdmin), 200);
                least = Math.min(least, queries() - before);
                assertThat(page.path("total").asInt()).isGreaterThanOrEqualTo(rows);
                assertThat(page.path("results").toString()).contains(list.getValue());
            }
            assertThat(least).as(list.getKey()).isLessThan(rows);
        }
    }

    @Test
    void invitationsEndAndGiveNoMoreThanWhoInvitesHas(TestDatabase database) {
        var old = ",\"roles\":[{\"id\":\"viewer\"}]";
        invite("jo@ours.test", old);
        JdbcClient.create(database.dataSource())
                .sql("update invitation set expires_at = now() where email = 'jo@ours.test'")
                .update();
        var kim = invite("kim@ours.test", old).path("id").asString();
        assertThat(delete("/api/v1/main/invitations/" + kim, admin)).isEqualTo(204);
        assertThat(delete("/api/v1/main/invitations/" + kim, admin)).isEqualTo(404);

        assertThat(status("jo@ours.test")).isEqualTo("EXPIRED");
        var jo = addressed("jo", "jo@ours.test", true);
        assertThat(get("/api/v1/main/me", jo).statusCode()).isEqualTo(404);
        assertThat(get("/api/v1/main/me", addressed("kim", "kim@ours.test", true)).statusCode())
                .isEqualTo(404);
        invite("jo@ours.test", old); // anew
        assertThat(get("/api/v1/main/me", jo).statusCode()).isEqualTo(200);

        var account = account("inviter");
        bind(account, "admin", "");
        var inviter = token(account, ",\"permissions\":[\"BINDING_UPDATE\"]");
        var bounded = "Bearer " + inviter.path("fullToken").asString();
        for (var asked :
                Map.of(
                                "{\"email\":\"l@ours.test\",\"roles\":[{\"id\":\"admin\"}]}", 403,
                                "{\"email\":\"l@ours.test\",\"superAdmin\":true}", 403,
                                "{\"email\":\"nobody\"}", 422,
                                "{\"email\":\"l@ours.test\",\"roles\":[{\"id\":\"king\"}]}", 422,
                                "{\"email\":\"l@ours.test\",\"groups\":[\"none\"]}", 422)
                        .entrySet()) {
            assertThat(
                            send("POST", "/api/v1/main/invitations", bounded, asked.getKey())
                                    .statusCode())
                    .as(asked.getKey())
                    .isEqualTo(asked.getValue());
        }
    }

    @Test
    void userWhoWasMadeBeforeHeCameIsWhoComesUnderHisAddress() {
        var body =
                "{\"email\":\"mo@ours.test\",\"firstName\":\"Mo\",\"tenants\":[\"main\"],\"superAdmin\":true}";
        assertThat(send("POST", "/api/v1/users", "Bearer " + admin, body).statusCode())
                .isEqualTo(404);
        var made = post("/api/v1/users", operator, body);
        var id = made.path("id").asString();
        assertThat(made.path("auths")).isEmpty();
        assertThat(send("POST", "/api/v1/users", "Bearer " + operator, body).statusCode())
                .isEqualTo(409);
        post(
                "/api/v1/main/bindings",
                admin,
                "{\"type\":\"USER\",\"externalId\":\"" + id + "\",\"roleId\":\"editor\"}");
        assertThat(get("/api/v1/main/me", issuer.token("awaited:" + id)).statusCode())
                .as("nobody has such a name")
                .isEqualTo(401);

        var mo = addressed("mo-1", "mo@ours.test", true);
        assertThat(grants(get("/api/v1/main/flows/search", mo))).containsExactly("editor@");

        assertThat(get("/api/v1/tenants", mo).statusCode()).isEqualTo(200);
        var path = "/api/v1/users/" + id;
        var known = json(get(path, operator), 200);
        assertThat(known.path("auths").path(0).path("name").asString())
                .isEqualTo(FakeIssuer.ISSUER);
        var renamed = "{\"email\":\"other@ours.test\"}";
        assertThat(send("PATCH", path, "Bearer " + operator, renamed).statusCode())
                .as("his issuer says who he is")
                .isEqualTo(422);
        var less = "{\"email\":\"mo@ours.test\",\"superAdmin\":false}";
        json(send("PUT", path, "Bearer " + operator, less), 200);
        assertThat(get("/api/v1/tenants", mo).statusCode()).isEqualTo(404);

        json(send("DELETE", path + "/auths/oidc", "Bearer " + operator, ""), 200);
        assertThat(get("/api/v1/main/me", issuer.token("mo-1")).statusCode()).isEqualTo(404);
        assertThat(
                        grants(
                                get(
                                        "/api/v1/main/flows/search",
                                        addressed("mo-2", "mo@ours.test", true))))
                .as("another account of his")
                .containsExactly("editor@");
        assertThat(json(get(path, operator), 200).path("username").asString()).isEqualTo("mo-2");
    }

    @Test
    void operatorOfNoTenantIsKnownByHisGroupWithWhenHeCame() {
        get("/api/v1/tenants", issuer.token("opal", "operators"));

        var known = json(get("/api/v1/users?q=opal", operator), 200).path("results").path(0);
        assertThat(known.path("username").asString()).isEqualTo("opal");
        assertThat(known.path("tenants")).isEmpty();
        assertThat(known.path("operator").asBoolean()).isTrue();
        assertThat(known.path("superAdmin").asBoolean()).as("it is his group that is").isFalse();
        assertThat(Instant.parse(known.path("lastSeen").asString())).isAfter(Instant.EPOCH);

        var awaited = post("/api/v1/users", operator, "{\"email\":\"otto@ours.test\"}");
        assertThat(awaited.has("lastSeen")).as("he hasn't come yet").isFalse();
    }

    @Test
    void whoIsKnownAlreadyGetsWhatWasMeantForHim() {
        get("/api/v1/main/me", issuer.token("ned", "admins"));
        var group = post("/api/v1/main/groups", admin, "{\"name\":\"neds\"}").path("id").asString();
        post("/api/v1/main/bindings", admin, "{\"group\":\"neds\",\"role\":\"viewer\"}");
        var made =
                post(
                        "/api/v1/users",
                        operator,
                        "{\"email\":\"ned@ours.test\",\"groups\":[\"" + group + "\"]}");

        assertThat(
                        grants(
                                get(
                                        "/api/v1/main/flows/search",
                                        addressed("ned", "ned@ours.test", true))))
                .containsExactly("viewer@");

        assertThat(get("/api/v1/users/" + made.path("id").asString(), operator).statusCode())
                .as("there is one of him")
                .isEqualTo(404);
        assertThat(json(get("/api/v1/users?q=ned", operator), 200).path("total").asInt())
                .isEqualTo(1);
    }

    @Test
    void nobodyHasAPasswordHereOrActsInAnothersName() {
        get("/api/v1/main/me", issuer.token("pam", "admins"));
        var path =
                "/api/v1/users/"
                        + json(get("/api/v1/users?q=pam", operator), 200)
                                .path("results")
                                .path(0)
                                .path("id")
                                .asString();
        var password = "{\"password\":\"secret\"}";

        assertThat(send("PATCH", path + "/password", "Bearer " + operator, password).body())
                .contains("\"status\":422", "his issuer lets him in");
        assertThat(send("PUT", path, "Bearer " + operator, password).statusCode()).isEqualTo(422);
        assertThat(send("POST", path + "/impersonate", "Bearer " + operator, "").body())
                .contains("\"status\":403", "Nobody acts in another's name");
    }

    @Test
    void restrictedUserMayDoNothingFromThenOn() {
        var token = issuer.token("rex", "admins");
        get("/api/v1/main/me", token);
        var id =
                json(get("/api/v1/users?q=rex", operator), 200)
                        .path("results")
                        .get(0)
                        .path("id")
                        .asString();

        var path = "/api/v1/users/" + id + "/restricted";
        assertThat(send("PATCH", path, "Bearer " + operator, "{\"restricted\":true}").statusCode())
                .isEqualTo(200);

        assertThat(get("/api/v1/main/me", token).statusCode()).isEqualTo(404);
        assertThat(send("PATCH", path, "Bearer " + admin, "{}").statusCode()).isEqualTo(404);
    }

    @Test
    void usersTokenActsAsHimUntilHeIsRestrictedOrHasNotComeForLong(TestDatabase database) {
        var uma = issuer.token("uma", "admins");
        var own = "/api/v1/main/me/api-tokens";
        get("/api/v1/main/me", uma);
        var made =
                json(
                        send("POST", own, "Bearer " + uma, "{\"name\":\"t\",\"maxAge\":\"P9D\"}"),
                        201);
        var secret = made.path("fullToken").asString();

        var me = json(get("/api/v1/main/me", secret), 200);
        assertThat(me.path("subject").asString()).isEqualTo("uma");
        assertThat(me.path("groups").toString()).contains("admins");
        assertThat(get("/api/v1/main/bindings", secret).statusCode()).isEqualTo(200);
        assertThat(get(own, secret).body()).contains(made.path("id").asString());
        assertThat(send("POST", own, "Bearer " + secret, "{\"name\":\"u\"}").statusCode())
                .as("a token doesn't make others")
                .isEqualTo(403);

        var jdbc = JdbcClient.create(database.dataSource());
        jdbc.sql(
                        "update known_user set last_seen = now() - interval '31 days' where subject = 'uma'")
                .update();
        bind(account("unseen"), "viewer", ""); // what is remembered of her is looked up again
        assertThat(get("/api/v1/main/me", secret).statusCode()).isEqualTo(401);
        jdbc.sql("update known_user set last_seen = now() where subject = 'uma'").update();
        assertThat(get("/api/v1/main/me", secret).statusCode()).isEqualTo(200);

        var id =
                json(get("/api/v1/users?q=uma", operator), 200)
                        .path("results")
                        .get(0)
                        .path("id")
                        .asString();
        var theirs = "/api/v1/users/" + id + "/api-tokens";
        assertThat(get(theirs, operator).body()).contains(made.path("id").asString());
        assertThat(send("POST", theirs, "Bearer " + operator, "{\"name\":\"u\"}").statusCode())
                .as("nobody acts in another's name")
                .isEqualTo(403);
        assertThat(delete(theirs + "/" + made.path("id").asString(), operator)).isEqualTo(204);
        assertThat(get("/api/v1/main/me", secret).statusCode()).isEqualTo(401);
    }

    /// The request was let in before the token was taken back, and its body came after.
    @Test
    void tokenThatIsTakenBackMeanwhileMakesNoOthers() throws IOException {
        var vera = issuer.token("vera", "admins");
        var own = "/api/v1/main/me/api-tokens";
        get("/api/v1/main/me", vera);
        var made = post(own, vera, "{\"name\":\"t\"}");
        var id = made.path("id").asString();
        var body = "{\"name\":\"u\"}";
        try (var socket =
                new Socket(InetAddress.getLoopbackAddress(), URI.create(base).getPort())) {
            var out = socket.getOutputStream();
            out.write(
                    """
                    POST %s HTTP/1.1
                    Host: localhost
                    Connection: close
                    Authorization: Bearer %s
                    Content-Type: application/json
                    Content-Length: %d

                    """
                            .formatted(own, made.path("fullToken").asString(), body.length())
                            .replace("\n", "\r\n")
                            .getBytes(StandardCharsets.UTF_8));
            out.flush();
            Awaitility.await()
                    .until(() ->
                            json(get(own, vera), 200)
                                    .path("results")
                                    .get(0)
                                    .path("lastUsed")
                                    .isString());

            assertThat(delete(own + "/" + id, vera)).isEqualTo(204);
            out.write(body.getBytes(StandardCharsets.UTF_8));
            out.flush();

            var answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(answer).startsWith("HTTP/1.1 403");
        }
        assertThat(json(get(own, vera), 200).path("total").asInt()).isZero();
    }

    @Test
    void operatorMakesAndRemovesTenantsButIsNobodyInThem() {
        var body = "{\"id\":\"team-a\",\"name\":\"Team A\",\"admins\":[{\"user\":\"tea\"}]}";
        assertThat(send("POST", "/api/v1/tenants", "Bearer " + admin, body).statusCode())
                .isEqualTo(404);
        post("/api/v1/tenants", operator, body);
        var tea = issuer.token("tea");

        assertThat(grants(get("/api/v1/team-a/flows/search", tea))).containsExactly("admin@");
        assertThat(get("/api/v1/team-a/flows/search", operator).statusCode()).isEqualTo(404);
        assertThat(get("/api/v1/team-a/flows/search", admin).statusCode()).isEqualTo(404);
        assertThat(get("/api/v1/tenants", operator).body()).contains("\"team-a\"");
        for (var id : List.of("flows", "UPPER", "a/b", "", "-a")) {
            assertThat(
                            send(
                                            "POST",
                                            "/api/v1/tenants",
                                            "Bearer " + operator,
                                            "{\"id\":\"" + id + "\"}")
                                    .statusCode())
                    .as(id)
                    .isEqualTo(422);
        }

        assertThat(delete("/api/v1/tenants/team-a", operator)).isEqualTo(204);

        assertThat(get("/api/v1/team-a/flows/search", tea).statusCode()).isEqualTo(404);
        assertThat(send("POST", "/api/v1/tenants", "Bearer " + operator, body).statusCode())
                .isEqualTo(409);
        assertThat(delete("/api/v1/tenants/main", operator)).isEqualTo(422);
    }

    @Test
    void quotasGoAlongWithTheCallerFromThenOn() throws Exception {
        var ofTenant = "{\"kind\":\"starts-per-minute\",\"amount\":600}";
        var ofNamespace = "{\"kind\":\"running-executions\",\"namespace\":\"a.b\",\"amount\":5}";
        assertThat(send("PUT", "/api/v1/main/quotas", "Bearer " + admin, ofTenant).statusCode())
                .isEqualTo(403);
        json(send("PUT", "/api/v1/tenants/main/quotas", "Bearer " + operator, ofTenant), 200);
        json(send("PUT", "/api/v1/main/quotas", "Bearer " + admin, ofNamespace), 200);

        var echoed = get("/api/v1/main/flows/search", admin).body();
        var token = echoed.replaceAll("(?s).*Authorization=\\[Bearer ([^]]+)].*", "$1");
        assertThat(SignedJWT.parse(token).getJWTClaimsSet().getStringListClaim("quotas"))
                .containsExactly("starts-per-minute=600@", "running-executions=5@a.b");
        assertThat(get("/api/v1/main/quotas", admin).body())
                .contains("\"kind\":\"starts-per-minute\"", "\"amount\":600");
        var page = json(get("/api/v1/main/quotas?size=1", admin), 200);
        assertThat(page.path("results")).hasSize(1);
        var next = "/api/v1/main/quotas?size=1&cursor=" + page.path("nextCursor").asString();
        assertThat(json(get(next, admin), 200).at("/results/0/namespace").asString())
                .isEqualTo("a.b");

        var none = "{\"kind\":\"running-executions\",\"namespace\":\"a.b\"}";
        assertThat(
                        json(send("PUT", "/api/v1/main/quotas", "Bearer " + admin, none), 200)
                                .path("total")
                                .asInt())
                .isEqualTo(1);
    }

    @Test
    void everyAnswerTellsBrowsersToTrustItLittle() {
        var answer = get("/api/v1/main/me", admin).headers();

        assertThat(answer.firstValue("Content-Security-Policy").orElse(""))
                .contains("default-src 'none'", "frame-ancestors 'none'");
        assertThat(answer.firstValue("Strict-Transport-Security")).isPresent();
        assertThat(answer.firstValue("Access-Control-Allow-Origin")).isEmpty();
        assertThat(answer.firstValue("X-Content-Type-Options")).contains("nosniff");
    }

    @Test
    void changesSignInsAndRefusalsAreOnRecord() {
        var audited = issuer.token("aud", "admins");
        var binding =
                post("/api/v1/main/bindings", audited, "{\"user\":\"zoe\",\"role\":\"viewer\"}")
                        .path("id")
                        .asString();
        get("/api/v1/main/bindings", issuer.token("zoe"));
        get("/api/v1/main/me", "nonsense");

        Awaitility.await()
                .atMost(TIMEOUT)
                .untilAsserted(() -> {
                    var records = get("/api/v1/main/audit?resource=binding/" + binding, admin);
                    assertThat(json(records, 200).path("total").asInt()).isEqualTo(1);
                    assertThat(records.body())
                            .contains(
                                    "\"action\":\"binding.create\"",
                                    "\"subject\":\"aud\"",
                                    "\"tokenId\":",
                                    "\"address\":\"127.0.0.1\"",
                                    "∅ → viewer");
                    assertThat(get("/api/v1/main/audit?action=signin&subject=aud", admin).body())
                            .contains("\"total\":1");
                    assertThat(get("/api/v1/main/audit?outcome=refused&subject=zoe", admin).body())
                            .contains("\"permission\":\"BINDING_READ\"", "\"total\":1");
                    assertThat(get("/api/v1/main/audit?action=signin.refused", admin).body())
                            .contains("Expected a signed JWT");
                });
        var all = json(get("/api/v1/main/audit?size=4", admin), 200).path("results");
        assertThat(json(get("/api/v1/main/audit?size=1&cursor=9", admin), 200).has("total"))
                .as("nobody counts again who goes on")
                .isFalse();
        var first = json(get("/api/v1/main/audit?size=2", admin), 200);
        var byPage = json(get("/api/v1/main/audit?size=2&page=2", admin), 200);
        var byCursor =
                json(
                        get(
                                "/api/v1/main/audit?size=2&cursor="
                                        + first.path("nextCursor").asString(),
                                admin),
                        200);
        assertThat(byCursor.path("results").path(0)).isEqualTo(all.path(2));
        assertThat(byPage.path("results")).isEqualTo(byCursor.path("results"));
        var export = get("/api/v1/main/audit/export?subject=aud", admin);
        assertThat(export.headers().firstValue("Content-Disposition").orElse(""))
                .contains("attachment");
        var lines = export.body().lines().map(JSON::readTree).toList();
        assertThat(lines).hasSizeGreaterThanOrEqualTo(2);
        assertThat(lines).allMatch(l -> l.path("event").path("subject").asString().equals("aud"));
    }

    @Test
    void aTenantKeepsAnAdmin(TestDatabase database) {
        post(
                "/api/v1/tenants",
                operator,
                "{\"id\":\"kept\",\"admins\":[{\"user\":\"kay\"},{\"group\":\"nobody-yet\"}]}");
        var kay = issuer.token("kay");
        get("/api/v1/kept/me", kay);
        var bindings = "/api/v1/kept/bindings";
        var user = idOf("/api/v1/kept/tenant-access?q=kay", kay);
        var own =
                json(get(bindings, kay), 200)
                        .path("results")
                        .valueStream()
                        .filter(b -> b.path("name").asString().equals("kay"))
                        .findFirst()
                        .orElseThrow()
                        .path("id")
                        .asString();
        var account = post("/api/v1/kept/service-accounts", kay, "{\"name\":\"bot\"}");
        post(
                bindings,
                kay,
                "{\"serviceAccount\":\"%s\",\"role\":\"admin\"}"
                        .formatted(account.path("id").asString()));

        var unbound = send("DELETE", bindings + "/" + own, "Bearer " + kay, "");
        assertThat(unbound.statusCode()).isEqualTo(409);
        assertThat(unbound.body()).contains("last admin", "kept");
        assertThat(
                        send(
                                        "PUT",
                                        bindings + "/" + own,
                                        "Bearer " + kay,
                                        "{\"role\":\"admin\",\"namespace\":\"a\"}")
                                .statusCode())
                .isEqualTo(409);
        assertThat(delete("/api/v1/kept/tenant-access/" + user, kay)).isEqualTo(409);
        assertThat(get(bindings, kay).statusCode()).as("nothing has changed").isEqualTo(200);

        var group = post("/api/v1/kept/groups", kay, "{\"name\":\"keepers\"}");
        var groupPath = "/api/v1/kept/groups/" + group.path("id").asString();
        json(send("PUT", groupPath + "/members/" + user, "Bearer " + kay, ""), 200);
        post(bindings, kay, "{\"group\":\"keepers\",\"role\":\"admin\"}");
        assertThat(delete(bindings + "/" + own, kay)).as("the group has her").isEqualTo(204);
        assertThat(delete(groupPath, kay)).isEqualTo(409);
        assertThat(delete(groupPath + "/members/" + user, kay)).isEqualTo(409);
        assertThat(
                        send(
                                        "PUT",
                                        "/api/v1/kept/users/" + user + "/groups",
                                        "Bearer " + kay,
                                        "{\"groupIds\":[]}")
                                .statusCode())
                .isEqualTo(409);

        get("/api/v1/kept/me", issuer.token("kim", "nobody-yet"));
        assertThat(delete("/api/v1/kept/tenant-access/" + user, kay)).isEqualTo(204);
        assertThat(get("/api/v1/kept/me", kay).statusCode()).isEqualTo(404);
    }

    @Test
    void groupsOfAUserAreSetTogetherHoweverManyTheyAre() {
        var ids = new ArrayList<String>();
        for (int i = 0; i < 40; i++) {
            ids.add(
                    post("/api/v1/main/groups", admin, "{\"name\":\"set-" + i + "\"}")
                            .path("id")
                            .asString());
        }
        var made =
                post(
                        "/api/v1/users",
                        operator,
                        "{\"email\":\"sam@ours.test\",\"tenants\":[\"main\"]}");
        var path = "/api/v1/main/users/" + made.path("id").asString() + "/groups";
        long least = Long.MAX_VALUE;
        for (int i = 0; i < 3; i++) {
            long before = queries();
            assertThat(setGroups(path, ids)).isEqualTo(204);
            least = Math.min(least, queries() - before);
            assertThat(groupsOf(made)).isEqualTo(40);
            assertThat(setGroups(path, List.of(ids.getFirst()))).isEqualTo(204);
            assertThat(groupsOf(made)).isEqualTo(1);
        }
        assertThat(least).isLessThan(40);

        assertThat(setGroups(path, List.of(ids.getLast(), "none"))).isEqualTo(404);
        assertThat(groupsOf(made)).isEqualTo(1);
    }

    private int setGroups(String path, List<String> ids) {
        var body = JSON.writeValueAsString(Map.of("groupIds", ids));
        return send("PUT", path, "Bearer " + admin, body).statusCode();
    }

    private int groupsOf(JsonNode user) {
        return json(get("/api/v1/users/" + user.path("id").asString(), operator), 200)
                .path("groups")
                .size();
    }

    private interface Change {
        void of(String name);
    }

    /// Goes through a list of five. When the first two were seen, one before them comes, one of
    /// them goes, one after them comes and another goes.
    ///
    /// @param list with a query that finds what is made here alone
    /// @param key where the name of a row is
    /// @param seen last letters of the names of all rows that are seen, in order
    private void goneThrough(
            String list, String token, String key, String seen, Change make, Change remove) {
        for (var name : List.of("b", "d", "f", "h", "j")) {
            make.of(name);
        }
        var first = json(get(list + "size=2", token), 200);
        var found = new ArrayList<String>();
        first.path("results").forEach(row -> found.add(row.at(key).asString()));
        assertThat(first.path("total").asInt()).as(list).isBetween(5, 6);
        assertThat(found).as(list).hasSize(2);
        make.of("a");
        remove.of("d");
        make.of("g");
        remove.of("h");

        for (var cursor = first.path("nextCursor"); cursor.isString(); ) {
            var at = URLEncoder.encode(cursor.asString(), StandardCharsets.UTF_8);
            var page = json(get(list + "size=2&cursor=" + at, token), 200);
            page.path("results").forEach(row -> found.add(row.at(key).asString()));
            cursor = page.path("nextCursor");
        }

        var letters =
                found.stream()
                        .map(name -> name.replaceAll("@.*", ""))
                        .map(name -> name.substring(name.length() - 1))
                        .collect(Collectors.joining());
        assertThat(letters).as(list).isEqualTo(seen);
        assertThat(get(list + "cursor=a,b,c,d,e", token).statusCode()).as(list).isEqualTo(422);
        assertThat(get(list + "cursor=%00", token).statusCode()).as(list).isEqualTo(400);
    }

    private String idOf(String list, String token) {
        var found = json(get(list, token), 200).path("results");
        assertThat(found).as(list).hasSize(1);
        return found.path(0).path("id").asString();
    }

    @Test
    void peopleAreGoneThroughByCursors() {
        var users = "/api/v1/users";
        goneThrough(
                users + "?q=walker-&",
                operator,
                "/username",
                "bdfgj",
                name ->
                        post(
                                users,
                                operator,
                                "{\"email\":\"walker-%s@ours.test\",\"tenants\":[\"main\"]}"
                                        .formatted(name)),
                name ->
                        assertThat(
                                        delete(
                                                users
                                                        + "/"
                                                        + idOf(
                                                                users + "?q=walker-" + name,
                                                                operator),
                                                operator))
                                .isEqualTo(204));
        var access = "/api/v1/main/tenant-access";
        goneThrough(
                access + "?q=resident-&",
                admin,
                "/username",
                "bdfgj",
                name ->
                        post(
                                users,
                                operator,
                                "{\"email\":\"resident-%s@ours.test\",\"tenants\":[\"main\"]}"
                                        .formatted(name)),
                name ->
                        assertThat(
                                        delete(
                                                access
                                                        + "/"
                                                        + idOf(
                                                                access + "?q=resident-" + name,
                                                                admin),
                                                admin))
                                .isEqualTo(204));
    }

    @Test
    void groupsAndTheirMembersAreGoneThroughByCursors() {
        var groups = "/api/v1/main/groups";
        goneThrough(
                groups + "/search?q=walked-&",
                admin,
                "/name",
                "bdfgj",
                name -> post(groups, admin, "{\"name\":\"walked-%s\"}".formatted(name)),
                name ->
                        assertThat(
                                        delete(
                                                groups
                                                        + "/"
                                                        + idOf(
                                                                groups + "/search?q=walked-" + name,
                                                                admin),
                                                admin))
                                .isEqualTo(204));
        var group = groups + "/" + post(groups, admin, "{\"name\":\"club\"}").path("id").asString();
        var ids = new HashMap<String, String>();
        goneThrough(
                group + "/members?",
                admin,
                "/username",
                "bdfgj",
                name -> {
                    var made =
                            post(
                                    "/api/v1/users",
                                    operator,
                                    "{\"email\":\"clubber-%s@ours.test\",\"tenants\":[\"main\"]}"
                                            .formatted(name));
                    ids.put(name, made.path("id").asString());
                    json(
                            send("PUT", group + "/members/" + ids.get(name), "Bearer " + admin, ""),
                            200);
                },
                name ->
                        assertThat(delete(group + "/members/" + ids.get(name), admin))
                                .isEqualTo(200));
    }

    @Test
    void bindingsAccountsAndInvitationsAreGoneThroughByCursors() {
        post(
                "/api/v1/tenants",
                operator,
                "{\"id\":\"walked\",\"admins\":[{\"group\":\"wardens\"}]}");
        var warden = issuer.token("wim", "wardens");
        var ids = new HashMap<String, String>();
        var accounts = "/api/v1/walked/service-accounts";
        goneThrough(
                accounts + "?",
                warden,
                "/name",
                "bdfgj",
                name ->
                        ids.put(
                                name,
                                post(accounts, warden, "{\"name\":\"%s\"}".formatted(name))
                                        .path("id")
                                        .asString()),
                name -> assertThat(delete(accounts + "/" + ids.get(name), warden)).isEqualTo(204));
        var invitations = "/api/v1/walked/invitations";
        goneThrough(
                invitations + "/search?",
                warden,
                "/email",
                "jhfb",
                name ->
                        ids.put(
                                name,
                                post(
                                                invitations,
                                                warden,
                                                "{\"email\":\"%s@ours.test\"}".formatted(name))
                                        .path("id")
                                        .asString()),
                name ->
                        assertThat(delete(invitations + "/" + ids.get(name), warden))
                                .isEqualTo(204));
        var bindings = "/api/v1/walked/bindings";
        var gone = json(get(bindings, warden), 200).path("results").path(0).path("id").asString();
        post(bindings, warden, "{\"user\":\"wim\",\"role\":\"admin\"}");
        assertThat(delete(bindings + "/" + gone, warden)).isEqualTo(204);
        var wim = issuer.token("wim");
        var own = json(get(bindings, wim), 200).path("results").path(0).path("id").asString();
        assertThat(delete(bindings + "/" + own, wim)).as("the last admin").isEqualTo(409);
        goneThrough(
                "/api/v1/walked/bindings?namespace=walls&",
                wim,
                "/name",
                "bdfgjm",
                name ->
                        ids.put(
                                name,
                                post(
                                                bindings,
                                                wim,
                                                "{\"group\":\"%s\",\"role\":\"viewer\",\"namespace\":\"walls\"}"
                                                        .formatted(name))
                                        .path("id")
                                        .asString()),
                name -> assertThat(delete(bindings + "/" + ids.get(name), wim)).isEqualTo(204));
    }

    @Test
    void rolesAndTenantsAreGoneThroughByCursors() {
        var roles = "/api/v1/main/roles";
        var ids = new HashMap<String, String>();
        goneThrough(
                roles + "?q=walked-&",
                admin,
                "/name",
                "bdfgj",
                name ->
                        ids.put(
                                name,
                                post(
                                                roles,
                                                admin,
                                                "{\"name\":\"walked-%s\",\"permissions\":{}}"
                                                        .formatted(name))
                                        .path("id")
                                        .asString()),
                name -> assertThat(delete(roles + "/" + ids.get(name), admin)).isEqualTo(204));
        var first = json(get(roles + "?size=3", admin), 200);
        assertThat(first.path("results").valueStream().map(role -> role.path("id").asString()))
                .containsExactly("viewer", "launcher", "editor");
        assertThat(
                        json(
                                        get(
                                                roles
                                                        + "?size=3&cursor="
                                                        + first.path("nextCursor").asString(),
                                                admin),
                                        200)
                                .at("/results/0/id")
                                .asString())
                .isEqualTo("admin");
        goneThrough(
                "/api/v1/tenants?q=toured-&",
                operator,
                "/id",
                "bdfgj",
                name -> post("/api/v1/tenants", operator, "{\"id\":\"toured-%s\"}".formatted(name)),
                name ->
                        assertThat(delete("/api/v1/tenants/toured-" + name, operator))
                                .isEqualTo(204));
    }
}
