// SPDX-License-Identifier: Apache-2.0
package io.millrace.gateway.route;

import io.millrace.platform.route.RouteRule;
import io.millrace.platform.route.RouteRules;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
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
    private static final String TENANT_API = API + "{tenant}/";
    private static final String BENCH = TENANT_API + "bench/";
    private static final Pattern TENANT = Pattern.compile("[a-z0-9][a-z0-9-]{0,62}");

    private final List<Route> routes;
    private final List<Row> general = new ArrayList<>();
    private final Map<String, List<Row>> byResource = new HashMap<>();
    private final List<Row> ofInstallation = new ArrayList<>();
    private final Set<String> reserved = new HashSet<>();

    private record Row(PathPattern pattern, Route route) {}

    /// @param bench whether the floor of the bench is reachable
    /// @param devIssuer whether there is a development issuer
    public RouteTable(boolean bench, boolean devIssuer) {
        this(RouteRules.all().rules(), bench, devIssuer);
    }

    RouteTable(Collection<RouteRule> rules, boolean bench, boolean devIssuer) {
        var all = new ArrayList<Route>();
        for (var rule : rules) {
            var target = Target.of(rule.service());
            if (target.isEmpty()
                    || (target.get() == Target.DEV_ISSUER && !devIssuer)
                    || (rule.pattern().startsWith(BENCH) && !bench)) {
                continue;
            }
            all.add(new Route(rule, target.get(), rule.pattern()));
        }
        this.routes = List.copyOf(all);
        for (var route : routes) {
            var row = new Row(PathPatternParser.defaultInstance.parse(route.pattern()), route);
            if (route.pattern().startsWith(TENANT_API)) {
                var resource = segment(route.pattern(), TENANT_API.length());
                byResource.computeIfAbsent(resource, _ -> new ArrayList<>()).add(row);
                reserved.add(resource);
            } else if (route.pattern().startsWith(API)) {
                ofInstallation.add(row);
                reserved.add(segment(route.pattern(), API.length()));
            } else {
                general.add(row);
            }
        }
        var specific = Comparator.comparing(Row::pattern, PathPattern.SPECIFICITY_COMPARATOR);
        byResource.values().forEach(rows -> rows.sort(specific));
        ofInstallation.sort(specific);
        general.sort(specific);
    }

    public List<Route> routes() {
        return routes;
    }

    /// Whether a word can be a tenant's id at all.
    public static boolean isTenant(String id) {
        return TENANT.matcher(id).matches();
    }

    /// Whether a word stands for something else at the place of the tenant.
    public boolean isReserved(String id) {
        return reserved.contains(id);
    }

    /// Where a path leads.
    public sealed interface Found {
        /// @param path what the service gets to see: with its tenant
        /// @param tenant absent outside of tenants
        /// @param variables of the path, decoded
        record Match(
                Route route, String path, @Nullable String tenant, Map<String, String> variables)
                implements Found {}

        /// There is the path, but not with this method.
        ///
        /// @param allowed methods that it has
        record OtherMethod(Set<String> allowed) implements Found {}

        record Nothing() implements Found {}
    }

    /// @param path raw path of the request, already known to be well-formed
    public Found find(String method, String path) {
        if (!path.startsWith(API)) {
            return match(general, method, path, null);
        }
        var first = segment(path, API.length());
        var found = match(ofInstallation, method, path, null);
        if (!(found instanceof Found.Nothing)) {
            return found;
        }
        // /api/v1/flows/… is Kestra's older form of /api/v1/main/flows/…
        if (byResource.containsKey(first)) {
            return ofTenant(
                    method,
                    API + DEFAULT_TENANT + "/" + path.substring(API.length()),
                    DEFAULT_TENANT);
        }
        return isTenant(first) ? ofTenant(method, path, first) : new Found.Nothing();
    }

    private Found ofTenant(String method, String path, String tenant) {
        var resource = segment(path, API.length() + tenant.length() + 1);
        return match(byResource.getOrDefault(resource, List.of()), method, path, tenant);
    }

    private static Found match(
            List<Row> rows, String method, String path, @Nullable String tenant) {
        var parsed = PathContainer.parsePath(RouteRules.plain(path));
        var allowed = new TreeSet<String>();
        for (var row : rows) {
            var matched = row.pattern().matchAndExtract(parsed);
            if (matched != null) {
                if (row.route().takes(method)) {
                    return new Found.Match(
                            row.route(), path, tenant, Map.copyOf(matched.getUriVariables()));
                }
                allowed.add(row.route().rule().method());
            }
        }
        return allowed.isEmpty() ? new Found.Nothing() : new Found.OtherMethod(allowed);
    }

    private static String segment(String path, int from) {
        if (from >= path.length()) {
            return "";
        }
        int end = path.indexOf('/', from);
        return end < 0 ? path.substring(from) : path.substring(from, end);
    }
}
