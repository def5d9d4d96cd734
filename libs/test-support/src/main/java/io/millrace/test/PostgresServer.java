// SPDX-License-Identifier: Apache-2.0
package io.millrace.test;

import io.millrace.embedded.EmbeddedPostgres;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Deque;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedDeque;

/// The PostgreSQL of this JVM's tests: the one that `MILLRACE_TEST_POSTGRES` names (a JDBC URL with
/// user and password, or `embedded`), else one that answers on 127.0.0.1:5432, else an embedded
/// one.
final class PostgresServer {
    private static final String LOCAL = "jdbc:postgresql://127.0.0.1:5432/";
    private static final String QUICKLY = "?connectTimeout=2&loginTimeout=2";

    private final String base;
    private final String parameters;
    private final String user;
    private final String password;
    private final Deque<Runnable> onExit = new ConcurrentLinkedDeque<>();

    private PostgresServer(String base, String parameters, String user, String password) {
        this.base = base;
        this.parameters = parameters;
        this.user = user;
        this.password = password;
        Runtime.getRuntime().addShutdownHook(new Thread(this::exit, "test-postgres-exit"));
    }

    static PostgresServer shared() {
        return Holder.SHARED;
    }

    private static final class Holder {
        static final PostgresServer SHARED = find();

        static {
            SHARED.makeTenantRole();
        }
    }

    /// What services' connections become while they serve a tenant. Of the server: many test runs
    /// may make it at once.
    private void makeTenantRole() {
        execute(
                """
                do $$
                begin
                  perform pg_advisory_xact_lock(hashtext('millrace.test-role'));
                  if not exists (select from pg_roles where rolname = current_user || '_tenant') then
                    execute format('create role %I nologin', current_user || '_tenant');
                  end if;
                end $$
                """);
    }

    private static PostgresServer find() {
        var wanted = System.getenv().getOrDefault("MILLRACE_TEST_POSTGRES", "");
        if (wanted.startsWith("jdbc:")) {
            int query = wanted.indexOf('?');
            var address = query < 0 ? wanted : wanted.substring(0, query);
            return new PostgresServer(
                    address.substring(0, address.lastIndexOf('/') + 1),
                    query < 0 ? "" : wanted.substring(query),
                    "",
                    "");
        }
        return wanted.equals("embedded") || !answers() ? embedded() : local();
    }

    private static PostgresServer local() {
        return new PostgresServer(LOCAL, "", "postgres", "postgres");
    }

    private static boolean answers() {
        try (var _ =
                DriverManager.getConnection(LOCAL + "postgres" + QUICKLY, "postgres", "postgres")) {
            return true;
        } catch (SQLException e) {
            return false; // not running, or not ours to use
        }
    }

    private static PostgresServer embedded() {
        var directory = TemporaryDirectory.create("test-postgres");
        var binaries = Path.of(System.getProperty("user.home"), ".cache", "millrace");
        // What a test stores needn't survive a power cut.
        var postgres =
                EmbeddedPostgres.start(
                        directory.path(), binaries, 0, Map.of("synchronous_commit", "off"));
        var server =
                new PostgresServer(
                        "jdbc:postgresql://127.0.0.1:" + postgres.port() + "/",
                        "",
                        postgres.user(),
                        postgres.password());
        server.onExit(() -> {
            postgres.close();
            directory.delete();
        });
        return server;
    }

    String url(String database) {
        return base + database + parameters;
    }

    String user() {
        return user;
    }

    String password() {
        return password;
    }

    void execute(String sql) {
        try (var connection = DriverManager.getConnection(url("postgres"), user, password);
                var statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new IllegalStateException("PostgreSQL refuses: " + sql, e);
        }
    }

    /// Runs `action` when the JVM ends, the last one added first.
    void onExit(Runnable action) {
        onExit.push(action);
    }

    private void exit() {
        onExit.forEach(Runnable::run);
    }
}
