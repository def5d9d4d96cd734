// SPDX-License-Identifier: Apache-2.0
package io.millrace.gateway.route;

import static io.millrace.gateway.route.Target.DEV_ISSUER;
import static io.millrace.gateway.route.Target.EXECUTION;
import static io.millrace.gateway.route.Target.FLOW;
import static io.millrace.gateway.route.Target.GATEWAY;
import static io.millrace.gateway.route.Target.SCHEDULER;
import static io.millrace.gateway.route.Target.SECRETS;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.http.server.PathContainer;
import org.springframework.web.util.pattern.PathPattern;
import org.springframework.web.util.pattern.PathPatternParser;

/// All that is reachable from outside. What no row matches is not there, whoever asks.
public final class RouteTable {
    /// The tenant of paths that name none.
    public static final String DEFAULT_TENANT = "main";

    private static final String API = "/api/v1/";
    private static final Pattern TENANT = Pattern.compile("[a-z0-9][a-z0-9-]{0,62}");

    /// The first row that matches counts.
    private static final List<Route> ROUTES =
            List.of(
                    Route.open(GATEWAY, "/"),
                    Route.open(GATEWAY, "/ping"),
                    Route.open(GATEWAY, "/api"),
                    Route.open(GATEWAY, "/api/openapi.json"),
                    Route.open(GATEWAY, "/api/docs/swagger-config"),
                    Route.open(GATEWAY, "/api/swagger-ui/**"),
                    Route.open(GATEWAY, "/actuator/health"),
                    Route.open(GATEWAY, "/actuator/health/*"),
                    Route.open(SCHEDULER, "/api/v1/{tenant}/executions/webhook/{ns}/{id}/{key}"),
                    Route.to(EXECUTION, "/api/v1/{tenant}/executions/**"),
                    Route.to(EXECUTION, "/api/v1/{tenant}/taskruns/**"),
                    Route.to(EXECUTION, "/api/v1/{tenant}/logs/**"),
                    Route.to(EXECUTION, "/api/v1/{tenant}/metrics/**"),
                    Route.to(EXECUTION, "/api/v1/{tenant}/stats/**"),
                    Route.to(EXECUTION, "/api/v1/{tenant}/concurrency-limit/**"),
                    Route.to(EXECUTION, "/api/v1/{tenant}/workers/**"),
                    Route.to(EXECUTION, "/api/v1/{tenant}/expressions/**"),
                    Route.to(SCHEDULER, "/api/v1/{tenant}/triggers/**"),
                    Route.to(SCHEDULER, "/api/v1/{tenant}/conditions/**"),
                    Route.to(SECRETS, "/api/v1/{tenant}/namespaces/{ns}/secrets/**"),
                    Route.to(SECRETS, "/api/v1/{tenant}/namespaces/{ns}/inherited-secrets"),
                    Route.to(FLOW, "/api/v1/{tenant}/namespaces/**"),
                    Route.to(FLOW, "/api/v1/{tenant}/kv/**"),
                    Route.to(FLOW, "/api/v1/{tenant}/flows/**"),
                    Route.to(FLOW, "/api/v1/{tenant}/plugins/**"),
                    Route.to(GATEWAY, "/api/v1/{tenant}/me"),
                    Route.to(GATEWAY, "/api/v1/{tenant}/bindings/**"),
                    Route.to(GATEWAY, "/api/v1/{tenant}/audit/**"));

    private static final Route BENCH = Route.to(EXECUTION, "/api/v1/{tenant}/bench/floor");
    private static final Route ISSUER = Route.open(DEV_ISSUER, "/dev-issuer/**");

    private final List<Route> routes;
    private final List<PathPattern> patterns;
    private final Set<String> resources;

    /// @param bench whether the floor of the bench is reachable
    /// @param devIssuer whether there is a development issuer
    public RouteTable(boolean bench, boolean devIssuer) {
        var all = new ArrayList<>(ROUTES);
        if (bench) {
            all.add(BENCH);
        }
        if (devIssuer) {
            all.add(ISSUER);
        }
        this.routes = List.copyOf(all);
        this.patterns =
                routes.stream()
                        .map(r -> PathPatternParser.defaultInstance.parse(r.pattern()))
                        .toList();
        var names = new HashSet<String>();
        for (var route : routes) {
            if (route.pattern().startsWith(API)) {
                names.add(segment(route.pattern(), API.length() + "{tenant}/".length()));
            }
        }
        this.resources = Set.copyOf(names);
    }

    public List<Route> routes() {
        return routes;
    }

    /// @param path what the service gets to see: with its tenant
    /// @param tenant absent outside of `/api/v1`
    public record Match(Route route, String path, @Nullable String tenant) {}

    /// @param path raw path of the request, already known to be well-formed
    public Optional<Match> find(String path) {
        if (!path.startsWith(API)) {
            return match(path, null);
        }
        var first = segment(path, API.length());
        // /api/v1/flows/… is Kestra's older form of /api/v1/main/flows/…
        if (resources.contains(first)) {
            return match(API + DEFAULT_TENANT + "/" + path.substring(API.length()), DEFAULT_TENANT);
        }
        return TENANT.matcher(first).matches() ? match(path, first) : Optional.empty();
    }

    private Optional<Match> match(String path, @Nullable String tenant) {
        var parsed = PathContainer.parsePath(path);
        for (int i = 0; i < patterns.size(); i++) {
            if (patterns.get(i).matches(parsed)) {
                return Optional.of(new Match(routes.get(i), path, tenant));
            }
        }
        return Optional.empty();
    }

    private static String segment(String path, int from) {
        if (from >= path.length()) {
            return "";
        }
        int end = path.indexOf('/', from);
        return end < 0 ? path.substring(from) : path.substring(from, end);
    }
}
