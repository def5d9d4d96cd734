// SPDX-License-Identifier: Apache-2.0
package io.millrace.flow.flows;

import io.millrace.model.yaml.FlowParser;
import io.millrace.model.yaml.ParsedFlow;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A flow as JSON in Kestra's form: its source as a tree, and what the server knows of it.
final class FlowDocument {
    private static final FlowParser STORED = FlowParser.trusting();

    private FlowDocument() {}

    static Map<String, @Nullable Object> of(FlowRevision revision) {
        var flow = revision.flow();
        var document = new LinkedHashMap<String, @Nullable Object>();
        document.put("id", flow.id());
        document.put("namespace", flow.namespace());
        document.put("revision", revision.revision());
        var tree = tree(revision.source());
        tree.forEach(document::putIfAbsent);
        document.put("labels", labels(tree.get("labels")));
        document.put("tenantId", flow.tenant());
        document.put("disabled", Boolean.TRUE.equals(tree.get("disabled")));
        document.put("deleted", revision.deleted());
        document.put("updated", revision.at());
        return document;
    }

    static Map<String, @Nullable Object> withSource(FlowRevision revision) {
        var document = of(revision);
        document.put("source", revision.source());
        return document;
    }

    /// The source as a tree; of a source that is no longer accepted, what matters is its text.
    static Map<String, @Nullable Object> tree(String source) {
        return switch (STORED.parse(source)) {
            case ParsedFlow.Valid valid -> valid.document();
            case ParsedFlow.Invalid _ -> Map.of();
        };
    }

    private static List<Label> labels(@Nullable Object written) {
        var labels = new ArrayList<Label>();
        if (written instanceof Map<?, ?> map) {
            map.forEach((key, value) -> labels.add(label(key, value)));
        } else if (written instanceof List<?> list) {
            for (var item : list) {
                if (item instanceof Map<?, ?> map) {
                    labels.add(label(map.get("key"), map.get("value")));
                }
            }
        }
        return labels;
    }

    private static Label label(@Nullable Object key, @Nullable Object value) {
        return new Label(String.valueOf(key), String.valueOf(value));
    }

    record Label(String key, String value) {}

    /// The task with an id, wherever it is in the tree.
    static Optional<Map<?, ?>> task(@Nullable Object tree, String taskId) {
        return switch (tree) {
            case Map<?, ?> map when taskId.equals(map.get("id")) && map.containsKey("type") ->
                    Optional.of(map);
            case Map<?, ?> map -> first(map.values(), taskId);
            case List<?> list -> first(list, taskId);
            case null, default -> Optional.empty();
        };
    }

    private static Optional<Map<?, ?>> first(Iterable<?> trees, String taskId) {
        for (var tree : trees) {
            var found = task(tree, taskId);
            if (found.isPresent()) {
                return found;
            }
        }
        return Optional.empty();
    }
}
