// SPDX-License-Identifier: Apache-2.0
package io.millrace.gateway.route;

import io.millrace.platform.route.PathIndex;
import io.millrace.platform.route.RouteRule;
import io.millrace.platform.route.RouteRules;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
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
    private final PathIndex<Row> general = new PathIndex<>();
    private final PathIndex<Row> ofTenants = new PathIndex<>();
    private final PathIndex<Row> ofInstallation = new PathIndex<>();
    private final Set<String> resources = new HashSet<>();
    private final Set<String> reserved = new HashSet<>();

    private record Row(PathPattern pattern, Route route) {
        static final Comparator<Row> MOST_SPECIFIC_FIRST =
                Comparator.comparing(Row::pattern, PathPattern.SPECIFICITY_COMPARATOR);
    }

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
                ofTenants.add(route.pattern(), row);
                resources.add(segment(route.pattern(), TENANT_API.length()));
            } else if (route.pattern().startsWith(API)) {
                ofInstallation.add(route.pattern(), row);
                reserved.add(segment(route.pattern(), API.length()));
            } else {
                general.add(route.pattern(), row);
            }
        }
        reserved.addAll(resources);
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
        if (resources.contains(first)) {
            return match(
                    ofTenants,
                    method,
                    API + DEFAULT_TENANT + "/" + path.substring(API.length()),
                    DEFAULT_TENANT);
        }
        return isTenant(first) ? match(ofTenants, method, path, first) : new Found.Nothing();
    }

    private static Found match(
            PathIndex<Row> rows, String method, String path, @Nullable String tenant) {
        var parsed = PathContainer.parsePath(RouteRules.plain(path));
        var allowed = new TreeSet<String>();
        var candidates = rows.candidates(parsed);
        candidates.sort(Row.MOST_SPECIFIC_FIRST);
        for (var row : candidates) {
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
