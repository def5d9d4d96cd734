// SPDX-License-Identifier: Apache-2.0
package io.millrace.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// Row-level security in the database of a running suite: on every table that holds something of a
/// tenant.
class TenantWallIT {
    /// What is of the installation, or tells nothing without a table that has a policy.
    private static final Set<String> WITHOUT_TENANT =
            Set.of(
                    // who is known, over all tenants; who is in which has a policy
                    "gateway.known_user",
                    // opened only with the cookie that is stored nowhere
                    "gateway.browser_session",
                    "gateway.binding_version",
                    "gateway.audit_end",
                    "flow.namespace_generation",
                    "scheduler.flow_position",
                    // hashes of calls and of what was heard
                    "scheduler.webhook_call",
                    "scheduler.emitted",
                    "execution.instances",
                    "execution.lanes",
                    "execution.log_batches");

    private static Connection connect() throws SQLException, IOException {
        int port = URI.create(RunningSuite.server()).getPort() + 7;
        var password = Files.readString(RunningSuite.data().resolve("postgres/password")).strip();
        return DriverManager.getConnection(
                "jdbc:postgresql://127.0.0.1:" + port + "/millrace", "postgres", password);
    }

    private static List<String> query(String sql) throws SQLException, IOException {
        try (var connection = connect();
                var statement = connection.createStatement();
                var rows = statement.executeQuery(sql)) {
            var list = new ArrayList<String>();
            while (rows.next()) {
                list.add(rows.getString(1));
            }
            return list;
        }
    }

    private static final String TABLES =
            """
            select n.nspname || '.' || c.relname
              from pg_class c join pg_namespace n on n.oid = c.relnamespace
             where n.nspname in ('gateway', 'flow', 'execution', 'scheduler', 'secrets')
               and c.relkind in ('r', 'p') and not c.relispartition
               and c.relname not like 'databasechangelog%'
               and c.relname <> 'outbox'
            """;

    private static final String WITH_POLICY =
            """
               and c.relrowsecurity
               and exists (select from pg_policy p
                            where p.polrelid = c.oid and p.polname = 'tenant_wall'
                              and p.polcmd = '*' and p.polroles = '{0}')
            """;

    @Test
    void everyTableWithATenantHasAPolicy() throws SQLException, IOException {
        var withTenant =
                query(
                        TABLES
                                + """
                                   and exists (select from pg_attribute a
                                                where a.attrelid = c.oid and a.attname = 'tenant'
                                                  and not a.attisdropped)
                                """);
        var walled = query(TABLES + WITH_POLICY);

        assertThat(withTenant).hasSizeGreaterThan(30);
        assertThat(walled).containsAll(withTenant);
    }

    @Test
    void everyOtherTableIsOfOneThatHasAPolicyOrOfTheInstallation()
            throws SQLException, IOException {
        var all = new ArrayList<>(query(TABLES));

        all.removeAll(query(TABLES + WITH_POLICY));

        assertThat(all).isSubsetOf(WITHOUT_TENANT);
    }

    @Test
    void servicesAndTheirTenantRolesHaveNoPowerOverPolicies() throws SQLException, IOException {
        assertThat(
                        query(
                                """
                                select rolname from pg_roles
                                 where rolname like 'millrace_%'
                                   and (rolsuper or rolbypassrls or rolcreaterole)
                                """))
                .isEmpty();
        assertThat(query("select rolname from pg_roles where rolname like 'millrace_%_tenant'"))
                .hasSize(5);
        assertThat(
                        query(
                                """
                                select c.relname from pg_class c join pg_roles r on r.oid = c.relowner
                                 where r.rolname like 'millrace_%_tenant'
                                """))
                .isEmpty();
        assertThat(
                        query(
                                """
                                select c.relname from pg_class c, pg_roles r
                                 where c.relispartition and c.relkind = 'r'
                                   and r.rolname = 'millrace_execution_tenant'
                                   and has_table_privilege(r.oid, c.oid, 'select')
                                """))
                .as("a partition has no policy of its own")
                .isEmpty();
    }

    @Test
    void aTenantRoleSeesTheRowsOfItsTenantAlone() throws SQLException, IOException {
        try (var connection = connect();
                var statement = connection.createStatement()) {
            statement.execute(
                    """
                    insert into scheduler.flow (tenant, namespace, flow_id, revision, deleted)
                    values ('wall-a', 'company', 'one', 1, true),
                           ('wall-b', 'company', 'two', 1, true)
                    on conflict do nothing
                    """);
            statement.execute("set role millrace_scheduler_tenant");
            for (var tenant : List.of("wall-a", "wall-b")) {
                statement.execute("set millrace.tenant = '" + tenant + "'");
                try (var rows =
                        statement.executeQuery("select distinct tenant from scheduler.flow")) {
                    assertThat(rows.next()).isTrue();
                    assertThat(rows.getString(1)).isEqualTo(tenant);
                    assertThat(rows.next()).isFalse();
                }
            }
            statement.execute("set millrace.tenant = ''");
            try (var rows = statement.executeQuery("select count(*) from scheduler.flow")) {
                rows.next();
                assertThat(rows.getLong(1)).isZero();
            }
            statement.execute("reset role");
            statement.execute("delete from scheduler.flow where tenant like 'wall-_'");
        }
    }

    @Test
    void searchesByLabelMayUseTheirIndexBehindThePolicy() throws SQLException, IOException {
        assertThat(
                        query(
                                """
                                select proname from pg_proc
                                 where proname in ('arraycontains', 'arrayoverlap')
                                   and not proleakproof
                                """))
                .isEmpty();
    }
}
