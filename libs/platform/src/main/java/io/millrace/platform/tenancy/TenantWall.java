// SPDX-License-Identifier: Apache-2.0
package io.millrace.platform.tenancy;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.concurrent.ConcurrentHashMap;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.web.context.request.RequestContextHolder;

/// Brings a connection into the scope of who asks for it, before any statement of his runs.
///
/// A service's own role owns its tables and sees all rows. For a tenant, the connection becomes the
/// service's *tenant role* (its name with `_tenant`), which owns nothing and to which the tables'
/// policies show the rows of the tenant that `millrace.tenant` names. What a connection is set to
/// is remembered: one that serves the same scope again costs nothing.
public final class TenantWall {
    private static final Logger log = LoggerFactory.getLogger(TenantWall.class);
    private static final TenantScope UNKNOWN = new TenantScope.One("");

    private final boolean enabled;
    private final boolean strict;
    private final Set<String> undeclared = ConcurrentHashMap.newKeySet();
    private final boolean required;
    private final Map<Connection, TenantScope> scopes =
            Collections.synchronizedMap(new WeakHashMap<>());
    private volatile @Nullable String role;
    private volatile @Nullable Thread starting = Thread.currentThread();

    /// @param enabled whether the wall is used at all
    /// @param required whether a service may not start without it
    /// @param strict whether a thread beside all requests that hasn't said for whom it works sees
    ///   nothing; else it sees all, and the log says so
    TenantWall(boolean enabled, boolean required, boolean strict) {
        this.strict = strict;
        this.enabled = enabled;
        this.required = required;
    }

    /// For a pool of a service's own beside the one that Boot makes.
    public DataSource around(DataSource pool) {
        return new WalledDataSource(pool, this);
    }

    /// From now on the thread that has started the service has no rights of its own.
    void started() {
        starting = null;
    }

    /// Takes the wall into use, if the database has what it needs, and lets the tenant role at the
    /// tables of the present schema.
    ///
    /// @throws IllegalStateException if the wall is required and can't be
    void build(DataSource pool) {
        if (!enabled) {
            log.atWarn().log("Row-level security is switched off");
            return;
        }
        try (var connection = pool.getConnection()) {
            var name = one(connection, "select current_user || '_tenant'");
            var found =
                    one(
                            connection,
                            """
                            select coalesce(bool_or(pg_has_role(current_user, r.oid, 'member')
                                                    and not r.rolsuper and not r.rolbypassrls),
                                            false)
                              from pg_roles r where r.rolname = current_user || '_tenant'
                            """);
            if (!"t".equals(found)) {
                var problem =
                        "Expected a role %s without rights of its own, of which %s is a member"
                                .formatted(name, one(connection, "select current_user"));
                if (required) {
                    throw new IllegalStateException(problem);
                }
                log.atWarn().log(problem + ": row-level security is off");
                return;
            }
            grant(connection, name);
            role = name;
        } catch (SQLException e) {
            throw new IllegalStateException("The wall between tenants can't be built", e);
        }
    }

    /// What is there already is not granted again: two instances that start together would collide.
    /// Partitions are reached through their table alone, whose policy they don't have.
    private static void grant(Connection connection, String role) throws SQLException {
        connection.setAutoCommit(false);
        try (var statement = connection.createStatement()) {
            statement.execute("select pg_advisory_xact_lock(hashtext('millrace.tenant-wall'))");
            statement.execute(
                    """
                    do $$
                    declare
                      tenant_role text := current_user || '_tenant';
                      r record;
                    begin
                      if not has_schema_privilege(tenant_role, current_schema(), 'usage') then
                        execute format('grant usage on schema %I to %I',
                                       current_schema(), tenant_role);
                      end if;
                      for r in select c.oid::regclass as name, c.relkind as kind
                                 from pg_class c
                                where c.relnamespace = current_schema()::regnamespace
                                  and c.relkind in ('r', 'p', 'S')
                                  and not c.relispartition
                                  and pg_has_role(current_user, c.relowner, 'usage')
                                  and c.relname not like 'databasechangelog%'
                      loop
                        if r.kind = 'S' then
                          if not has_sequence_privilege(tenant_role, r.name, 'usage') then
                            execute format('grant usage on sequence %s to %I',
                                           r.name, tenant_role);
                          end if;
                        elsif not (has_table_privilege(tenant_role, r.name, 'select')
                                   and has_table_privilege(tenant_role, r.name, 'insert')
                                   and has_table_privilege(tenant_role, r.name, 'update')
                                   and has_table_privilege(tenant_role, r.name, 'delete')) then
                          execute format('grant select, insert, update, delete on %s to %I',
                                         r.name, tenant_role);
                        end if;
                      end loop;
                    end $$
                    """);
            connection.commit();
            log.atInfo().addKeyValue("role", role).log("Row-level security is on");
        } catch (SQLException e) {
            connection.rollback();
            throw e;
        } finally {
            connection.setAutoCommit(true);
        }
    }

    private static String one(Connection connection, String sql) throws SQLException {
        try (var statement = connection.createStatement();
                var rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getString(1);
        }
    }

    Connection enter(Connection connection) throws SQLException {
        var walled = role;
        if (walled == null) {
            return connection;
        }
        try {
            var wanted = scope();
            var physical = connection.unwrap(Connection.class);
            // a fresh connection is of the service's own role
            if (!scopes.getOrDefault(physical, Declared.ALL).equals(wanted)) {
                scopes.put(physical, UNKNOWN);
                set(connection, walled, wanted);
                scopes.put(physical, wanted);
            }
            return connection;
        } catch (SQLException | RuntimeException e) {
            connection.close();
            throw e;
        }
    }

    /// What a service does while it starts, and what it does beside all requests, is for all. A
    /// thread that works beside requests ought to say so.
    private TenantScope scope() {
        var scope = TenantScope.current();
        if (!(scope instanceof TenantScope.None)
                || RequestContextHolder.getRequestAttributes() != null) {
            return scope;
        }
        var thread = Thread.currentThread();
        if (thread != starting && undeclared.add(thread.getName().replaceAll("[0-9]+", "*"))) {
            log.atWarn()
                    .addKeyValue("thread", thread.getName())
                    .log(
                            "A thread reads the database and hasn't said for whom: it sees {}",
                            strict ? "no tenant's rows" : "all tenants");
        }
        return strict && thread != starting ? scope : Declared.ALL;
    }

    private static void set(Connection connection, String role, TenantScope scope)
            throws SQLException {
        if (!connection.getAutoCommit()) {
            throw new IllegalStateException(
                    "Expected a connection outside of a transaction: its scope would be rolled back");
        }
        try (var statement =
                connection.prepareStatement(
                        "select set_config('role', ?, false),"
                                + " set_config('millrace.tenant', ?, false)")) {
            statement.setString(1, scope instanceof TenantScope.All ? "none" : role);
            statement.setString(2, scope instanceof TenantScope.One(var tenant) ? tenant : "");
            statement.execute();
        }
    }
}
