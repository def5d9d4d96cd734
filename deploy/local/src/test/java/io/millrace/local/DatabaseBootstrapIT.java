// SPDX-License-Identifier: Apache-2.0
package io.millrace.local;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.millrace.test.TestDatabase;
import io.millrace.test.TestServices;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(TestServices.class)
class DatabaseBootstrapIT {
    @TempDir Path credentials;

    private final TestDatabase database;

    DatabaseBootstrapIT(TestDatabase database) {
        this.database = database;
    }

    @BeforeEach
    void requireSuperuser() {
        assumeThat(database.user()).isNotEmpty();
    }

    @AfterEach
    void dropRoles() throws SQLException {
        for (var service : Service.values()) {
            var role = database.name() + "_" + service.shortName();
            execute("drop schema if exists " + service.shortName() + " cascade");
            execute("drop owned by " + role, role);
            execute("drop role if exists " + role);
            execute("drop role if exists " + role + "_tenant");
        }
    }

    @Test
    void aServiceCreatesTablesInItsOwnSchema() throws SQLException {
        var flow = bootstrap().get(Service.FLOW);

        execute(flow, "create table t (id int)");

        execute("select id from flow.t");
    }

    @Test
    void aServiceDoesNotSeeAnothersTables() throws SQLException {
        var services = bootstrap();
        execute(services.get(Service.SECRETS), "create table t (id int)");

        assertThatThrownBy(() -> execute(services.get(Service.FLOW), "select * from secrets.t"))
                .isInstanceOf(SQLException.class)
                .hasMessageContaining("permission denied for schema secrets");
    }

    @Test
    void runningItAgainKeepsEverything() throws SQLException {
        var first = bootstrap();
        execute(first.get(Service.FLOW), "create table t (id int)");

        var second = bootstrap();

        assertThat(second).isEqualTo(first);
        execute(second.get(Service.FLOW), "select id from t");
    }

    private Map<Service, Map<String, String>> bootstrap() {
        var postgres =
                new LocalSettings.Postgres(database.url(), database.user(), database.password());
        return new DatabaseBootstrap(postgres, credentials).run();
    }

    private static void execute(@Nullable Map<String, String> properties, String sql)
            throws SQLException {
        var datasource = requireNonNull(properties);
        try (var connection =
                        DriverManager.getConnection(
                                datasource.get("spring.datasource.url"),
                                datasource.get("spring.datasource.username"),
                                datasource.get("spring.datasource.password"));
                var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private void execute(String sql) throws SQLException {
        try (var connection = database.connect();
                var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private void execute(String sql, String ofRole) throws SQLException {
        try (var connection = database.connect();
                var query =
                        connection.prepareStatement("select 1 from pg_roles where rolname = ?")) {
            query.setString(1, ofRole);
            try (var rows = query.executeQuery()) {
                if (rows.next()) {
                    execute(sql);
                }
            }
        }
    }
}
