// SPDX-License-Identifier: Apache-2.0
package io.millrace.platform.audit;

import io.millrace.platform.access.Caller;
import io.millrace.platform.route.RouteRule;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Records what a request changed, by its route, unless it has said so itself.
public final class RouteAudit {
    private static final int PREFIX = "/api/v1/".length();

    private final AuditTrail trail;

    public RouteAudit(AuditTrail trail) {
        this.trail = trail;
    }

    /// Before the request is handled.
    ///
    /// @param variables of the path
    public void begin(RouteRule rule, Caller caller, Map<String, String> variables) {
        if (rule.isChange()) {
            ChangeRecord.open(() -> changed(rule, caller, variables));
        }
    }

    /// The request failed; what it said to have changed until then is recorded.
    public void failed(RouteRule rule, Caller caller, Map<String, String> variables) {
        if (!ChangeRecord.notes().isEmpty()) {
            changed(rule, caller, variables);
        }
    }

    /// @param variables of the path
    public void changed(RouteRule rule, Caller caller, Map<String, String> variables) {
        if (!rule.isChange() || trail.hasRecorded()) {
            return;
        }
        var details = new LinkedHashMap<String, String>();
        details.put("route", rule.key());
        details.putAll(ChangeRecord.notes());
        trail.changed(caller.tenant(), action(rule), resource(rule, variables), details);
    }

    /// The resource, and what the path says after its last variable, such as `execution.kill`; else
    /// what the method does, such as `flow.delete`.
    static String action(RouteRule rule) {
        var words = new ArrayList<String>();
        for (var segment : rule.pattern().substring(PREFIX).split("/")) {
            if (segment.startsWith("{")) {
                words.clear();
            } else {
                words.add(segment);
            }
        }
        // `executions/{id}` is about the execution, `executions/kill/by-ids` about killing
        boolean collection = !words.isEmpty() && isCollection(rule, words.getFirst());
        var verbs = collection ? words.subList(1, words.size()) : words;
        return noun(rule) + "." + (verbs.isEmpty() ? verb(rule.method()) : String.join("-", verbs));
    }

    private static boolean isCollection(RouteRule rule, String word) {
        return rule.pattern().startsWith("/api/v1/{tenant}/" + word) || rule.permission() == null;
    }

    private static String noun(RouteRule rule) {
        var permission = rule.permission();
        return permission == null
                ? "installation"
                : permission.resource().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static String verb(String method) {
        return switch (method) {
            case "POST" -> "create";
            case "DELETE" -> "delete";
            default -> "update";
        };
    }

    private static String resource(RouteRule rule, Map<String, String> variables) {
        return Stream.concat(
                        Stream.of(noun(rule)),
                        variables.entrySet().stream()
                                .filter(v -> !v.getKey().equals("tenant"))
                                .map(Map.Entry::getValue))
                .collect(Collectors.joining("/"));
    }
}
