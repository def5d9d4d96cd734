// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.jdbc;

import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.kit.RowFile;
import io.trino.jdbc.Row;
import io.trino.jdbc.RowField;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/// Where Trino is otherwise than databases are.
final class Trino {
    private Trino() {}

    static boolean isServer(Connection connection) throws SQLException {
        return connection.getMetaData().getDatabaseProductName().equals("Trino");
    }

    /// Whether it is a value of the type ROW, whose class only the driver has.
    static boolean isRow(Object value) {
        return value.getClass().getName().equals("io.trino.jdbc.Row");
    }

    /// @return by their names, or as a list if none has one
    static Object fields(Object row) {
        var fields = ((Row) row).getFields();
        if (fields.stream().noneMatch(field -> field.getName().isPresent())) {
            return fields.stream().<@Nullable Object>map(RowField::getValue).toList();
        }
        var byName = new LinkedHashMap<String, @Nullable Object>();
        for (var field : fields) {
            byName.put(
                    field.getName().orElse("field%d".formatted(field.getOrdinal())),
                    field.getValue());
        }
        return byName;
    }

    /// Rows into a table. Trino takes a text for nothing but a text, so each value is cast to the
    /// type of its column; and it writes a file or more for each statement, so many rows are one.
    ///
    /// @param table as it stands in SQL
    /// @param names of the columns, as they stand in SQL
    /// @param columns names of the rows' fields
    static Batch.Target into(
            Connection connection, String table, String names, List<String> columns)
            throws SQLException {
        var types = new ArrayList<Type>();
        try (var statement = connection.createStatement();
                var none =
                        statement.executeQuery(
                                "select %s from %s limit 0".formatted(names, table))) {
            for (int i = 1; i <= columns.size(); i++) {
                types.add(new Type(none.getMetaData().getColumnTypeName(i)));
            }
        }
        var texts = IntStream.range(0, types.size()).mapToObj("c%d"::formatted).toList();
        var values = new ArrayList<String>();
        for (int i = 0; i < types.size(); i++) {
            values.add(types.get(i).of(texts.get(i)));
        }
        var sql =
                "insert into %s (%s) select %s from unnest(cast(json_parse(?) as array(row(%s)))) as rows (%s)"
                        .formatted(
                                table,
                                names,
                                String.join(", ", values),
                                String.join(" varchar, ", texts) + " varchar",
                                String.join(", ", texts));
        return new Insert(connection.prepareStatement(sql), columns, types);
    }

    /// The type of a column, such as `timestamp(3) with time zone` or `array(integer)`.
    private record Type(String name) {
        private static final Pattern NESTED = Pattern.compile("(array|map|row)\\(.*");
        private static final Pattern LEAF =
                Pattern.compile(
                        "\\b(tinyint|smallint|integer|bigint|real|double|decimal|boolean|varchar|char|date|time|timestamp|uuid|ipaddress)(\\([\\d,]+\\))?( with time zone)?(?=[,)])");
        private static final Pattern TIMESTAMP = Pattern.compile("timestamp\\(.*");
        private static final Pattern ISO =
                Pattern.compile("(\\d+-\\d+-\\d+)T([\\d:.]+)(Z|[+-]\\d\\d:\\d\\d)?");

        /// What makes a value of it from a text.
        String of(String text) {
            if (name.equals("json")) {
                return "json_parse(%s)".formatted(text);
            }
            if (NESTED.matcher(name).matches()) {
                // JSON has no dates, so it isn't cast to any, but a varchar is
                var texts = LEAF.matcher(name).replaceAll("varchar");
                return "cast(cast(json_parse(%s) as %s) as %s)".formatted(text, texts, name);
            }
            return name.equals("varbinary")
                    ? "from_base64(%s)".formatted(text)
                    : "cast(%s as %s)".formatted(text, name);
        }

        @Nullable String text(@Nullable Object value) {
            if (value == null) {
                return null;
            }
            if (name.equals("json") || NESTED.matcher(name).matches()) {
                return JsonMapper.shared().writeValueAsString(value);
            }
            var text =
                    switch (value) {
                        case Map<?, ?> map -> JsonMapper.shared().writeValueAsString(map);
                        case List<?> list -> JsonMapper.shared().writeValueAsString(list);
                        case Double d when Double.isFinite(d) ->
                                BigDecimal.valueOf(d).toPlainString();
                        case BigDecimal d -> d.toPlainString();
                        default -> value.toString();
                    };
            if (TIMESTAMP.matcher(name).matches()) {
                var iso = ISO.matcher(text);
                if (iso.matches()) {
                    var zone = iso.group(3);
                    return "%s %s%s"
                            .formatted(iso.group(1), iso.group(2), zone == null ? "" : " " + zone);
                }
            }
            return text;
        }
    }

    private static final class Insert implements Batch.Target {
        /// Trino takes statements of a million characters, unless it is told other.
        private static final int LONGEST = 900_000;

        private final PreparedStatement statement;
        private final List<String> columns;
        private final List<Type> types;
        private final StringBuilder rows = new StringBuilder();
        private int length;
        private long changed;

        Insert(PreparedStatement statement, List<String> columns, List<Type> types) {
            this.statement = statement;
            this.columns = columns;
            this.types = types;
        }

        @Override
        public void add(RowFile.Row row) throws SQLException, TaskFailedException {
            var values = Batch.values(row, columns);
            if (values.size() != types.size()) {
                throw new TaskFailedException(
                        "Expected %d values in each row but got %d"
                                .formatted(types.size(), values.size()));
            }
            var texts = new ArrayList<@Nullable String>();
            for (int i = 0; i < values.size(); i++) {
                texts.add(types.get(i).text(values.get(i)));
            }
            var json = JsonMapper.shared().writeValueAsString(texts);
            // the driver writes it into the statement, each quote twice
            int own = json.length() + 1 + (int) json.chars().filter(c -> c == '\'').count();
            if (length > 0 && length + own > LONGEST) {
                execute();
            }
            rows.append(rows.isEmpty() ? '[' : ',').append(json);
            length += own;
        }

        private void execute() throws SQLException {
            statement.setString(1, rows.append(']').toString());
            changed += statement.executeUpdate();
            rows.setLength(0);
            length = 0;
        }

        @Override
        public long send() throws SQLException {
            if (length > 0) {
                execute();
            }
            long all = changed;
            changed = 0;
            return all;
        }

        @Override
        public void close() throws SQLException {
            statement.close();
        }
    }
}
