// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.jdbc;

import io.millrace.plugin.Default;
import io.millrace.plugin.Inline;
import io.millrace.plugin.Late;
import io.millrace.plugin.Title;
import io.millrace.plugin.kit.FetchType;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Properties of what sends SQL and may read rows.
public record QueryProperties(
        @Title("JDBC URL; DuckDB in memory if absent") @Nullable String url,
        @Title("User") @Nullable String username,
        @Title("Password") @Nullable String password,
        @Title("What else the driver is told") @Nullable Map<String, String> properties,
        @Title("SQL, with `:name` for parameters") @Late String sql,
        @Title("Values by name") @Nullable Map<String, @Nullable Object> parameters,
        @Title("What becomes of the rows; if absent NONE, of a trigger FETCH")
                @Nullable FetchType fetchType,
        @Title("The older way to say FETCH") @Nullable Boolean fetch,
        @Title("The older way to say FETCH_ONE") @Nullable Boolean fetchOne,
        @Title("The older way to say STORE") @Nullable Boolean store,
        @Title("How many rows the driver gets at once") @Default("10000") Integer fetchSize,
        @Title("Zone of times without one, such as Europe/Paris") @Nullable String timeZoneId,
        @Title("SQL that is run after the rows were read, in the same transaction") @Late
                @Nullable String afterSQL,
        @Title("Whether several statements are one transaction") @Default("true")
                Boolean transaction,
        @Title("Files to put into the working directory: their contents or URIs")
                @Nullable Map<String, String> inputFiles,
        @Title("URI of the file of LOAD DATA LOCAL INFILE '{{ inputFile }}' (MySQL, MariaDB)")
                @Nullable String inputFile,
        @Title("Names of files that the SQL writes, `{{ outputFiles.name }}` in it")
                @Nullable List<String> outputFiles,
        @Title("URI of a DuckDB or SQLite database to begin with") @Nullable String databaseUri,
        @Title("The same, as flows for SQLite name it") @Nullable String sqliteFile,
        @Title("Whether the DuckDB or SQLite database is stored") @Default("false")
                Boolean outputDbFile,
        @Title("Without effect") @Inline Pooling pooling,
        @Inline Snowflake snowflake,
        @Inline Tls tls)
        implements Connecting {

    @Override
    public @Nullable Map<String, String> properties() {
        return snowflake.and(properties);
    }

    /// Where the database of a file lies that it begins with.
    @Nullable String database() {
        return databaseUri == null ? sqliteFile : databaseUri;
    }

    /// @param otherwise if the flow doesn't say
    FetchType fetched(FetchType otherwise) {
        return FetchType.of(fetchType, fetch, fetchOne, store, otherwise);
    }
}
