// SPDX-License-Identifier: Apache-2.0
package io.millrace.platform.web;

import io.millrace.platform.problem.ServiceException;
import io.millrace.platform.problem.Violation;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What the parameters `page`, `size` and `sort` ask for. A controller that has a parameter of this
/// type gets it parsed and checked.
///
/// @param page 1-based
/// @param size rows a page
/// @param sort in the order of weight
public record Paging(int page, int size, List<Sort> sort) {
    public static final int MAX_SIZE = 10_000;
    private static final int DEFAULT_SIZE = 10;

    public Paging {
        sort = List.copyOf(sort);
    }

    /// @param field as the client names it
    public record Sort(String field, boolean ascending) {}

    public long offset() {
        return (page - 1L) * size;
    }

    /// The `order by` for what is asked for.
    ///
    /// @param columns SQL expressions by the field names that may be sorted by
    /// @param otherwise where nothing is asked for
    /// @throws ServiceException.Invalid if another field is asked for
    public String orderBy(Map<String, String> columns, String otherwise) {
        if (sort.isEmpty()) {
            return otherwise;
        }
        var terms = new ArrayList<String>();
        for (var by : sort) {
            var column = columns.get(by.field());
            if (column == null) {
                throw new ServiceException.Invalid(
                        "sort",
                        "Expected one of " + columns.keySet() + " in sort but got " + by.field());
            }
            terms.add(column + (by.ascending() ? " asc" : " desc"));
        }
        return String.join(", ", terms);
    }

    /// Of a list that is given as a whole, up to the largest page, unless less is asked for.
    ///
    /// @throws ServiceException.Invalid if they are not numbers, or out of range
    public static Paging ofWhole(@Nullable String page, @Nullable String size) {
        return parse(page, size == null ? Integer.toString(MAX_SIZE) : size, null);
    }

    /// @param sort each `field`, `field:asc` or `field:desc`
    /// @throws ServiceException.Invalid if they are not numbers, or out of range
    public static Paging parse(
            @Nullable String page, @Nullable String size, String @Nullable [] sort) {
        var violations = new ArrayList<Violation>();
        int parsedPage = number("page", page, 1, Integer.MAX_VALUE, violations);
        int parsedSize = number("size", size, DEFAULT_SIZE, MAX_SIZE, violations);
        var sorts = new ArrayList<Sort>();
        for (var by : sort == null ? new String[0] : sort) {
            var parts = by.split(":", -1);
            if (parts.length == 1 && !parts[0].isEmpty()) {
                sorts.add(new Sort(parts[0], true));
            } else if (parts.length == 2 && parts[1].matches("(?i)asc|desc")) {
                sorts.add(new Sort(parts[0], parts[1].equalsIgnoreCase("asc")));
            } else {
                violations.add(
                        Violation.of("sort", "Expected field:asc or field:desc but got " + by));
            }
        }
        if (!violations.isEmpty()) {
            throw new ServiceException.Invalid("Illegal argument: paging", violations);
        }
        return new Paging(parsedPage, parsedSize, sorts);
    }

    private static int number(
            String name,
            @Nullable String text,
            int otherwise,
            int max,
            List<Violation> violations) {
        if (text == null || text.isEmpty()) {
            return otherwise;
        }
        try {
            int number = Integer.parseInt(text);
            if (number >= 1 && number <= max) {
                return number;
            }
        } catch (NumberFormatException _) {
            // reported below like a number out of range
        }
        violations.add(
                Violation.of(name, "Expected 1 to " + max + " in " + name + " but got " + text));
        return otherwise;
    }
}
