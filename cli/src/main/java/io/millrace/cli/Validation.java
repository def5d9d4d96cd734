// SPDX-License-Identifier: Apache-2.0
package io.millrace.cli;

import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/// What the server says is wrong with documents, one line a problem, as compilers say it.
///
/// @param errors such as `flows/a.yaml:3:5: tasks[0].type: …`
/// @param warnings likewise
record Validation(List<String> errors, List<String> warnings) {

    static Validation of(Api api, List<Document> documents, Progress progress) {
        var errors = new ArrayList<String>();
        var warnings = new ArrayList<String>();
        int done = 0;
        for (var document : documents) {
            progress.at(done++, documents.size());
            var answer =
                    api.sendYaml("POST", document.kind().path() + "/validate", document.source());
            var one = answer.isArray() ? answer.path(0) : answer;
            for (var error : one.path("errors")) {
                errors.add(located(document, error));
            }
            if (one.path("errors").isEmpty() && !one.path("constraints").asString("").isEmpty()) {
                errors.add(document.file() + ": " + one.path("constraints").asString());
            }
            for (var warning : one.path("warnings")) {
                warnings.add(document.file() + ": warning: " + warning.asString());
            }
        }
        return new Validation(List.copyOf(errors), List.copyOf(warnings));
    }

    private static String located(Document document, JsonNode error) {
        var place = document.file().toString();
        if (error.path("line").asInt(0) > 0) {
            place += ":" + error.path("line").asInt() + ":" + error.path("column").asInt(1);
        }
        var field = error.path("field").asString("");
        return place
                + ": "
                + (field.isEmpty() ? "" : field + ": ")
                + error.path("message").asString("");
    }
}
