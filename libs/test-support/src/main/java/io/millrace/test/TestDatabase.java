// SPDX-License-Identifier: Apache-2.0
package io.millrace.test;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.sql.DataSource;
import org.postgresql.ds.PGSimpleDataSource;

/// A fresh, empty database. It is dropped by [#close()], at the latest when the JVM ends.
///
/// ```java
/// static final TestDatabase DATABASE = TestDatabase.create();
///
/// @DynamicPropertySource
/// static void database(DynamicPropertyRegistry registry) {
///     DATABASE.properties().forEach((name, value) -> registry.add(name, () -> value));
/// }
/// ```
public final class TestDatabase implements AutoCloseable {
    private final PostgresServer server;
    private final String name;
    private final AtomicBoolean closed = new AtomicBoolean();

    private TestDatabase(PostgresServer server, String name) {
        this.server = server;
        this.name = name;
    }

    /// A new database on the PostgreSQL of this test run.
    public static TestDatabase create() {
        var server = PostgresServer.shared();
        var name = "test_" + UUID.randomUUID().toString().replace("-", "").substring(0, 16);
        server.execute("create database " + name + " template template0 encoding 'UTF8'");
        // what is in it needn't outlive a crash of the server: no test waits for its disk
        server.execute("alter database " + name + " set synchronous_commit = off");
        var database = new TestDatabase(server, name);
        server.onExit(database::close);
        return database;
    }

    public String name() {
        return name;
    }

    public String url() {
        return server.url(name);
    }

    public String user() {
        return server.user();
    }

    public String password() {
        return server.password();
    }

    public Connection connect() throws SQLException {
        return DriverManager.getConnection(url(), user(), password());
    }

    /// Opens a connection at each request; has no pool.
    public DataSource dataSource() {
        var source = new PGSimpleDataSource();
        source.setUrl(url());
        source.setUser(user());
        source.setPassword(password());
        return source;
    }

    /// `spring.datasource.*`.
    public Map<String, String> properties() {
        return Map.of(
                "spring.datasource.url", url(),
                "spring.datasource.username", user(),
                "spring.datasource.password", password(),
                "spring.datasource.hikari.maximum-pool-size", "8");
    }

    /// Ends all connections to the database and drops it.
    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            server.execute("drop database if exists " + name + " with (force)");
        }
    }
}
