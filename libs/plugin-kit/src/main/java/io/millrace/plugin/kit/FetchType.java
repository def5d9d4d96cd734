// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.kit;

import org.jspecify.annotations.Nullable;

/// What becomes of the rows that a task finds.
public enum FetchType {
    /// All of them as an output; few, therefore.
    FETCH,
    /// The first as an output.
    FETCH_ONE,
    /// A file of the internal storage, a row a line.
    STORE,
    /// They aren't read.
    NONE;

    /// Older flows say it with a flag for each.
    ///
    /// @param type wins over the flags
    /// @param otherwise if nothing is said
    public static FetchType of(
            @Nullable FetchType type,
            @Nullable Boolean fetch,
            @Nullable Boolean fetchOne,
            @Nullable Boolean store,
            FetchType otherwise) {
        if (type != null) {
            return type;
        }
        if (Boolean.TRUE.equals(store)) {
            return STORE;
        }
        if (Boolean.TRUE.equals(fetchOne)) {
            return FETCH_ONE;
        }
        return Boolean.TRUE.equals(fetch) ? FETCH : otherwise;
    }
}
