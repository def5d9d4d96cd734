// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.jdbc;

import io.millrace.plugin.Title;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What a session of Snowflake begins with.
///
/// @see <a href="https://docs.snowflake.com/en/developer-guide/jdbc/jdbc-parameters">Parameters of
///   the driver</a>
record Snowflake(
        @Title("Snowflake: warehouse") @Nullable String warehouse,
        @Title("Snowflake: database") @Nullable String database,
        @Title("Snowflake: schema") @Nullable String schema,
        @Title("Snowflake: role") @Nullable String role,
        @Title("Snowflake: what the session's queries are marked with") @Nullable String queryTag) {

    /// @param others what the driver is told beside
    @Nullable Map<String, String> and(@Nullable Map<String, String> others) {
        var all = new LinkedHashMap<String, String>();
        put(all, "warehouse", warehouse);
        put(all, "db", database);
        put(all, "schema", schema);
        put(all, "role", role);
        put(all, "query_tag", queryTag);
        if (all.isEmpty()) {
            return others;
        }
        if (others != null) {
            all.putAll(others);
        }
        return all;
    }

    private static void put(Map<String, String> all, String name, @Nullable String value) {
        if (value != null) {
            all.put(name, value);
        }
    }
}
