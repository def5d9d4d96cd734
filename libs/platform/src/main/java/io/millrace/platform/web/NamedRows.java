// SPDX-License-Identifier: Apache-2.0
package io.millrace.platform.web;

import io.millrace.platform.web.CursorResults.Place;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.RowMapper;
import org.springframework.jdbc.core.simple.JdbcClient;

/// Rows of a database in the order of their names, read a page at a time.
///
/// @param columns what is read of each
/// @param matching SQL from `from` to the end of the conditions
/// @param names SQL of texts that no two rows have in common, the first one weighing most
/// @param parameters of the conditions, by name
public record NamedRows(
        String columns,
        String matching,
        List<String> names,
        Map<String, ? extends @Nullable Object> parameters) {
    public NamedRows {
        names = List.copyOf(names);
    }

    /// One page.
    ///
    /// @param cursor of the page before; in its place the page's number, if absent
    /// @param placeOf what the names of a row are
    public <T> CursorResults<T> page(
            JdbcClient jdbc,
            Paging paging,
            @Nullable String cursor,
            RowMapper<T> row,
            Function<? super T, Place> placeOf) {
        return page(jdbc, paging, inOrder(), cursor, row, placeOf);
    }

    /// One page, in the order that was asked for, if one was.
    ///
    /// @param sortable SQL of what may be asked for, by its name
    /// @param cursor of the page before; in its place the page's number, if absent
    /// @param placeOf what the names of a row are
    public <T> CursorResults<T> sorted(
            JdbcClient jdbc,
            Paging paging,
            Map<String, String> sortable,
            @Nullable String cursor,
            RowMapper<T> row,
            Function<? super T, Place> placeOf) {
        var order = paging.orderBy(sortable, inOrder()) + ", " + inOrder();
        return page(jdbc, paging, order, cursor, row, placeOf);
    }

    private String inOrder() {
        return String.join(", ", names);
    }

    private <T> CursorResults<T> page(
            JdbcClient jdbc,
            Paging paging,
            String order,
            @Nullable String cursor,
            RowMapper<T> row,
            Function<? super T, Place> placeOf) {
        var after = Place.parse(cursor, names.size(), paging);
        var query =
                jdbc.sql(
                                "select %s %s %s order by %s limit :limit offset :offset"
                                        .formatted(
                                                columns,
                                                matching,
                                                after == null ? "" : after(),
                                                order))
                        .params(parameters)
                        .param("limit", paging.size())
                        .param("offset", after == null ? paging.offset() : 0);
        for (int i = 0; after != null && i < names.size(); i++) {
            query = query.param("last" + i, after.names().get(i));
        }
        var found = query.query(row).list();
        long total =
                jdbc.sql("select count(*) " + matching)
                        .params(parameters)
                        .query(Long.class)
                        .single();
        return CursorResults.of(found, total, paging, placeOf);
    }

    private String after() {
        var last =
                IntStream.range(0, names.size())
                        .mapToObj(i -> ":last" + i)
                        .collect(Collectors.joining(", "));
        return "and (%s) > (%s)".formatted(inOrder(), last);
    }
}
