// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.jdbc;

import io.millrace.plugin.Title;
import io.millrace.plugin.kit.Rows;
import java.net.URI;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What a query gives.
public record QueryOutputs(
        @Title("The first row") @Nullable Object row,
        @Title("All rows") @Nullable List<@Nullable Object> rows,
        @Title("File with a row a line") @Nullable URI uri,
        @Title("How many rows") long size,
        @Title("Stored files by their names") @Nullable Map<String, URI> outputFiles,
        @Title("Stored database") @Nullable URI databaseUri) {

    static QueryOutputs of(SqlTask.Result result) {
        return of(result.results().getFirst(), result.files(), result.database());
    }

    static QueryOutputs of(
            Rows.Result result, @Nullable Map<String, URI> files, @Nullable URI database) {
        return new QueryOutputs(
                result.row(), result.rows(), result.uri(), result.size(), files, database);
    }
}
