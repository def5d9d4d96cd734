// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Types;
import java.time.ZonedDateTime;
import org.junit.jupiter.api.Test;

/// What Trino's driver (476) does otherwise than JDBC says, as it was seen with Trino itself, which
/// is too large for a test: the driver is a stand-in.
class TrinoTest {

    private static <T> T standIn(Class<T> type, InvocationHandler calls) {
        return type.cast(
                Proxy.newProxyInstance(
                        TrinoTest.class.getClassLoader(), new Class<?>[] {type}, calls));
    }

    private static DatabaseMetaData product(String name) {
        return standIn(
                DatabaseMetaData.class,
                (_, method, _) -> method.getName().equals("supportsTransactions") ? true : name);
    }

    private static boolean begins(String product) throws SQLException {
        return Session.begin(
                standIn(
                        Connection.class,
                        (_, method, _) ->
                                method.getName().equals("getMetaData") ? product(product) : null));
    }

    @Test
    void aTimeWithAZoneKeepsItsOffset() throws Exception {
        var metadata =
                standIn(
                        ResultSetMetaData.class,
                        (_, method, _) ->
                                switch (method.getName()) {
                                    case "getColumnCount" -> 1;
                                    case "getColumnType" -> Types.TIMESTAMP_WITH_TIMEZONE;
                                    default -> "at";
                                });
        var rows =
                standIn(
                        ResultSet.class,
                        (_, method, arguments) -> {
                            if (method.getName().equals("getMetaData")) {
                                return metadata;
                            }
                            if (arguments[1] != ZonedDateTime.class) {
                                throw new SQLException("Cannot convert to " + arguments[1]);
                            }
                            return ZonedDateTime.parse(
                                    "2026-01-02T03:04:05.678+01:00[Europe/Vienna]");
                        });

        assertThat(new Columns(rows, null).row())
                .containsEntry("at", "2026-01-02T03:04:05.678+01:00");
    }

    /// Of most catalogs it would be refused, and a query that is left early would end it.
    @Test
    void nothingIsATransaction() throws Exception {
        assertThat(begins("Trino")).isFalse();
        assertThat(begins("PostgreSQL")).isTrue();
    }
}
