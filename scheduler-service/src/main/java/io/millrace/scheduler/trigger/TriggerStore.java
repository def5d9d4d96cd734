// SPDX-License-Identifier: Apache-2.0
package io.millrace.scheduler.trigger;

import io.millrace.platform.access.NamespaceScope;
import io.millrace.scheduler.trigger.TriggerRow.FlowKey;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/// The tables of flows and triggers.
@Repository
class TriggerStore {
    private final JdbcClient jdbc;

    TriggerStore(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /// A flow at the newest revision that was seen.
    record StoredFlow(int revision, boolean deleted, @Nullable String source) {}

    /// Which part of a list.
    record Page(int offset, int limit) {}

    /// Which triggers to list.
    ///
    /// @param text part of an id, or empty
    /// @param namespace a namespace, whose children count, or empty
    /// @param flowId a flow, or empty
    record Filter(
            String tenant, NamespaceScope scope, String text, String namespace, String flowId) {}

    /// Takes note of a revision. A revision that isn't newer than the one known changes nothing:
    /// the order in which revisions arrive doesn't matter. A deletion bears the number of the
    /// revision that it deletes.
    ///
    /// @return whether it is newer
    boolean saveFlow(FlowKey flow, int revision, boolean deleted, @Nullable String source) {
        return jdbc.sql(
                                """
                                insert into flow as known (tenant, namespace, flow_id, revision, deleted, source)
                                values (:tenant, :namespace, :flowId, :revision, :deleted, :source)
                                on conflict (tenant, namespace, flow_id) do update
                                   set revision = excluded.revision, deleted = excluded.deleted,
                                       source = excluded.source
                                 where (known.revision, known.deleted)
                                     < (excluded.revision, excluded.deleted)
                                """)
                        .params(columnsOf(flow))
                        .param("revision", revision)
                        .param("deleted", deleted)
                        .param("source", source)
                        .update()
                == 1;
    }

    Optional<StoredFlow> flow(FlowKey flow) {
        return jdbc.sql(
                        """
                        select revision, deleted, source from flow
                         where tenant = :tenant and namespace = :namespace and flow_id = :flowId
                        """)
                .params(columnsOf(flow))
                .query((row, _) ->
                        new StoredFlow(
                                row.getInt("revision"),
                                row.getBoolean("deleted"),
                                row.getString("source")))
                .optional();
    }

    /// Locked until the end of the transaction.
    List<TriggerRow> lockOf(FlowKey flow) {
        return jdbc.sql(
                        """
                        select * from trigger
                         where tenant = :tenant and namespace = :namespace and flow_id = :flowId
                           for update
                        """)
                .params(columnsOf(flow))
                .query((row, _) -> read(row))
                .list();
    }

    Optional<TriggerRow> lock(TriggerRow.Key key) {
        return lockOf(key.flow()).stream().filter(row -> row.key().equals(key)).findFirst();
    }

    /// Due triggers that no other instance holds, locked until the end of the transaction.
    List<TriggerRow> lockDue(Instant now, int limit) {
        return jdbc.sql(
                        """
                        select * from trigger where next_at <= :now
                         order by next_at limit :limit for update skip locked
                        """)
                .param("now", utc(now))
                .param("limit", limit)
                .query((row, _) -> read(row))
                .list();
    }

    Optional<Instant> earliest() {
        return jdbc.sql("select min(next_at) from trigger where next_at is not null")
                .query(OffsetDateTime.class)
                .optional()
                .map(OffsetDateTime::toInstant);
    }

    void save(TriggerRow row) {
        jdbc.sql(
                        """
                        insert into trigger (tenant, namespace, flow_id, trigger_id, type, fingerprint,
                                             active, disabled, next_at, last_at, problem, updated_at)
                        values (:tenant, :namespace, :flowId, :triggerId, :type, :fingerprint,
                                :active, :disabled, :nextAt, :lastAt, :problem, :updatedAt)
                        on conflict (tenant, namespace, flow_id, trigger_id) do update
                           set type = excluded.type, fingerprint = excluded.fingerprint,
                               active = excluded.active, disabled = excluded.disabled,
                               next_at = excluded.next_at, last_at = excluded.last_at,
                               problem = excluded.problem, updated_at = excluded.updated_at
                        """)
                .params(columnsOf(row.key().flow()))
                .param("triggerId", row.key().triggerId())
                .param("type", row.type())
                .param("fingerprint", row.fingerprint())
                .param("active", row.active())
                .param("disabled", row.disabled())
                .param("nextAt", utc(row.nextAt()))
                .param("lastAt", utc(row.lastAt()))
                .param("problem", row.problem())
                .param("updatedAt", utc(row.updatedAt()))
                .update();
    }

    boolean delete(TriggerRow.Key key) {
        return jdbc.sql(
                                """
                                delete from trigger
                                 where tenant = :tenant and namespace = :namespace
                                   and flow_id = :flowId and trigger_id = :triggerId
                                """)
                        .params(columnsOf(key.flow()))
                        .param("triggerId", key.triggerId())
                        .update()
                == 1;
    }

    void deleteOthers(FlowKey flow, Collection<String> kept) {
        jdbc.sql(
                        """
                        delete from trigger
                         where tenant = :tenant and namespace = :namespace and flow_id = :flowId
                           and not trigger_id = any (:kept)
                        """)
                .params(columnsOf(flow))
                .param("kept", kept.toArray(String[]::new))
                .update();
    }

    List<TriggerRow> list(Filter filter, Page page) {
        return jdbc.sql(
                        "select * from trigger where "
                                + FILTER
                                + " order by namespace, flow_id, trigger_id"
                                + " offset :offset limit :limit")
                .params(columnsOf(filter))
                .param("offset", page.offset())
                .param("limit", page.limit())
                .query((row, _) -> read(row))
                .list();
    }

    long count(Filter filter) {
        return jdbc.sql("select count(*) from trigger where " + FILTER)
                .params(columnsOf(filter))
                .query(Long.class)
                .single();
    }

    private static final String FILTER =
            """
            tenant = :tenant and namespace || '.' like any (:scope)
            and (:namespace = '' or starts_with(namespace || '.', :namespace || '.'))
            and (:flowId = '' or flow_id = :flowId)
            and (:text = '' or strpos(lower(flow_id), lower(:text)) > 0
                 or strpos(lower(trigger_id), lower(:text)) > 0
                 or strpos(lower(namespace), lower(:text)) > 0)
            """;

    private static Map<String, Object> columnsOf(Filter filter) {
        return Map.of(
                "tenant", filter.tenant(),
                "scope", filter.scope().likePatterns(),
                "namespace", filter.namespace(),
                "flowId", filter.flowId(),
                "text", filter.text());
    }

    private static Map<String, Object> columnsOf(FlowKey flow) {
        return new HashMap<>(
                Map.of(
                        "tenant", flow.tenant(),
                        "namespace", flow.namespace(),
                        "flowId", flow.flowId()));
    }

    private static TriggerRow read(ResultSet row) throws SQLException {
        return new TriggerRow(
                new TriggerRow.Key(
                        new FlowKey(
                                row.getString("tenant"),
                                row.getString("namespace"),
                                row.getString("flow_id")),
                        row.getString("trigger_id")),
                row.getString("type"),
                row.getString("fingerprint"),
                row.getBoolean("active"),
                row.getBoolean("disabled"),
                instant(row, "next_at"),
                instant(row, "last_at"),
                row.getString("problem"),
                row.getObject("updated_at", OffsetDateTime.class).toInstant());
    }

    private static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
        var at = row.getObject(column, OffsetDateTime.class);
        return at == null ? null : at.toInstant();
    }

    private static @Nullable OffsetDateTime utc(@Nullable Instant at) {
        return at == null ? null : at.atOffset(ZoneOffset.UTC);
    }
}
