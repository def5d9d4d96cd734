// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.serdes;

import io.millrace.plugin.Default;
import io.millrace.plugin.Inline;
import io.millrace.plugin.Title;
import org.jspecify.annotations.Nullable;

/// The schema that rows are written by, and what becomes of those that don't fit it.
record Scheming(
        @Title("URI of the file") String from,
        @Title("Schema of Avro as JSON; found out from the first rows if absent")
                @Nullable String schema,
        @Title("How many rows are looked at to find out a schema") @Default("100")
                Integer numberOfRowsToScan,
        @Title("Whether all rows are looked at to find out a schema") @Default("false")
                Boolean inferAllFields,
        @Title("Whether a field that a given schema doesn't have is an error") @Default("false")
                Boolean strictSchema,
        @Title("What becomes of rows that don't fit: ERROR, WARN and SKIP, which leave them out")
                @Default("ERROR")
                BadLines onBadLines,
        @Inline TextForms forms) {

    /// How many rows are looked at.
    int scanned() {
        return inferAllFields ? Integer.MAX_VALUE : numberOfRowsToScan;
    }
}
