// SPDX-License-Identifier: Apache-2.0
package io.millrace.flow.trees;

import io.millrace.contracts.Codec;
import io.millrace.flow.trees.TreeRequest.Origin;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/// What namespaces are, and which commit they are of.
@Repository
class TreeStore {
    private static final int KEPT_SYNCS = 1_000;

    private final JdbcClient jdbc;

    TreeStore(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /// A flow or test as it is stored.
    record Stored(String namespace, String id, String source) {}

    /// @param flow namespace/id of the flow whose task did it
    record State(
            String namespace,
            Origin origin,
            boolean pinned,
            boolean managed,
            Instant at,
            String execution,
            String flow) {}

    /// What was applied.
    ///
    /// @param mark hash of a source, revision of a file
    record Item(String kind, String namespace, String id, String mark) {}

    /// One run of a synchronisation.
    record Sync(
            long number,
            Instant at,
            String commit,
            String execution,
            String outcome,
            String report) {}

    /// Nobody else replaces the tree until the transaction ends.
    void lock(String tenant, String namespace) {
        jdbc.sql("select pg_advisory_xact_lock(hashtextextended(:name, 11))")
                .param("name", tenant + "/" + namespace)
                .query(row -> {});
    }

    List<Stored> flows(String tenant, String namespace, boolean children) {
        return jdbc.sql(
                        """
                        select f.namespace, f.id, r.source
                          from flow f join flow_revision r using (tenant, namespace, id, revision)
                         where f.tenant = :tenant and not f.deleted
                           and (f.namespace = :namespace
                                or :children and starts_with(f.namespace, :namespace || '.'))
                         order by f.namespace, f.id
                        """)
                .param("tenant", tenant)
                .param("namespace", namespace)
                .param("children", children)
                .query(Stored.class)
                .list();
    }

    List<Stored> tests(String tenant, String namespace, boolean children) {
        return jdbc.sql(
                        """
                        select namespace, id, source from test_suite
                         where tenant = :tenant
                           and (namespace = :namespace
                                or :children and starts_with(namespace, :namespace || '.'))
                         order by namespace, id
                        """)
                .param("tenant", tenant)
                .param("namespace", namespace)
                .param("children", children)
                .query(Stored.class)
                .list();
    }

    /// Namespaces of the tree that files are in.
    List<String> withFiles(String tenant, String namespace, boolean children) {
        return jdbc.sql(
                        """
                        select distinct namespace from namespace_file
                         where tenant = :tenant and not deleted
                           and (namespace = :namespace
                                or :children and starts_with(namespace, :namespace || '.'))
                         order by 1
                        """)
                .param("tenant", tenant)
                .param("namespace", namespace)
                .param("children", children)
                .query(String.class)
                .list();
    }

    /// Namespaces in which there are flows or files.
    List<String> namespaces(String tenant) {
        return jdbc.sql(
                        """
                        select namespace from flow where tenant = :tenant and not deleted
                        union
                        select namespace from namespace_file where tenant = :tenant and not deleted
                        order by 1
                        """)
                .param("tenant", tenant)
                .query(String.class)
                .list();
    }

    Optional<State> state(String tenant, String namespace) {
        return jdbc.sql(
                        "select * from tree_state where tenant = :tenant and namespace = :namespace")
                .param("tenant", tenant)
                .param("namespace", namespace)
                .query((row, _) -> state(row))
                .optional();
    }

    List<State> states(String tenant, String[] scope) {
        return jdbc.sql(
                        """
                        select * from tree_state
                         where tenant = :tenant and namespace || '.' like any (:scope)
                         order by namespace
                        """)
                .param("tenant", tenant)
                .param("scope", scope)
                .query((row, _) -> state(row))
                .list();
    }

    private static State state(ResultSet row) throws SQLException {
        return new State(
                row.getString("namespace"),
                new Origin(
                        row.getString("url"), row.getString("branch"), row.getString("commit_id")),
                row.getBoolean("pinned"),
                row.getBoolean("managed"),
                row.getTimestamp("at").toInstant(),
                row.getString("execution"),
                row.getString("flow"));
    }

    void save(String tenant, State state) {
        jdbc.sql(
                        """
                        insert into tree_state values (:tenant, :namespace, :url, :branch, :commit, :pinned,
                               :managed, :at, :execution, :flow)
                        on conflict (tenant, namespace) do update
                           set url = excluded.url, branch = excluded.branch,
                               commit_id = excluded.commit_id, pinned = excluded.pinned,
                               managed = excluded.managed, at = excluded.at,
                               execution = excluded.execution, flow = excluded.flow
                        """)
                .param("tenant", tenant)
                .param("namespace", state.namespace())
                .param("url", state.origin().url())
                .param("branch", state.origin().branch())
                .param("commit", state.origin().commit())
                .param("pinned", state.pinned())
                .param("managed", state.managed())
                .param("at", state.at().atOffset(ZoneOffset.UTC))
                .param("execution", state.execution())
                .param("flow", state.flow())
                .update();
    }

    boolean unpin(String tenant, String namespace) {
        return jdbc.sql(
                                """
                                update tree_state set pinned = false
                                 where tenant = :tenant and namespace = :namespace
                                """)
                        .param("tenant", tenant)
                        .param("namespace", namespace)
                        .update()
                == 1;
    }

    void setManaged(String tenant, String namespace, boolean managed) {
        jdbc.sql(
                        """
                        update tree_state set managed = :managed
                         where tenant = :tenant and namespace = :namespace
                        """)
                .param("tenant", tenant)
                .param("namespace", namespace)
                .param("managed", managed)
                .update();
    }

    void saveItems(String tenant, String root, Collection<String> kinds, List<Item> items) {
        jdbc.sql(
                        """
                        delete from tree_item
                         where tenant = :tenant and root = :root and kind = any (:kinds)
                        """)
                .param("tenant", tenant)
                .param("root", root)
                .param("kinds", kinds.toArray(String[]::new))
                .update();
        jdbc.sql(
                        """
                        insert into tree_item
                        select :tenant, :root, * from unnest(:kinds, :namespaces, :ids, :marks)
                        """)
                .param("tenant", tenant)
                .param("root", root)
                .param("kinds", column(items, Item::kind))
                .param("namespaces", column(items, Item::namespace))
                .param("ids", column(items, Item::id))
                .param("marks", column(items, Item::mark))
                .update();
    }

    List<Item> items(String tenant, String root) {
        return jdbc.sql(
                        """
                        select kind, namespace, id, mark from tree_item
                         where tenant = :tenant and root = :root
                        """)
                .param("tenant", tenant)
                .param("root", root)
                .query(Item.class)
                .list();
    }

    void addSync(
            String tenant,
            String namespace,
            Instant at,
            String commit,
            String execution,
            TreeReport report) {
        jdbc.sql(
                        """
                        insert into tree_sync (tenant, namespace, at, commit_id, execution, outcome, report)
                        values (:tenant, :namespace, :at, :commit, :execution, :outcome,
                                cast(:report as jsonb))
                        """)
                .param("tenant", tenant)
                .param("namespace", namespace)
                .param("at", at.atOffset(ZoneOffset.UTC))
                .param("commit", commit)
                .param("execution", execution)
                .param("outcome", report.applied() ? "APPLIED" : "REFUSED")
                .param("report", new String(Codec.encode(report), StandardCharsets.UTF_8))
                .update();
        jdbc.sql(
                        """
                        delete from tree_sync
                         where tenant = :tenant and namespace = :namespace and number < (
                               select number from tree_sync
                                where tenant = :tenant and namespace = :namespace
                                order by number desc offset :kept limit 1)
                        """)
                .param("tenant", tenant)
                .param("namespace", namespace)
                .param("kept", KEPT_SYNCS)
                .update();
    }

    List<Sync> syncs(String tenant, String namespace, int limit) {
        return jdbc.sql(
                        """
                        select number, at, commit_id, execution, outcome, report from tree_sync
                         where tenant = :tenant and namespace = :namespace
                         order by number desc limit :limit
                        """)
                .param("tenant", tenant)
                .param("namespace", namespace)
                .param("limit", limit)
                .query((row, _) ->
                        new Sync(
                                row.getLong("number"),
                                row.getTimestamp("at").toInstant(),
                                row.getString("commit_id"),
                                row.getString("execution"),
                                row.getString("outcome"),
                                row.getString("report")))
                .list();
    }

    private static String[] column(List<Item> items, Function<Item, String> part) {
        return items.stream().map(part).toArray(String[]::new);
    }
}
