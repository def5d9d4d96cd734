// SPDX-License-Identifier: Apache-2.0
package io.millrace.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/// What has to change on the server so that it has what the files say.
///
/// @param steps in the order of the files, deletions last
record Plan(List<Step> steps) {

    enum Action {
        create,
        update,
        unchanged,
        delete
    }

    /// @param document what is to be there; when it is deleted, what was
    /// @param stored source on the server, empty if there is none
    record Step(Action action, Document document, String stored) {}

    /// Compares documents with what the server has.
    ///
    /// @param prune whether what the server has beside them, in their namespaces, is to be deleted
    static Plan of(Api api, List<Document> documents, boolean prune, Progress progress) {
        var steps = new ArrayList<Step>();
        var known = new TreeSet<String>();
        var namespaces = new TreeSet<String>();
        for (var document : documents) {
            progress.at(steps.size(), documents.size());
            known.add(document.name());
            namespaces.add(document.namespace());
            var stored = source(api, document);
            var action =
                    stored.isEmpty()
                            ? Action.create
                            : isSame(stored, document.source()) ? Action.unchanged : Action.update;
            steps.add(new Step(action, document, stored));
        }
        if (prune) {
            for (var namespace : namespaces) {
                for (var kind : Document.Kind.values()) {
                    for (var stored : inNamespace(api, kind, namespace)) {
                        if (known.add(stored.name())) {
                            steps.add(new Step(Action.delete, stored, source(api, stored)));
                        }
                    }
                }
            }
        }
        return new Plan(List.copyOf(steps));
    }

    /// What the server has, or nothing.
    private static String source(Api api, Document document) {
        return api.find(document.path() + "?source=true")
                .map(found -> found.path("source").asString(""))
                .orElse("");
    }

    /// Whether they are the same, but for the end of the last line.
    private static boolean isSame(String stored, String source) {
        return source.equals(stored) || source.equals(stored + "\n");
    }

    private static List<Document> inNamespace(Api api, Document.Kind kind, String namespace) {
        var documents = new ArrayList<Document>();
        var found =
                api.pages(
                        kind.path() + "/search", Map.of("namespace", namespace), Integer.MAX_VALUE);
        for (var one : found) {
            if (one.path("namespace").asString().equals(namespace)) {
                var document =
                        new Document(
                                Path.of("-"), 0, kind, namespace, one.path("id").asString(), "");
                documents.add(document);
            }
        }
        return documents;
    }

    List<Step> steps(Action action) {
        return steps.stream().filter(step -> step.action() == action).toList();
    }

    boolean changesNothing() {
        return steps.size() == steps(Action.unchanged).size();
    }

    /// `2 to create, 1 to update, 5 unchanged`.
    String summary(boolean done) {
        var parts = new ArrayList<String>();
        for (var action : Action.values()) {
            int count = steps(action).size();
            if (count > 0) {
                parts.add(count + " " + word(action, done));
            }
        }
        return parts.isEmpty() ? "nothing to do" : String.join(", ", parts);
    }

    private static String word(Action action, boolean done) {
        return switch (action) {
            case create -> done ? "created" : "to create";
            case update -> done ? "updated" : "to update";
            case unchanged -> "unchanged";
            case delete -> done ? "deleted" : "to delete";
        };
    }
}
