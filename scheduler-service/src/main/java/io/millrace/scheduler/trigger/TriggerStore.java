// SPDX-License-Identifier: Apache-2.0
package io.millrace.scheduler.trigger;

import io.millrace.platform.access.NamespaceScope;
import io.millrace.platform.web.CursorResults.Place;
import io.millrace.platform.web.Paging;
import io.millrace.scheduler.schedule.Schedules;
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
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/// The tables of flows and triggers.
@Repository
class TriggerStore {
    static final String IN_ORDER = "namespace";

    private final JdbcClient jdbc;

    TriggerStore(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /// A flow at the newest revision that was seen.
    record StoredFlow(int revision, boolean deleted, @Nullable String source) {}

    /// Which part of a list.
    record Page(int offset, int limit) {
        static Page of(Paging paging) {
            return new Page((int) Math.min(paging.offset(), Integer.MAX_VALUE), paging.size());
        }
    }

    /// Which triggers to list.
    ///
    /// @param text part of an id, or empty
    /// @param namespace a namespace, whose children count, or empty
    /// @param flowId a flow, or empty
    /// @param more what else must hold
    record Filter(
            String tenant,
            NamespaceScope scope,
            String text,
            String namespace,
            String flowId,
            TriggerQuery.More more) {}

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

    /// Triggers with dates of their own, of a namespace with all below it; empty: of the tenant.
    long schedules(String tenant, String namespace) {
        return jdbc.sql(
                        """
                        select count(*) from trigger
                         where tenant = :tenant and type = any(:types)
                           and (:namespace = '' or namespace = :namespace
                                or starts_with(namespace, :namespace || '.'))
                        """)
                .param("tenant", tenant)
                .param("namespace", namespace)
                .param("types", Schedules.TYPES.toArray(String[]::new))
                .query(Long.class)
                .single();
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

    /// Those that are known, in one round trip.
    Map<FlowKey, StoredFlow> flows(Collection<FlowKey> flows) {
        var found = new HashMap<FlowKey, StoredFlow>();
        if (flows.isEmpty()) {
            return found;
        }
        jdbc.sql(
                        """
                        select f.tenant, f.namespace, f.flow_id, f.revision, f.deleted, f.source
                          from unnest(:tenants::text[], :namespaces::text[], :flows::text[])
                               as k (tenant, namespace, flow_id)
                         cross join lateral (select * from flow s
                                where s.tenant = k.tenant and s.namespace = k.namespace
                                  and s.flow_id = k.flow_id limit 1) f
                        """)
                .param("tenants", flows.stream().map(FlowKey::tenant).toArray(String[]::new))
                .param("namespaces", flows.stream().map(FlowKey::namespace).toArray(String[]::new))
                .param("flows", flows.stream().map(FlowKey::flowId).toArray(String[]::new))
                .query(row -> {
                    found.put(
                            new FlowKey(
                                    row.getString("tenant"),
                                    row.getString("namespace"),
                                    row.getString("flow_id")),
                            new StoredFlow(
                                    row.getInt("revision"),
                                    row.getBoolean("deleted"),
                                    row.getString("source")));
                });
        return found;
    }

    /// Rows that are locked by this transaction, with their dates and problems, in one round trip.
    ///
    /// Each is looked up by its key: of an update that joins triggers with arrays, the planner
    /// makes one that reads all triggers for each batch. As they are locked, they stay where they
    /// are.
    void move(List<TriggerRow> rows) {
        if (rows.isEmpty()) {
            return;
        }
        jdbc.sql(
                        """
                        update trigger t
                           set next_at = c.next_at, last_at = c.last_at, problem = c.problem,
                               updated_at = c.updated_at, wait_until = null
                          from (select k.*, at.place
                                  from unnest(:tenants::text[], :namespaces::text[],
                                              :flows::text[], :triggers::text[],
                                              :nexts::timestamptz[], :lasts::timestamptz[],
                                              :problems::text[], :updates::timestamptz[])
                                       as k (tenant, namespace, flow_id, trigger_id, next_at,
                                             last_at, problem, updated_at)
                                 cross join lateral (
                                       select r.ctid as place from trigger r
                                        where r.tenant = k.tenant and r.namespace = k.namespace
                                          and r.flow_id = k.flow_id
                                          and r.trigger_id = k.trigger_id
                                        limit 1) at) c
                         where t.ctid = c.place
                        """)
                .param("tenants", of(rows, row -> row.key().flow().tenant()))
                .param("namespaces", of(rows, row -> row.key().flow().namespace()))
                .param("flows", of(rows, row -> row.key().flow().flowId()))
                .param("triggers", of(rows, row -> row.key().triggerId()))
                .param("nexts", of(rows, TriggerRow::nextAt))
                .param("lasts", of(rows, TriggerRow::lastAt))
                .param("problems", of(rows, TriggerRow::problem))
                .param("updates", of(rows, TriggerRow::updatedAt))
                .update();
    }

    /// What a row has in one column.
    private interface Column {
        @Nullable Object of(TriggerRow row);
    }

    private static @Nullable String[] of(List<TriggerRow> rows, Column column) {
        @Nullable String[] values = new @Nullable String[rows.size()];
        for (int i = 0; i < values.length; i++) {
            var value = column.of(rows.get(i));
            values[i] = value == null ? null : value.toString();
        }
        return values;
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

    Optional<TriggerRow> find(TriggerRow.Key key) {
        return jdbc.sql(
                        """
                        select * from trigger
                         where tenant = :tenant and namespace = :namespace and flow_id = :flowId
                           and trigger_id = :triggerId
                        """)
                .params(columnsOf(key.flow()))
                .param("triggerId", key.triggerId())
                .query((row, _) -> read(row))
                .optional();
    }

    /// Ids of the triggers that somebody has switched off.
    List<String> disabledOf(FlowKey flow) {
        return jdbc.sql(
                        """
                        select trigger_id from trigger
                         where tenant = :tenant and namespace = :namespace and flow_id = :flowId
                           and disabled
                        """)
                .params(columnsOf(flow))
                .query(String.class)
                .list();
    }

    Optional<TriggerRow> lock(TriggerRow.Key key) {
        return lockOf(key.flow()).stream().filter(row -> row.key().equals(key)).findFirst();
    }

    /// Due triggers that no other instance holds, locked until the end of the transaction.
    List<TriggerRow> lockDue(Instant now, int limit) {
        return jdbc.sql(
                        """
                        select * from trigger where due_at <= :now
                         order by due_at limit :limit for update skip locked
                        """)
                .param("now", utc(now))
                .param("limit", limit)
                .query((row, _) -> read(row))
                .list();
    }

    /// A due trigger isn't looked at before.
    void hold(TriggerRow.Key key, Instant until) {
        jdbc.sql(
                        """
                        update trigger set wait_until = :until
                         where tenant = :tenant and namespace = :namespace
                           and flow_id = :flowId and trigger_id = :triggerId
                        """)
                .params(columnsOf(key.flow()))
                .param("triggerId", key.triggerId())
                .param("until", utc(until))
                .update();
    }

    /// @return whether any of them was held
    boolean release(Collection<TriggerRow.Key> keys) {
        return anyHeld(keys) && releaseHeld(keys);
    }

    /// Hardly ever one is: what looks them up one by one says so at once.
    private boolean anyHeld(Collection<TriggerRow.Key> keys) {
        return jdbc.sql(
                        """
                        select exists (
                          select from unnest(:tenants::text[], :namespaces::text[],
                                             :flows::text[], :triggers::text[])
                                      as k (tenant, namespace, flow_id, trigger_id)
                           cross join lateral (select t.wait_until from trigger t
                                  where t.tenant = k.tenant and t.namespace = k.namespace
                                    and t.flow_id = k.flow_id and t.trigger_id = k.trigger_id
                                  limit 1) t
                           where t.wait_until is not null)
                        """)
                .param("tenants", texts(keys, key -> key.flow().tenant()))
                .param("namespaces", texts(keys, key -> key.flow().namespace()))
                .param("flows", texts(keys, key -> key.flow().flowId()))
                .param("triggers", texts(keys, TriggerRow.Key::triggerId))
                .query(Boolean.class)
                .single();
    }

    /// @param keys in the order in which their rows are locked
    private boolean releaseHeld(Collection<TriggerRow.Key> keys) {
        return jdbc.sql(
                                """
                                with held as (
                                  select t.tenant, t.namespace, t.flow_id, t.trigger_id
                                    from unnest(:tenants::text[], :namespaces::text[],
                                                :flows::text[], :triggers::text[])
                                         as k (tenant, namespace, flow_id, trigger_id)
                                    join trigger t using (tenant, namespace, flow_id, trigger_id)
                                   where t.wait_until is not null
                                   order by t.tenant, t.namespace, t.flow_id, t.trigger_id
                                     for update of t)
                                update trigger t set wait_until = null from held h
                                 where t.tenant = h.tenant and t.namespace = h.namespace
                                   and t.flow_id = h.flow_id and t.trigger_id = h.trigger_id
                                """)
                        .param("tenants", texts(keys, key -> key.flow().tenant()))
                        .param("namespaces", texts(keys, key -> key.flow().namespace()))
                        .param("flows", texts(keys, key -> key.flow().flowId()))
                        .param("triggers", texts(keys, TriggerRow.Key::triggerId))
                        .update()
                > 0;
    }

    private static String[] texts(
            Collection<TriggerRow.Key> keys, Function<TriggerRow.Key, String> part) {
        return keys.stream().map(part).toArray(String[]::new);
    }

    Optional<Instant> earliest() {
        return jdbc.sql("select min(due_at) from trigger where due_at is not null")
                .query(OffsetDateTime.class)
                .optional()
                .map(OffsetDateTime::toInstant);
    }

    void save(TriggerRow row) {
        jdbc.sql(
                        """
                        insert into trigger (tenant, namespace, flow_id, trigger_id, type, fingerprint,
                                             active, disabled, next_at, last_at, problem, updated_at,
                                             since)
                        values (:tenant, :namespace, :flowId, :triggerId, :type, :fingerprint,
                                :active, :disabled, :nextAt, :lastAt, :problem, :updatedAt,
                                :since)
                        on conflict (tenant, namespace, flow_id, trigger_id) do update
                           set type = excluded.type, fingerprint = excluded.fingerprint,
                               active = excluded.active, disabled = excluded.disabled,
                               next_at = excluded.next_at, last_at = excluded.last_at,
                               problem = excluded.problem, updated_at = excluded.updated_at,
                               since = excluded.since, wait_until = null,
                               -- what looks or listens on a worker is stopped; what it has
                               -- taken there still counts
                               poll_dispatch = trigger.poll_dispatch + 1
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
                .param("since", utc(row.since()))
                .update();
    }

    /// Notes why a trigger can't do its work.
    void complain(TriggerRow.Key key, String problem, Instant now) {
        jdbc.sql(
                        """
                        update trigger set problem = :problem, updated_at = :now
                         where tenant = :tenant and namespace = :namespace
                           and flow_id = :flowId and trigger_id = :triggerId
                        """)
                .params(columnsOf(key.flow()))
                .param("triggerId", key.triggerId())
                .param("problem", problem)
                .param("now", utc(now))
                .update();
    }

    /// Those that are newer than what is stored.
    List<FlowSync.Change> unknown(List<FlowSync.Change> changes) {
        if (changes.isEmpty()) {
            return List.of();
        }
        var known = new HashMap<FlowKey, StoredFlow>();
        jdbc.sql(
                        """
                        select f.tenant, f.namespace, f.flow_id, f.revision, f.deleted
                          from unnest(:tenants::text[], :namespaces::text[], :flows::text[])
                               as k (tenant, namespace, flow_id)
                         cross join lateral (select * from flow s
                                where s.tenant = k.tenant and s.namespace = k.namespace
                                  and s.flow_id = k.flow_id limit 1) f
                        """)
                .param("tenants", texts(changes, FlowSync.Change::tenant))
                .param("namespaces", texts(changes, FlowSync.Change::namespace))
                .param("flows", texts(changes, FlowSync.Change::id))
                .query(row -> {
                    known.put(
                            new FlowKey(
                                    row.getString("tenant"),
                                    row.getString("namespace"),
                                    row.getString("flow_id")),
                            new StoredFlow(
                                    row.getInt("revision"), row.getBoolean("deleted"), null));
                });
        return changes.stream()
                .filter(change -> {
                    var stored = known.get(change.key());
                    // what was never there need not be forgotten
                    return stored == null
                            ? !change.deleted()
                            : change.revision() > stored.revision()
                                    || (change.revision() == stored.revision()
                                            && change.deleted()
                                            && !stored.deleted());
                })
                .toList();
    }

    private static String[] texts(
            List<FlowSync.Change> changes, Function<FlowSync.Change, String> part) {
        return changes.stream().map(part).toArray(String[]::new);
    }

    /// Up to where the changes of the flow-service were read.
    long flowPosition() {
        return jdbc.sql("select position from flow_position")
                .query(Long.class)
                .optional()
                .orElse(0L);
    }

    void flowPosition(long position) {
        jdbc.sql(
                        """
                        insert into flow_position (position) values (:position)
                        on conflict (singleton) do update set position = excluded.position
                        """)
                .param("position", position)
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

    /// @param orderBy SQL of [#IN_ORDER] or of columns alone
    /// @param after with [#IN_ORDER]: the last of the page before, instead of an offset
    List<TriggerRow> list(Filter filter, Page page, String orderBy, @Nullable Place after) {
        var parameters = columnsOf(filter);
        if (after != null) {
            parameters.put("lastNamespace", after.names().get(0));
            parameters.put("lastFlow", after.names().get(1));
            parameters.put("lastTrigger", after.names().get(2));
        }
        return jdbc.sql(
                        "select * from trigger where "
                                + FILTER
                                + filter.more().sql()
                                + (after == null ? "" : AFTER)
                                + " order by "
                                + orderBy
                                + ", namespace, flow_id, trigger_id offset :offset limit :limit")
                .params(parameters)
                .param("offset", after == null ? page.offset() : 0)
                .param("limit", page.limit())
                .query((row, _) -> read(row))
                .list();
    }

    long count(Filter filter) {
        return jdbc.sql("select count(*) from trigger where " + FILTER + filter.more().sql())
                .params(columnsOf(filter))
                .query(Long.class)
                .single();
    }

    private static final String AFTER =
            " and (namespace, flow_id, trigger_id) > (:lastNamespace, :lastFlow, :lastTrigger)";

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
        var columns = new HashMap<String, Object>(filter.more().parameters());
        columns.put("tenant", filter.tenant());
        columns.put("scope", filter.scope().likePatterns());
        columns.put("namespace", filter.namespace());
        columns.put("flowId", filter.flowId());
        // a star finds all
        columns.put("text", filter.text().equals("*") ? "" : filter.text());
        return columns;
    }

    static Map<String, Object> columnsOf(FlowKey flow) {
        return new HashMap<>(
                Map.of(
                        "tenant", flow.tenant(),
                        "namespace", flow.namespace(),
                        "flowId", flow.flowId()));
    }

    static TriggerRow read(ResultSet row) throws SQLException {
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
                row.getObject("updated_at", OffsetDateTime.class).toInstant(),
                instant(row, "since"));
    }

    static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
        var at = row.getObject(column, OffsetDateTime.class);
        return at == null ? null : at.toInstant();
    }

    static @Nullable OffsetDateTime utc(@Nullable Instant at) {
        return at == null ? null : at.atOffset(ZoneOffset.UTC);
    }
}
