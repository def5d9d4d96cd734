// SPDX-License-Identifier: Apache-2.0
package io.millrace.gateway.route;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RouteTableTest {
    private final RouteTable routes = new RouteTable(false, false);

    @ParameterizedTest
    @CsvSource({
        "/api/v1/main/flows/search, FLOW, /api/v1/main/flows/search, main",
        "/api/v1/flows/search, FLOW, /api/v1/main/flows/search, main",
        "/api/v1/flows/search/, FLOW, /api/v1/main/flows/search/, main",
        "/api/v1/flows/a/b, FLOW, /api/v1/main/flows/a/b, main",
        "/api/v1/t1/flows/a/b/revisions, FLOW, /api/v1/t1/flows/a/b/revisions, t1",
        "/api/v1/t1/namespaces/a/secrets, SECRETS, /api/v1/t1/namespaces/a/secrets, t1",
        "/api/v1/namespaces/a/inherited-secrets, SECRETS, /api/v1/main/namespaces/a/inherited-secrets, main",
        "/api/v1/t1/executions/search, EXECUTION, /api/v1/t1/executions/search, t1",
        "/api/v1/executions/webhook/a/b/k, SCHEDULER, /api/v1/main/executions/webhook/a/b/k, main",
        "/api/v1/t1/logs/3LYZBkgsUvgbmzl8mBdG7A/follow, EXECUTION, /api/v1/t1/logs/3LYZBkgsUvgbmzl8mBdG7A/follow, t1",
        "/api/v1/t1/triggers/search, SCHEDULER, /api/v1/t1/triggers/search, t1",
        "/api/v1/t1/audit, GATEWAY, /api/v1/t1/audit, t1",
        "/api/v1/tenants/search, GATEWAY, /api/v1/tenants/search, ",
        "/api/v1/service-accounts, GATEWAY, /api/v1/service-accounts, ",
        "/api/v1/t1/service-accounts, GATEWAY, /api/v1/t1/service-accounts, t1",
    })
    void pathGoesToItsService(
            String path, Target target, String rewritten, @Nullable String tenant) {
        var match = (RouteTable.Found.Match) routes.find("GET", path);

        assertThat(match.route().target()).isEqualTo(target);
        assertThat(match.path()).isEqualTo(rewritten);
        assertThat(match.tenant()).isEqualTo(tenant);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/internal/claims",
                "/api/v1",
                "/api/v1/",
                "/api/v1/main",
                "/api/v1/main/",
                "/api/v1/main/internal/x",
                "/api/v1/main/nothing",
                "/api/v1/UPPER/flows",
                "/api/v1/-x/flows",
                "/api/v1/main/bench/floor",
                "/dev-issuer/oauth2/token",
                "/actuator/prometheus",
                "/x/nothing",
            })
    void whatHasNoRowIsNotThere(String path) {
        assertThat(routes.find("GET", path)).isInstanceOf(RouteTable.Found.Nothing.class);
    }

    @Test
    void benchAndDevelopmentIssuerAreThereOnDemandAlone() {
        var all = new RouteTable(true, true);

        assertThat(all.find("POST", "/api/v1/main/bench/floor"))
                .isInstanceOf(RouteTable.Found.Match.class);
        assertThat(all.find("POST", "/dev-issuer/oauth2/token"))
                .isInstanceOf(RouteTable.Found.Match.class);
    }

    @Test
    void knownPathSaysWhatMethodsItHas() {
        assertThat(routes.find("DELETE", "/api/v1/main/flows/a/b"))
                .isInstanceOf(RouteTable.Found.Match.class);
        assertThat(routes.find("HEAD", "/api/v1/main/flows/search"))
                .isInstanceOf(RouteTable.Found.Match.class);
        assertThat(routes.find("TRACE", "/api/v1/main/flows/a/b"))
                .isEqualTo(new RouteTable.Found.OtherMethod(Set.of("DELETE", "GET", "PUT")));
    }

    @Test
    void wordOfTheApiIsNoTenant() {
        assertThat(routes.isReserved("flows")).isTrue();
        assertThat(routes.isReserved("tenants")).isTrue();
        assertThat(routes.isReserved("main")).isFalse();
    }

    /// Whoever opens another route has to say so here, too.
    @Test
    void openRoutesAreTheseAlone() {
        assertThat(
                        routes.routes().stream()
                                .filter(Route::open)
                                .map(Route::pattern)
                                .collect(Collectors.toSet()))
                .containsExactlyInAnyOrderElementsOf(
                        List.of(
                                "/",
                                "/ping",
                                "/ui",
                                "/ui/**",
                                "/api",
                                "/api/openapi.json",
                                "/api/docs/swagger-config",
                                "/api/swagger-ui/**",
                                "/actuator/health",
                                "/actuator/health/*",
                                "/ui/login",
                                "/ui/callback",
                                "/ui/session",
                                "/ui/logout",
                                "/api/v1/{tenant}/executions/webhook/{namespace}/{flowId}/{key}",
                                "/api/v1/{tenant}/executions/webhook/{namespace}/{flowId}/{key}/{*path}"));
    }
}
