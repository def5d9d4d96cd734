// SPDX-License-Identifier: Apache-2.0
package io.millrace.platform.web;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.millrace.platform.problem.ServiceException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One page of a list that can be gone through by cursors: with them the thousandth page costs what
/// the first does, and what comes and goes meanwhile shifts nothing.
///
/// @param total how many there are on all pages
/// @param nextCursor what to ask for the next page with; absent at the end, and where another order
///   was asked for
@JsonInclude(JsonInclude.Include.NON_NULL)
public record CursorResults<T>(List<T> results, long total, @Nullable String nextCursor) {
    public CursorResults {
        results = List.copyOf(results);
    }

    /// A place in a list that is in the order of its names.
    ///
    /// @param names of the last row of a page; none has a comma
    public record Place(List<String> names) {
        public Place {
            names = List.copyOf(names);
        }

        public static Place of(String... names) {
            return new Place(List.of(names));
        }

        /// @param cursor as a page gave it, or absent for the first page
        /// @param parts how many names there are
        /// @throws ServiceException.Invalid if it is none, or another order was asked for
        public static @Nullable Place parse(@Nullable String cursor, int parts, Paging paging) {
            if (cursor == null) {
                return null;
            }
            if (!paging.sort().isEmpty()) {
                throw new ServiceException.Invalid(
                        "cursor", "Illegal argument: a cursor goes in the order of names");
            }
            var names = cursor.split(",", -1);
            if (names.length != parts) {
                throw new ServiceException.Invalid(
                        "cursor", "Illegal argument: expected a cursor that a page before gave");
            }
            return of(names);
        }

        /// The cursor.
        @Override
        public String toString() {
            return String.join(",", names);
        }
    }
}
