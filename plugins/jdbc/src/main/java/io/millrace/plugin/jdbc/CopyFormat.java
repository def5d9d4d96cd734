// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.jdbc;

import io.millrace.plugin.Default;
import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.Title;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// How PostgreSQL's COPY reads and writes.
public enum CopyFormat {
    TEXT,
    CSV,
    BINARY;

    private static final Pattern NAME =
            Pattern.compile("(\\w{1,63}|\"[^\"]{1,63}\")(\\.(\\w{1,63}|\"[^\"]{1,63}\"))?");

    record Options(
            @Title("TEXT, CSV or BINARY") @Default("TEXT") CopyFormat format,
            @Title("What separates columns") @Nullable String delimiter,
            @Title("Whether the first line has the names of the columns") @Nullable Boolean header,
            @Title("What stands around values with special characters") @Nullable String quote,
            @Title("What stands before a quote within a value") @Nullable String escape,
            @Title("What stands for no value") @Nullable String nullString,
            @Title("Encoding of the file") @Nullable String encoding,
            @Title("Whether rows are frozen, into a table that is new in the transaction")
                    @Nullable Boolean freeze,
            @Title("Columns whose values are always quoted, or *; only out of the database")
                    @Nullable List<String> forceQuote,
            @Title("Columns whose values are never null; only into the database")
                    @Nullable List<String> forceNotNull,
            @Title("Columns whose quoted values may be null; only into the database")
                    @Nullable List<String> forceNull) {

        /// `WITH (…)`.
        String with() throws TaskFailedException {
            var options = new ArrayList<String>();
            options.add("FORMAT " + format);
            add(options, "DELIMITER", delimiter);
            if (header != null) {
                options.add("HEADER " + header);
            }
            add(options, "QUOTE", quote);
            add(options, "ESCAPE", escape);
            add(options, "NULL", nullString);
            add(options, "ENCODING", encoding);
            if (freeze != null) {
                options.add("FREEZE " + freeze);
            }
            add(options, "FORCE_QUOTE", forceQuote);
            add(options, "FORCE_NOT_NULL", forceNotNull);
            add(options, "FORCE_NULL", forceNull);
            return "WITH (" + String.join(", ", options) + ")";
        }

        private static void add(List<String> options, String name, @Nullable List<String> columns)
                throws TaskFailedException {
            if (columns == null || columns.isEmpty()) {
                return;
            }
            var names = new ArrayList<String>();
            if (columns.equals(List.of("*"))) {
                options.add(name + " *");
                return;
            }
            for (var column : columns) {
                names.add(name(column));
            }
            options.add("%s (%s)".formatted(name, String.join(", ", names)));
        }

        private static void add(List<String> options, String name, @Nullable String value) {
            if (value != null) {
                options.add("%s '%s'".formatted(name, value.replace("'", "''")));
            }
        }
    }

    /// `table` or `table (column, …)`.
    static String target(String table, @Nullable List<String> columns) throws TaskFailedException {
        var target = name(table);
        if (columns == null || columns.isEmpty()) {
            return target;
        }
        var names = new ArrayList<String>();
        for (var column : columns) {
            names.add(name(column));
        }
        return "%s (%s)".formatted(target, String.join(", ", names));
    }

    private static String name(String name) throws TaskFailedException {
        if (!NAME.matcher(name).matches()) {
            throw new TaskFailedException("Expected a name but got '%s'".formatted(name));
        }
        return name;
    }
}
