// SPDX-License-Identifier: Apache-2.0
package io.millrace.local;

import io.millrace.embedded.Passwords;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/// Makes the database, and in it for each service a schema and a role that owns it and sees no
/// other. Running it again changes nothing but passwords that were lost.
final class DatabaseBootstrap {
    private static final String NO_SUCH_DATABASE = "3D000";

    private final LocalSettings.Postgres postgres;
    private final Path credentials;

    /// @param postgres the database and a user who may create roles; if that one may not, all
    ///   services sign in as that user
    /// @param credentials where the roles' passwords are
    DatabaseBootstrap(LocalSettings.Postgres postgres, Path credentials) {
        this.postgres = postgres;
        this.credentials = credentials;
    }

    /// Each service's `spring.datasource.*`.
    Map<Service, Map<String, String>> run() {
        try (var connection = connect()) {
            var properties = new EnumMap<Service, Map<String, String>>(Service.class);
            var roles = mayCreateRoles(connection);
            letLabelsUseTheirIndex(connection);
            for (var service : Service.values()) {
                if (service.hasDatabase()) {
                    properties.put(service, prepare(connection, service, roles));
                }
            }
            return properties;
        } catch (SQLException e) {
            throw new StartException(
                    "The database %s can't be used as %s: %s"
                            .formatted(postgres.url(), postgres.user(), e.getMessage()),
                    e);
        }
    }

    private Map<String, String> prepare(Connection connection, Service service, boolean roles)
            throws SQLException {
        var schema = service.shortName();
        var url = postgres.url() + (postgres.url().contains("?") ? "&" : "?");
        if (!roles) {
            execute(connection, "create schema if not exists " + schema);
            return properties(
                    url + "currentSchema=" + schema, postgres.user(), postgres.password(), false);
        }
        var database = connection.getCatalog();
        var role = database + "_" + schema;
        var password = Passwords.inFile(credentials.resolve(role));
        var quoted = '"' + role + '"';
        if (!exists(connection, "select 1 from pg_roles where rolname = ?", role)) {
            execute(connection, "create role " + quoted + " login");
            execute(connection, "grant " + quoted + " to current_user");
        }
        tenantRole(connection, role);
        // The password is ours and has no character that SQL or a URL would mind.
        execute(connection, "alter role %s password '%s'".formatted(quoted, password));
        execute(
                connection,
                "create schema if not exists %s authorization %s".formatted(schema, quoted));
        execute(
                connection,
                "alter role %s in database \"%s\" set search_path = %s, public"
                        .formatted(quoted, database, schema));
        return properties(url + "currentSchema=" + schema + ",public", role, password, true);
    }

    /// What a service's connections become while they serve a tenant: it owns nothing, and the
    /// policies of the tables show it that tenant's rows.
    private static void tenantRole(Connection connection, String role) throws SQLException {
        var name = role + "_tenant";
        if (!exists(connection, "select 1 from pg_roles where rolname = ?", name)) {
            execute(connection, "create role \"%s\" nologin".formatted(name));
        }
        if (!exists(
                connection,
                "select 1 from pg_auth_members where roleid = to_regrole(quote_ident(?))"
                        + " and member = to_regrole(quote_ident(?))",
                name,
                role)) {
            execute(connection, "grant \"%s\" to \"%s\"".formatted(name, role));
        }
    }

    /// Behind a policy, an index serves only operators that are known to tell nothing of the rows
    /// that they see. Those of arrays tell nothing, but PostgreSQL doesn't say so; searches by
    /// label would read all executions of a tenant.
    private static void letLabelsUseTheirIndex(Connection connection) throws SQLException {
        if (!exists(
                connection, "select 1 from pg_roles where rolname = current_user and rolsuper")) {
            return;
        }
        for (var function : List.of("arraycontains", "arrayoverlap")) {
            if (exists(
                    connection,
                    "select 1 from pg_proc where proname = ? and not proleakproof"
                            + " and pronamespace = 'pg_catalog'::regnamespace",
                    function)) {
                execute(
                        connection,
                        "alter function pg_catalog.%s(anyarray, anyarray) leakproof"
                                .formatted(function));
            }
        }
    }

    /// @param walled whether there is a role that sees the rows of one tenant alone
    private static Map<String, String> properties(
            String url, String user, String password, boolean walled) {
        return Map.of(
                "spring.datasource.url", url,
                "spring.datasource.username", user,
                "spring.datasource.password", password,
                "millrace.tenant-wall.required", Boolean.toString(walled));
    }

    private Connection connect() throws SQLException {
        try {
            return open(postgres.url());
        } catch (SQLException e) {
            if (!NO_SUCH_DATABASE.equals(e.getSQLState())) {
                throw e;
            }
        }
        int path = postgres.url().lastIndexOf('/');
        var rest = postgres.url().substring(path + 1);
        int query = rest.indexOf('?');
        var database = query < 0 ? rest : rest.substring(0, query);
        var parameters = query < 0 ? "" : rest.substring(query);
        try (var server = open(postgres.url().substring(0, path) + "/postgres" + parameters)) {
            execute(server, "create database \"" + database.replace("\"", "") + '"');
        }
        return open(postgres.url());
    }

    private Connection open(String url) throws SQLException {
        return DriverManager.getConnection(url, postgres.user(), postgres.password());
    }

    private static boolean mayCreateRoles(Connection connection) throws SQLException {
        return exists(
                connection,
                "select 1 from pg_roles where rolname = current_user"
                        + " and (rolsuper or rolcreaterole)");
    }

    private static boolean exists(Connection connection, String sql, String... parameters)
            throws SQLException {
        try (var query = connection.prepareStatement(sql)) {
            for (int i = 0; i < parameters.length; i++) {
                query.setString(i + 1, parameters[i]);
            }
            try (var rows = query.executeQuery()) {
                return rows.next();
            }
        }
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
