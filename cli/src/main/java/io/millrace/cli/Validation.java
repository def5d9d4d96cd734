// SPDX-License-Identifier: Apache-2.0
package io.millrace.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/// What the server says of documents.
///
/// @param findings in the order of the documents
record Validation(List<Finding> findings) {

    enum Severity {
        error,
        warning
    }

    /// @param line from 1; 0: not said
    /// @param column from 1; 0: not said
    /// @param field such as `tasks[0].type`; may be empty
    record Finding(
            Severity severity, String file, int line, int column, String field, String message) {

        /// One line, as compilers say it, such as `flows/a.yaml:3:5: tasks[0].type: …`.
        String text() {
            return file
                    + (line > 0 ? ":" + line + ":" + column : "")
                    + ": "
                    + (severity == Severity.warning ? "warning: " : "")
                    + (field.isEmpty() ? "" : field + ": ")
                    + message;
        }
    }

    static Validation of(Api api, List<Document> documents, Progress progress) {
        var findings = new ArrayList<Finding>();
        int done = 0;
        for (var document : documents) {
            progress.at(done++, documents.size());
            var file = document.file().toString();
            var answer =
                    api.sendYaml("POST", document.kind().path() + "/validate", document.source());
            var one = answer.isArray() ? answer.path(0) : answer;
            for (var error : one.path("errors")) {
                findings.add(error(document, error));
            }
            var constraints = one.path("constraints").asString("");
            if (one.path("errors").isEmpty() && !constraints.isEmpty()) {
                findings.add(new Finding(Severity.error, file, 0, 0, "", constraints));
            }
            for (var warning : one.path("warnings")) {
                if (!comesAlong(warning.asString(), documents)) {
                    findings.add(new Finding(Severity.warning, file, 0, 0, "", warning.asString()));
                }
            }
        }
        return new Validation(List.copyOf(findings));
    }

    /// The same, and what was found before.
    Validation with(List<Finding> more) {
        return new Validation(Stream.concat(more.stream(), findings.stream()).toList());
    }

    /// Whether a flow that is missed comes along with the one that misses it.
    private static boolean comesAlong(String warning, List<Document> documents) {
        return documents.stream()
                .filter(d -> d.kind() == Document.Kind.FLOW)
                .anyMatch(d ->
                        warning.contains(
                                        "the flow %s.%s but there is none"
                                                .formatted(d.namespace(), d.id()))
                                || warning.contains(
                                        "subflow '%s' is not found in namespace '%s'"
                                                .formatted(d.id(), d.namespace())));
    }

    private static Finding error(Document document, JsonNode error) {
        int line = error.path("line").asInt(0);
        return new Finding(
                Severity.error,
                document.file().toString(),
                line > 0 ? document.linesBefore() + line : 0,
                line > 0 ? error.path("column").asInt(1) : 0,
                error.path("field").asString(""),
                error.path("message").asString(""));
    }

    /// Lines of a severity.
    List<String> lines(Severity severity) {
        return findings.stream()
                .filter(finding -> finding.severity() == severity)
                .map(Finding::text)
                .toList();
    }

    boolean isGood() {
        return lines(Severity.error).isEmpty();
    }
}
