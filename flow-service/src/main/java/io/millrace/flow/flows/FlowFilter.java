// SPDX-License-Identifier: Apache-2.0
package io.millrace.flow.flows;

import io.millrace.platform.problem.ServiceException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Which flows a list shows: Kestra's older parameters (`q`, `namespace`, `labels`, `scope`) and
/// its newer ones (`filters[field][OPERATION]=value`, `filters[labels][EQUALS][key]=value`).
///
/// @param text part of the id or namespace
/// @param namespace it, or one below it
/// @param exactNamespace that one alone
/// @param labels all of them
/// @param scopes `USER`, `SYSTEM`; empty: both
record FlowFilter(
        @Nullable String text,
        @Nullable String namespace,
        @Nullable String exactNamespace,
        @Nullable String flowId,
        Map<String, String> labels,
        List<String> scopes) {
    private static final Pattern FILTER =
            Pattern.compile("filters\\[(\\w+)]\\[(\\w+)](?:\\[([^]]+)])?");

    static FlowFilter of(Map<String, String[]> parameters) {
        parameters.forEach((name, values) -> {
            for (var value : values) {
                if (value.indexOf(0) >= 0) {
                    throw new ServiceException.Invalid(
                            name, "Expected text without U+0000 in " + name);
                }
            }
        });
        var text = first(parameters, "q");
        var namespace = first(parameters, "namespace");
        String exactNamespace = null;
        String flowId = null;
        var labels = new LinkedHashMap<String, String>();
        var scopes = new ArrayList<String>();
        for (var label : all(parameters, "labels")) {
            addLabel(labels, label);
        }
        all(parameters, "scope").forEach(scope -> scopes.addAll(List.of(scope.split(","))));
        for (var parameter : parameters.entrySet()) {
            var filter = FILTER.matcher(parameter.getKey());
            if (!filter.matches()) {
                continue;
            }
            var value = parameter.getValue()[0];
            switch (filter.group(1)) {
                case "q" -> text = value;
                case "flowId" -> flowId = value;
                case "namespace" -> {
                    if (filter.group(2).equals("EQUALS")) {
                        exactNamespace = value;
                    } else {
                        namespace = value;
                    }
                }
                case "scope" -> scopes.addAll(List.of(value.split(",")));
                case "labels" -> {
                    if (filter.group(3) == null) {
                        addLabel(labels, value);
                    } else {
                        labels.put(filter.group(3), value);
                    }
                }
                default ->
                        throw new ServiceException.Invalid(
                                parameter.getKey(),
                                "Unknown filter `" + filter.group(1) + "` for flows");
            }
        }
        if (text == null) {
            text = first(parameters, "query");
        }
        return new FlowFilter(text, namespace, exactNamespace, flowId, labels, scopes);
    }

    private static void addLabel(Map<String, String> labels, String label) {
        int colon = label.indexOf(':');
        if (colon <= 0) {
            throw new ServiceException.Invalid(
                    "labels", "Expected key:value in labels but got " + label);
        }
        labels.put(label.substring(0, colon), label.substring(colon + 1));
    }

    private static List<String> all(Map<String, String[]> parameters, String name) {
        var values = parameters.get(name);
        return values == null ? List.of() : List.of(values);
    }

    private static @Nullable String first(Map<String, String[]> parameters, String name) {
        return all(parameters, name).stream().filter(v -> !v.isBlank()).findFirst().orElse(null);
    }
}
