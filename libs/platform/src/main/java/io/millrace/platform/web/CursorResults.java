// SPDX-License-Identifier: Apache-2.0
package io.millrace.platform.web;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.millrace.platform.problem.ServiceException;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
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

    /// A page as it was read.
    ///
    /// @param page in the order of places, if no other was asked for
    public static <T> CursorResults<T> of(
            List<T> page, long total, Paging paging, Function<? super T, Place> placeOf) {
        boolean goesOn = page.size() == paging.size() && paging.sort().isEmpty();
        return new CursorResults<>(
                page, total, goesOn ? placeOf.apply(page.getLast()).toString() : null);
    }

    /// The page that is asked for of a list that is here as a whole.
    ///
    /// @param all in the order that was asked for; if none was, they are put in that of their
    ///   places
    /// @param cursor of the page before; in its place the page's number, if absent
    /// @throws ServiceException.Invalid if the cursor is none, or another order was asked for
    public static <T> CursorResults<T> of(
            List<T> all,
            Paging paging,
            @Nullable String cursor,
            Function<? super T, Place> placeOf) {
        Comparator<T> byPlace = Comparator.comparing(placeOf);
        var ordered = paging.sort().isEmpty() ? all.stream().sorted(byPlace).toList() : all;
        var rest = ordered;
        if (cursor != null) {
            int parts = all.isEmpty() ? Place.ANY : placeOf.apply(all.getFirst()).names().size();
            var after = Place.parse(cursor, parts, paging);
            rest =
                    ordered.stream()
                            .filter(row -> after == null || placeOf.apply(row).compareTo(after) > 0)
                            .toList();
        }
        long from = cursor == null ? paging.offset() : 0;
        var page = rest.stream().skip(from).limit(paging.size()).toList();
        return of(page, all.size(), paging, placeOf);
    }

    /// The same page in other words.
    public <R> CursorResults<R> map(Function<? super T, ? extends R> words) {
        return mapAll(page -> page.stream().<R>map(words).toList());
    }

    /// The same page in other words that are looked up together: a query for the page, not one a
    /// row.
    public <R> CursorResults<R> mapAll(Function<List<T>, List<R>> words) {
        return new CursorResults<>(words.apply(results), total, nextCursor);
    }

    /// A place in a list that is in the order of its names.
    ///
    /// @param names of the last row of a page
    public record Place(List<String> names) implements Comparable<Place> {
        private static final int ANY = -1;
        private static final Instant FIRST = Instant.parse("0001-01-01T00:00:00Z");
        private static final Instant LAST = Instant.parse("9999-12-31T23:59:59Z");

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
            if ((parts != ANY && names.length != parts) || cursor.indexOf('\0') >= 0) {
                throw none();
            }
            return new Place(Arrays.stream(names).map(Place::read).toList());
        }

        private static ServiceException.Invalid none() {
            return new ServiceException.Invalid(
                    "cursor", "Illegal argument: expected a cursor that a page before gave");
        }

        public String name(int index) {
            return names.get(index);
        }

        /// @throws ServiceException.Invalid if the name there is no number
        public long number(int index) {
            try {
                return Long.parseLong(name(index));
            } catch (NumberFormatException _) {
                throw none();
            }
        }

        /// @throws ServiceException.Invalid if the name there is no instant that a database has
        public Instant instant(int index) {
            try {
                var instant = Instant.parse(name(index));
                if (instant.isAfter(LAST) || instant.isBefore(FIRST)) {
                    throw none();
                }
                return instant;
            } catch (DateTimeParseException _) {
                throw none();
            }
        }

        private static String read(String written) {
            return written.replace("%2C", ",").replace("%25", "%");
        }

        private static String written(String name) {
            return name.replace("%", "%25").replace(",", "%2C");
        }

        @Override
        public int compareTo(Place other) {
            for (int i = 0; i < Math.min(names.size(), other.names.size()); i++) {
                int order = names.get(i).compareTo(other.names.get(i));
                if (order != 0) {
                    return order;
                }
            }
            return Integer.compare(names.size(), other.names.size());
        }

        /// The cursor.
        @Override
        public String toString() {
            return String.join(",", names.stream().map(Place::written).toList());
        }
    }
}
