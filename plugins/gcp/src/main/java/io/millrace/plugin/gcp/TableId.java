// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.gcp;

import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.Title;
import io.millrace.plugin.kit.HttpApi;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A table of BigQuery.
public record TableId(
        @Title("Project") String project,
        @Title("Dataset") String dataset,
        @Title("Table") String table) {

    /// @param text `project.dataset.table`, or without a project
    /// @throws TaskFailedException if it is none
    static TableId of(String text, String project) throws TaskFailedException {
        var parts = text.strip().replace("`", "").split("\\.", -1);
        int last = parts.length - 1;
        boolean named = last == 1 || last == 2;
        if (!named || parts[last].isBlank() || parts[last - 1].isBlank()) {
            throw new TaskFailedException(
                    "Expected a table such as project.dataset.table but got '%s'".formatted(text));
        }
        return new TableId(last == 2 ? parts[0] : project, parts[last - 1], parts[last]);
    }

    /// As the API names it, or nothing.
    static @Nullable TableId read(@Nullable Object reference) {
        var project = HttpApi.text(reference, "projectId");
        var dataset = HttpApi.text(reference, "datasetId");
        var table = HttpApi.text(reference, "tableId");
        return project == null || dataset == null || table == null
                ? null
                : new TableId(project, dataset, table);
    }

    Map<String, Object> reference() {
        return Map.of("projectId", project, "datasetId", dataset, "tableId", table);
    }
}
