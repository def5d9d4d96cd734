// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.gcp;

import io.millrace.plugin.kit.HttpApi;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Rows of BigQuery, whose values are texts under the names `f` and `v`, as their schema has them.
final class TableRows {
    private TableRows() {}

    /// @param fields of the schema
    static Map<String, @Nullable Object> row(@Nullable Object fields, @Nullable Object row) {
        var named = new LinkedHashMap<String, @Nullable Object>();
        if (fields instanceof List<?> all && HttpApi.at(row, "f") instanceof List<?> values) {
            for (int i = 0; i < Math.min(all.size(), values.size()); i++) {
                var field = all.get(i);
                named.put(
                        String.valueOf(HttpApi.text(field, "name")),
                        value(field, HttpApi.at(values.get(i), "v")));
            }
        }
        return named;
    }

    private static @Nullable Object value(@Nullable Object field, @Nullable Object value) {
        if ("REPEATED".equals(HttpApi.text(field, "mode")) && value instanceof List<?> several) {
            var list = new ArrayList<@Nullable Object>();
            several.forEach(one -> list.add(one(field, HttpApi.at(one, "v"))));
            return list;
        }
        return one(field, value);
    }

    private static @Nullable Object one(@Nullable Object field, @Nullable Object value) {
        var type = String.valueOf(HttpApi.text(field, "type"));
        if (value == null) {
            return null;
        }
        if (type.equals("RECORD") || type.equals("STRUCT")) {
            return row(HttpApi.at(field, "fields"), value);
        }
        var text = value.toString();
        try {
            return switch (type) {
                case "INTEGER", "INT64" -> (Object) Long.valueOf(text);
                case "FLOAT", "FLOAT64" -> number(text);
                case "NUMERIC", "BIGNUMERIC" -> new BigDecimal(text);
                case "BOOLEAN", "BOOL" -> Boolean.valueOf(text);
                case "TIMESTAMP" ->
                        Instant.EPOCH.plus(Long.parseLong(text), ChronoUnit.MICROS).toString();
                default -> text;
            };
        } catch (NumberFormatException _) {
            return text;
        }
    }

    /// JSON has no word for what isn't a number.
    private static Object number(String text) {
        double number = Double.parseDouble(text);
        return Double.isFinite(number) ? (Object) number : text;
    }
}
