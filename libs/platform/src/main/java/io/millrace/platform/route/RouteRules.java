// SPDX-License-Identifier: Apache-2.0
package io.millrace.platform.route;

import io.millrace.platform.access.Permission;
import io.millrace.platform.route.RouteRule.Scope;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The rules in `access/routes.txt`. A route that isn't there isn't served, by the gateway or by
/// its service.
public final class RouteRules {
    private static final String FILE = "access/routes.txt";
    private static final RouteRules ALL = read();

    private final Map<String, RouteRule> byKey;

    private RouteRules(Map<String, RouteRule> byKey) {
        this.byKey = byKey;
    }

    public static RouteRules all() {
        return ALL;
    }

    private static RouteRules read() {
        try {
            var text = new StringBuilder();
            var files = RouteRules.class.getClassLoader().getResources(FILE);
            while (files.hasMoreElements()) {
                try (var in = files.nextElement().openStream()) {
                    text.append(new String(in.readAllBytes(), StandardCharsets.UTF_8)).append('\n');
                }
            }
            return parse(text.toString());
        } catch (IOException e) {
            throw new UncheckedIOException("Could not read " + FILE, e);
        }
    }

    /// @throws IllegalStateException if a line is none, or comes twice
    static RouteRules parse(String text) {
        var rules = new LinkedHashMap<String, RouteRule>();
        int number = 0;
        for (var line : text.lines().toList()) {
            number++;
            if (line.isBlank() || line.startsWith("#")) {
                continue;
            }
            var rule = rule(line.strip().split("\\s+"), number);
            if (rules.put(rule.key(), rule) != null) {
                throw new IllegalStateException(
                        "Expected one rule for "
                                + rule.key()
                                + " but line "
                                + number
                                + " is one more");
            }
        }
        return new RouteRules(rules);
    }

    private static RouteRule rule(String[] columns, int number) {
        if (columns.length != 5) {
            throw new IllegalStateException(
                    "Expected service, method, path, permission and scope in line " + number);
        }
        var scope = columns[4];
        boolean inPath = scope.startsWith("{") && scope.endsWith("}");
        var rule =
                new RouteRule(
                        columns[0],
                        columns[1],
                        columns[2],
                        columns[3].equals("-") ? null : Permission.valueOf(columns[3]),
                        inPath ? Scope.NAMESPACE : Scope.valueOf(scope.toUpperCase(Locale.ROOT)),
                        inPath ? scope.substring(1, scope.length() - 1) : null);
        boolean needsPermission =
                switch (rule.scope()) {
                    case OPEN, SELF, OPERATOR -> false;
                    case TENANT, ANY, NAMESPACE -> true;
                };
        if (needsPermission != (rule.permission() != null)) {
            throw new IllegalStateException(
                    "Expected a permission where the scope needs one in line " + number);
        }
        if (inPath && !rule.pattern().contains("{" + rule.variable())) {
            throw new IllegalStateException("Expected " + scope + " in the path of line " + number);
        }
        return rule;
    }

    public Collection<RouteRule> rules() {
        return List.copyOf(new ArrayList<>(byKey.values()));
    }

    /// The rule of a route as its controller declares it.
    public Optional<RouteRule> find(String method, String pattern) {
        return Optional.ofNullable(byKey.get(method(method) + " " + plain(pattern)));
    }

    /// Whoever may read may also ask whether there is something to read.
    private static String method(String method) {
        return method.equals("HEAD") ? "GET" : method;
    }

    /// A pattern without the slash at its end.
    public static String plain(@Nullable String pattern) {
        if (pattern == null) {
            return "";
        }
        return pattern.length() > 1 && pattern.endsWith("/")
                ? pattern.substring(0, pattern.length() - 1)
                : pattern;
    }
}
