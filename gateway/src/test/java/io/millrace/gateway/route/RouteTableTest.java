// SPDX-License-Identifier: Apache-2.0
package io.millrace.gateway.route;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RouteTableTest {
    private final RouteTable routes = new RouteTable(false, false);

    @ParameterizedTest
    @CsvSource({
        "/api/v1/main/flows, FLOW, /api/v1/main/flows, main",
        "/api/v1/flows, FLOW, /api/v1/main/flows, main",
        "/api/v1/flows/a/b, FLOW, /api/v1/main/flows/a/b, main",
        "/api/v1/t1/flows/a/b/graph, FLOW, /api/v1/t1/flows/a/b/graph, t1",
        "/api/v1/t1/plugins/groups, FLOW, /api/v1/t1/plugins/groups, t1",
        "/api/v1/t1/namespaces/a.b/kv/k, FLOW, /api/v1/t1/namespaces/a.b/kv/k, t1",
        "/api/v1/t1/namespaces/a/secrets/K, SECRETS, /api/v1/t1/namespaces/a/secrets/K, t1",
        "/api/v1/namespaces/a/inherited-secrets, SECRETS, /api/v1/main/namespaces/a/inherited-secrets, main",
        "/api/v1/t1/executions/a/b, EXECUTION, /api/v1/t1/executions/a/b, t1",
        "/api/v1/executions/webhook/a/b/k, SCHEDULER, /api/v1/main/executions/webhook/a/b/k, main",
        "/api/v1/t1/logs/x/follow, EXECUTION, /api/v1/t1/logs/x/follow, t1",
        "/api/v1/t1/triggers/search, SCHEDULER, /api/v1/t1/triggers/search, t1",
        "/api/v1/t1/audit, GATEWAY, /api/v1/t1/audit, t1",
    })
    void pathGoesToItsService(String path, Target target, String rewritten, String tenant) {
        var match = routes.find(path).orElseThrow();

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
                "/api/v1/main/configs",
                "/api/v1/UPPER/flows",
                "/api/v1/-x/flows",
                "/api/v1/main/bench/floor",
                "/dev-issuer/oauth2/token",
                "/actuator/prometheus",
                "/x/configs",
            })
    void whatHasNoRowIsNotThere(String path) {
        assertThat(routes.find(path)).isEmpty();
    }

    @Test
    void benchAndDevelopmentIssuerAreThereOnDemandAlone() {
        var all = new RouteTable(true, true);

        assertThat(all.find("/api/v1/main/bench/floor")).isPresent();
        assertThat(all.find("/dev-issuer/oauth2/token")).isPresent();
    }

    /// Whoever opens another route has to say so here, too.
    @Test
    void openRoutesAreTheseAlone() {
        assertThat(routes.routes().stream().filter(Route::open).map(Route::pattern))
                .containsExactlyInAnyOrderElementsOf(
                        List.of(
                                "/",
                                "/ping",
                                "/api",
                                "/api/openapi.json",
                                "/api/docs/swagger-config",
                                "/api/swagger-ui/**",
                                "/actuator/health",
                                "/actuator/health/*",
                                "/api/v1/{tenant}/executions/webhook/{ns}/{id}/{key}"));
    }
}
