// SPDX-License-Identifier: Apache-2.0
package io.millrace.flow.flows;

import io.millrace.model.yaml.FlowParser;
import io.millrace.model.yaml.ParsedFlow;
import io.millrace.platform.web.Csv;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/// A flow as JSON in Kestra's form: its source as a tree, and what the server knows of it.
final class FlowDocument {
    private static final FlowParser STORED = FlowParser.trusting();
    private static final JsonMapper JSON = JsonMapper.shared();

    private static final Set<String> SUMMARY =
            Set.of(
                    "id",
                    "namespace",
                    "revision",
                    "description",
                    "labels",
                    "triggers",
                    "tenantId",
                    "disabled",
                    "deleted",
                    "updated");

    private FlowDocument() {}

    static Map<String, @Nullable Object> of(FlowRevision revision) {
        var flow = revision.flow();
        var document = new LinkedHashMap<String, @Nullable Object>();
        document.put("id", flow.id());
        document.put("namespace", flow.namespace());
        document.put("revision", revision.revision());
        var tree = tree(revision);
        tree.forEach(document::putIfAbsent);
        document.put("labels", labels(tree.get("labels")));
        document.put("tenantId", flow.tenant());
        document.put("disabled", Boolean.TRUE.equals(tree.get("disabled")));
        document.put("deleted", revision.deleted());
        document.put("updated", revision.at());
        return document;
    }

    static final String CSV_HEADER =
            Csv.line(
                    "id",
                    "namespace",
                    "revision",
                    "description",
                    "labels",
                    "disabled",
                    "triggers",
                    "updated");

    static String csv(FlowRevision revision) {
        var tree = tree(revision);
        return Csv.line(
                revision.flow().id(),
                revision.flow().namespace(),
                revision.revision(),
                tree.get("description"),
                labels(tree.get("labels")).stream()
                        .map(label -> label.key() + ":" + label.value())
                        .collect(Collectors.joining(";")),
                Boolean.TRUE.equals(tree.get("disabled")),
                tree.get("triggers") instanceof List<?> triggers ? triggers.size() : 0,
                revision.at());
    }

    /// What whoever may run a flow may know of it: what it asks for, and the ids and types of its
    /// tasks and triggers.
    static Map<String, @Nullable Object> toRun(FlowRevision revision) {
        var whole = of(revision);
        var document = new LinkedHashMap<String, @Nullable Object>();
        for (var key : List.of("id", "namespace", "revision", "description", "inputs")) {
            if (whole.get(key) != null) {
                document.put(key, whole.get(key));
            }
        }
        for (var key : List.of("disabled", "deleted")) {
            document.put(key, whole.get(key));
        }
        for (var key : List.of("tasks", "errors", "finally", "afterExecution", "triggers")) {
            if (whole.get(key) instanceof List<?> parts) {
                document.put(key, outline(parts));
            }
        }
        return document;
    }

    /// What a list of flows shows; of triggers their ids and types.
    static Map<String, @Nullable Object> summaryOf(FlowRevision revision) {
        var document = of(revision);
        document.keySet().retainAll(SUMMARY);
        if (document.get("triggers") instanceof List<?> triggers) {
            document.put("triggers", outline(triggers));
        }
        return document;
    }

    private static List<Map<String, Object>> outline(List<?> parts) {
        var outline = new ArrayList<Map<String, Object>>();
        for (var part : parts) {
            if (part instanceof Map<?, ?> map) {
                var shown = new LinkedHashMap<String, Object>();
                map.forEach((key, value) -> {
                    if (value != null && (key.equals("id") || key.equals("type"))) {
                        shown.put(String.valueOf(key), value);
                    } else if (key.equals("tasks") && value instanceof List<?> inner) {
                        shown.put("tasks", outline(inner));
                    }
                });
                outline.add(shown);
            }
        }
        return outline;
    }

    static Map<String, @Nullable Object> withSource(FlowRevision revision) {
        var document = of(revision);
        document.put("source", revision.source());
        return document;
    }

    /// The source as a tree; of a source that is no longer accepted, what matters is its text.
    @SuppressWarnings("unchecked") // it is what `json` has written
    static Map<String, @Nullable Object> tree(FlowRevision revision) {
        if (revision.document() != null) {
            return JSON.readValue(revision.document(), Map.class);
        }
        return switch (STORED.parse(revision.source())) {
            case ParsedFlow.Valid valid -> valid.document();
            case ParsedFlow.Invalid _ -> Map.of();
        };
    }

    /// A source's tree, to be kept beside it: lists read thousands of them.
    static String json(ParsedFlow.Valid parsed) {
        return JSON.writeValueAsString(parsed.document());
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
