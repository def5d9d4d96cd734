// SPDX-License-Identifier: Apache-2.0
package io.millrace.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.platform.access.Permission;
import io.millrace.platform.access.Role;
import io.millrace.platform.route.RouteRule;
import io.millrace.platform.route.RouteRule.Scope;
import io.millrace.platform.route.RouteRules;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Every route of the table, called by everybody: what comes out is what the table says, and is
/// written down in `docs/access.md`. Routes come from the table and services don't start with one
/// that isn't there, so none is left out.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AccessMatrixIT {
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final String NAMESPACE = "company.matrix";
    private static final String ELSEWHERE = "elsewhere";
    private static final String NO_EXECUTION = "0000000000000000000000";
    private static final Path DOCUMENT = Path.of("../../docs/access.md");

    /// Of what is named by its id: not there, or asked for too little before it was looked for.
    private static final Set<Integer> NOT_TOLD = Set.of(400, 404, 405, 422);

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final Map<Who, String> tokens = new LinkedHashMap<>();
    private String execution = "";

    /// Those who call.
    private enum Who {
        NOBODY("no token"),
        VIEWER("viewer"),
        LAUNCHER("launcher"),
        EDITOR("editor"),
        ADMIN("admin"),
        READER_OF_FLOWS("own role: flows"),
        OTHER_NAMESPACE("admin of another namespace"),
        OTHER_TENANT("admin of another tenant"),
        OPERATOR("operator");

        private final String title;

        Who(String title) {
            this.title = title;
        }

        Optional<Role> role() {
            return switch (this) {
                case VIEWER -> Optional.of(Role.VIEWER);
                case LAUNCHER -> Optional.of(Role.LAUNCHER);
                case EDITOR -> Optional.of(Role.EDITOR);
                case ADMIN, OTHER_NAMESPACE -> Optional.of(Role.ADMIN);
                case NOBODY, READER_OF_FLOWS, OTHER_TENANT, OPERATOR -> Optional.empty();
            };
        }

        boolean gives(@Nullable Permission permission) {
            if (this == READER_OF_FLOWS) {
                return permission == Permission.FLOW_READ;
            }
            return permission != null && role().map(permission::isGivenBy).orElse(false);
        }
    }

    @BeforeAll
    void prepare() {
        var alice = RunningSuite.token("alice");
        var flow =
                "id: m\nnamespace: "
                        + NAMESPACE
                        + "\ntasks:\n"
                        + "  - {id: t, type: io.kestra.plugin.core.log.Log, message: x}\n";
        call("POST", "/api/v1/main/flows", alice, "application/x-yaml", flow);
        execution =
                json(call("POST", "/api/v1/main/executions/" + NAMESPACE + "/m", alice, "", ""))
                        .path("id")
                        .asString();
        for (var who : List.of(Who.VIEWER, Who.LAUNCHER, Who.EDITOR, Who.ADMIN)) {
            tokens.put(who, account(alice, who, who.role().orElseThrow().id(), ""));
        }
        var role =
                json(call(
                                "POST",
                                "/api/v1/main/roles",
                                alice,
                                "application/json",
                                "{\"name\":\"Reader\",\"permissions\":{\"FLOW\":[\"READ\"],\"TRIGGER\":[]}}"))
                        .path("id")
                        .asString();
        tokens.put(Who.READER_OF_FLOWS, account(alice, Who.READER_OF_FLOWS, role, ""));
        tokens.put(Who.OTHER_NAMESPACE, account(alice, Who.OTHER_NAMESPACE, "admin", ELSEWHERE));
        tokens.put(Who.OTHER_TENANT, RunningSuite.token("dave"));
        tokens.put(Who.OPERATOR, operator(alice));
        tokens.put(Who.NOBODY, "");
    }

    private String account(String by, Who who, String role, String namespace) {
        var name = "matrix-" + who.name().toLowerCase(Locale.ROOT).replace('_', '-');
        var id =
                made("/api/v1/main/service-accounts", by, Map.of("name", name))
                        .path("id")
                        .asString();
        made(
                "/api/v1/main/bindings",
                by,
                Map.of("serviceAccount", id, "role", role, "namespace", namespace));
        return made("/api/v1/main/service-accounts/" + id + "/api-tokens", by, Map.of("name", "t"))
                .path("fullToken")
                .asString();
    }

    private String operator(String by) {
        var id =
                made(
                                "/api/v1/service-accounts",
                                by,
                                Map.of("name", "matrix-op", "superAdmin", true))
                        .path("id")
                        .asString();
        return made("/api/v1/service-accounts/" + id + "/api-tokens", by, Map.of("name", "t"))
                .path("fullToken")
                .asString();
    }

    private JsonNode made(String path, String by, Map<String, Object> body) {
        return json(call("POST", path, by, "application/json", JSON.writeValueAsString(body)));
    }

    /// What the table says of a call, as statuses; empty if it is to pass.
    private static Optional<Set<Integer>> refusal(RouteRule rule, Who who, boolean named) {
        return switch (rule.scope()) {
            case OPEN -> Optional.empty();
            case OPERATOR ->
                    switch (who) {
                        case NOBODY -> Optional.of(Set.of(401));
                        case OPERATOR -> Optional.empty();
                        default -> Optional.of(Set.of(404));
                    };
            case SELF, TENANT, ANY, NAMESPACE -> ofTenant(rule, who, named);
        };
    }

    private static Optional<Set<Integer>> ofTenant(RouteRule rule, Who who, boolean named) {
        if (who == Who.NOBODY) {
            return Optional.of(Set.of(401));
        }
        // what one may not know about isn't there
        if (who == Who.OTHER_TENANT || who == Who.OPERATOR) {
            return Optional.of(Set.of(404));
        }
        if (rule.scope() == Scope.SELF) {
            return Optional.empty();
        }
        boolean has = who.gives(rule.permission());
        return switch (who) {
            case OTHER_NAMESPACE ->
                    switch (rule.scope()) {
                        case TENANT -> Optional.of(Set.of(403));
                        case NAMESPACE -> Optional.of(Set.of(404));
                        default -> named ? Optional.of(NOT_TOLD) : Optional.empty();
                    };
            case READER_OF_FLOWS ->
                    has
                            ? Optional.empty()
                            // he doesn't even see the namespace
                            : Optional.of(Set.of(rule.scope() == Scope.NAMESPACE ? 404 : 403));
            default -> has ? Optional.empty() : Optional.of(Set.of(403));
        };
    }

    @Test
    void everyRouteIsOpenToThoseAloneWhomTheTableNames() throws IOException {
        var described = described();
        var rules =
                RouteRules.all().rules().stream()
                        .filter(r -> r.pattern().startsWith("/api/v1/"))
                        .filter(r -> described.contains(plain(r)))
                        .toList();
        assertThat(rules).hasSizeGreaterThan(150);
        var surprises = new ArrayList<String>();
        var answers = new LinkedHashMap<RouteRule, Map<Who, String>>();
        // those who are refused come first: the others may take away what there is to refuse
        for (boolean refused : List.of(true, false)) {
            for (var rule : rules) {
                for (var who : Who.values()) {
                    boolean named = rule.pattern().contains("{executionId");
                    var refusal = refusal(rule, who, named);
                    if (refusal.isPresent() != refused) {
                        continue;
                    }
                    int status = status(rule, who, refused);
                    boolean expected =
                            refusal.map(r -> r.contains(status))
                                    .orElse(status != 401 && status != 403 && status < 500);
                    if (!expected) {
                        surprises.add(
                                rule.key()
                                        + " by "
                                        + who.title
                                        + ": "
                                        + status
                                        + " instead of "
                                        + refusal.map(Set::toString).orElse("passing"));
                    }
                    answers.computeIfAbsent(rule, _ -> new LinkedHashMap<>())
                            .put(who, refused ? Integer.toString(status) : "✓");
                }
            }
        }

        assertThat(surprises).isEmpty();
        assertThat(answers).hasSize(rules.size());
        var document = document(answers);
        Files.writeString(Path.of("target/access.md"), document);
        // a route that is new is written there by whoever brings it; none may change unnoticed
        assertThat(document.lines().filter(l -> l.startsWith("| `")).toList())
                .as("docs/access.md is generated: copy deploy/local/target/access.md over it")
                .containsAll(
                        Files.readString(DOCUMENT)
                                .lines()
                                .filter(l -> l.startsWith("| `"))
                                .toList());
    }

    /// What the services say that they serve: the table may be ahead of them.
    private Set<String> described() {
        var paths = json(call("GET", "/api/openapi.json", "", "", "")).path("paths");
        var described = new HashSet<String>();
        for (var path : paths.properties()) {
            path.getValue()
                    .propertyNames()
                    .forEach(m -> described.add(m.toUpperCase(Locale.ROOT) + " " + path.getKey()));
        }
        return described;
    }

    private static String plain(RouteRule rule) {
        return rule.method() + " " + rule.pattern().replaceAll(":[^/]*}(?=/|$)", "}");
    }

    private int status(RouteRule rule, Who who, boolean refused) {
        var path =
                rule.pattern()
                        .replace("{tenant}", "main")
                        .replaceAll("\\{executionId[^/]*}}?", refused ? execution : NO_EXECUTION)
                        .replaceAll("\\{\\w+:([a-z-]+)\\|[^/]*}", "$1")
                        .replace("{namespace}", NAMESPACE)
                        .replaceAll("/namespaces/\\{id}", "/namespaces/" + NAMESPACE)
                        .replaceAll("\\{\\w+Id}", "x")
                        .replaceAll("\\{\\*?\\w+(:[^/]*)?}", "x");
        var body = rule.method().equals("GET") || rule.method().equals("DELETE") ? "" : "{}";
        var token = tokens.getOrDefault(who, "");
        // nobody may ask for too much at once without a token
        return await().pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(200))
                .atMost(Duration.ofMinutes(1))
                .until(
                        () ->
                                call(
                                                rule.method(),
                                                path,
                                                token,
                                                body.isEmpty() ? "" : "application/json",
                                                body)
                                        .statusCode(),
                        status -> status != 429);
    }

    private static String document(Map<RouteRule, Map<Who, String>> answers) {
        var text =
                new StringBuilder(
                        """
                        # Who may call what

                        Every route of the public API, called by everybody, with what came out: ✓ where the call reached its work, else
                        the status of the refusal. `AccessMatrixIT` makes the calls and this page, and fails if either is not as
                        `access/routes.txt` says. A service with a route that isn't in that file doesn't start.

                        404 in place of 403 is what somebody gets who may not know that there is something. *any* is a permission
                        somewhere in the tenant: which things the caller sees or changes then depends on their namespaces.

                        """);
        text.append("| route | permission | on |");
        for (var who : Who.values()) {
            text.append(' ').append(who.title).append(" |");
        }
        text.append("\n| --- | --- | --- |")
                .append(" --- |".repeat(Who.values().length))
                .append('\n');
        answers.forEach((rule, byWho) -> {
            text.append("| `").append(plain(rule)).append("` | ");
            text.append(rule.permission() == null ? "" : rule.permission()).append(" | ");
            text.append(
                    rule.variable() == null
                            ? rule.scope().name().toLowerCase(Locale.ROOT)
                            : "namespace");
            text.append(" |");
            for (var who : Who.values()) {
                text.append(' ').append(byWho.getOrDefault(who, "")).append(" |");
            }
            text.append('\n');
        });
        return text.toString();
    }

    private HttpResponse<String> call(
            String method, String path, String token, String type, String body) {
        var request =
                HttpRequest.newBuilder(URI.create(RunningSuite.server() + path))
                        .timeout(Duration.ofMinutes(1))
                        .method(method, BodyPublishers.ofString(body));
        if (!token.isEmpty()) {
            request.header("Authorization", "Bearer " + token);
        }
        if (!type.isEmpty()) {
            request.header("Content-Type", type);
        }
        try {
            return http.send(request.build(), BodyHandlers.ofString());
        } catch (IOException e) {
            throw new IllegalStateException(method + " " + path, e);
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
