// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.jdbc;

import java.math.BigInteger;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/// What flows and files know, as drivers take it.
final class Values {
    private Values() {}

    static void set(PreparedStatement statement, int index, @Nullable Object value)
            throws SQLException {
        switch (value) {
            case null -> statement.setObject(index, null);
            case Map<?, ?> map ->
                    statement.setString(index, JsonMapper.shared().writeValueAsString(map));
            case List<?> list ->
                    statement.setString(index, JsonMapper.shared().writeValueAsString(list));
            case BigInteger n -> statement.setBigDecimal(index, new java.math.BigDecimal(n));
            case Instant t -> statement.setTimestamp(index, Timestamp.from(t));
            case ZonedDateTime t -> statement.setObject(index, t.toOffsetDateTime());
            case Integer n -> statement.setInt(index, n);
            case Long n -> statement.setLong(index, n);
            case Double n -> statement.setDouble(index, n);
            case Boolean b -> statement.setBoolean(index, b);
            case String s -> statement.setString(index, s);
            default -> statement.setObject(index, value);
        }
    }
}
