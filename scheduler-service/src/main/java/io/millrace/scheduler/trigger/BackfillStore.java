// SPDX-License-Identifier: Apache-2.0
package io.millrace.scheduler.trigger;

import static io.millrace.scheduler.trigger.TriggerStore.columnsOf;
import static io.millrace.scheduler.trigger.TriggerStore.utc;

import io.millrace.contracts.Codec;
import io.millrace.scheduler.trigger.TriggerRow.FlowKey;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/// The tables of backfills.
@Repository
class BackfillStore {
    private final JdbcClient jdbc;

    BackfillStore(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /// @throws org.springframework.dao.DuplicateKeyException if the trigger has an unfinished one
    void add(Backfill backfill, List<Backfill.Date> dates) {
        jdbc.sql(
                        """
                        insert into backfill (id, tenant, namespace, flow_id, trigger_id, starts_at,
                                              ends_at, inputs, labels, concurrency, paused,
                                              created_at, created_by)
                        values (:id, :tenant, :namespace, :flowId, :triggerId, :start, :end, :inputs,
                                :labels, :concurrency, :paused, :createdAt, :createdBy)
                        """)
                .params(columns(backfill.key()))
                .param("id", backfill.id())
                .param("start", utc(backfill.start()))
                .param("end", utc(backfill.end()))
                .param("inputs", json(backfill.inputs()))
                .param("labels", json(backfill.labels()))
                .param("concurrency", backfill.concurrency())
                .param("paused", backfill.paused())
                .param("createdAt", utc(backfill.createdAt()))
                .param("createdBy", backfill.createdBy())
                .update();
        jdbc.sql(
                        """
                        insert into backfill_date (backfill_id, at, execution_id, state)
                        select :id, at, execution_id, state
                          from unnest(:ats::timestamptz[], :executions::text[], :states::text[])
                               as d (at, execution_id, state)
                        """)
                .param("id", backfill.id())
                .param("ats", dates.stream().map(d -> d.date().toString()).toArray(String[]::new))
                .param(
                        "executions",
                        dates.stream().map(Backfill.Date::executionId).toArray(String[]::new))
                .param("states", dates.stream().map(Backfill.Date::state).toArray(String[]::new))
                .update();
    }

    /// Unfinished ones that nobody has paused.
    List<String> open() {
        return jdbc.sql("select id from backfill where ended_at is null and not paused")
                .query(String.class)
                .list();
    }

    /// Locked until the end of the transaction; nothing if another instance has it.
    Optional<Backfill> lockOpen(String id) {
        return jdbc.sql(
                        """
                        select * from backfill where id = :id and ended_at is null and not paused
                           for update skip locked
                        """)
                .param("id", id)
                .query((row, _) -> read(row))
                .optional();
    }

    /// The unfinished ones of these triggers.
    List<Backfill> active(Collection<TriggerRow.Key> keys) {
        return jdbc.sql(
                        """
                        select b.* from backfill b
                          join unnest(:tenants::text[], :namespaces::text[], :flowIds::text[],
                                      :triggerIds::text[])
                               as k (tenant, namespace, flow_id, trigger_id)
                         using (tenant, namespace, flow_id, trigger_id)
                         where b.ended_at is null
                        """)
                .param("tenants", texts(keys, key -> key.flow().tenant()))
                .param("namespaces", texts(keys, key -> key.flow().namespace()))
                .param("flowIds", texts(keys, key -> key.flow().flowId()))
                .param("triggerIds", texts(keys, TriggerRow.Key::triggerId))
                .query((row, _) -> read(row))
                .list();
    }

    private static String[] texts(
            Collection<TriggerRow.Key> keys, Function<TriggerRow.Key, String> part) {
        return keys.stream().map(part).toArray(String[]::new);
    }

    List<Backfill> of(TriggerRow.Key key, int limit) {
        return jdbc.sql(
                        """
                        select * from backfill
                         where tenant = :tenant and namespace = :namespace
                           and flow_id = :flowId and trigger_id = :triggerId
                         order by created_at desc limit :limit
                        """)
                .params(columns(key))
                .param("limit", limit)
                .query((row, _) -> read(row))
                .list();
    }

    Optional<Backfill> find(TriggerRow.Key key, String id) {
        return jdbc.sql(
                        """
                        select * from backfill
                         where tenant = :tenant and namespace = :namespace
                           and flow_id = :flowId and trigger_id = :triggerId and id = :id
                        """)
                .params(columns(key))
                .param("id", id)
                .query((row, _) -> read(row))
                .optional();
    }

    /// @return whether it is unfinished
    boolean pause(String id, boolean paused) {
        return jdbc.sql("update backfill set paused = :paused where id = :id and ended_at is null")
                        .param("id", id)
                        .param("paused", paused)
                        .update()
                == 1;
    }

    /// What hasn't begun never will.
    ///
    /// @return whether it was unfinished
    boolean cancel(String id, Instant now) {
        boolean ended = end(id, now);
        if (ended) {
            jdbc.sql(
                            """
                            update backfill_date set state = 'CANCELLED'
                             where backfill_id = :id and state = 'PENDING'
                            """)
                    .param("id", id)
                    .update();
        }
        return ended;
    }

    boolean end(String id, Instant now) {
        return jdbc.sql("update backfill set ended_at = :now where id = :id and ended_at is null")
                        .param("id", id)
                        .param("now", utc(now))
                        .update()
                == 1;
    }

    /// The dates in some state, in order.
    ///
    /// @param state empty for all
    List<Backfill.Date> dates(String id, String state, TriggerStore.Page page) {
        return dates(id, state, null, page);
    }

    /// The dates in some state that come after another, in order.
    ///
    /// @param state empty for all
    /// @param after absent: all
    List<Backfill.Date> dates(
            String id, String state, @Nullable Instant after, TriggerStore.Page page) {
        return jdbc.sql(
                        """
                        select at, execution_id, state from backfill_date
                         where backfill_id = :id and (:state = '' or state = :state)
                           and (cast(:after as timestamptz) is null or at > :after)
                         order by at offset :offset limit :limit
                        """)
                .param("id", id)
                .param("state", state)
                .param("after", after == null ? null : utc(after))
                .param("offset", page.offset())
                .param("limit", page.limit())
                .query((row, _) ->
                        new Backfill.Date(
                                row.getObject("at", OffsetDateTime.class).toInstant(),
                                row.getString("execution_id"),
                                row.getString("state")))
                .list();
    }

    /// Executions were asked for.
    void asked(String id, Collection<Instant> dates, Instant now) {
        jdbc.sql(
                        """
                        update backfill_date set state = 'RUNNING', asked_at = :now
                         where backfill_id = :id and at = any(:ats::timestamptz[])
                        """)
                .param("id", id)
                .param("now", utc(now))
                .param("ats", texts(dates))
                .update();
    }

    /// Dates that will have no execution.
    void leftOut(String id, Collection<Instant> dates) {
        jdbc.sql(
                        """
                        update backfill_date set state = 'CANCELLED'
                         where backfill_id = :id and at = any(:ats::timestamptz[])
                        """)
                .param("id", id)
                .param("ats", texts(dates))
                .update();
    }

    private static String[] texts(Collection<Instant> dates) {
        return dates.stream().map(Instant::toString).toArray(String[]::new);
    }

    /// Executions that aren't there: who waits for one in vain does so for a while only.
    void missing(Collection<String> executionIds, Instant now, Duration patience) {
        jdbc.sql(
                        """
                        update backfill_date
                           set asked_at = coalesce(asked_at, :now),
                               state = case when asked_at < :before then 'CANCELLED' else state end
                         where execution_id = any(:ids) and state = 'RUNNING'
                        """)
                .param("now", utc(now))
                .param("before", utc(now.minus(patience)))
                .param("ids", executionIds.toArray(String[]::new))
                .update();
    }

    /// An execution has ended; perhaps one of a backfill.
    boolean ended(String executionId, String state) {
        return jdbc.sql(
                                """
                                update backfill_date set state = :state
                                 where execution_id = :id and state = 'RUNNING'
                                """)
                        .param("id", executionId)
                        .param("state", state)
                        .update()
                > 0;
    }

    /// How far these are, by their ids; none of one that has no dates.
    Map<String, Backfill.Progress> progress(Collection<String> ids) {
        var states = new HashMap<String, Map<String, Long>>();
        var current = new HashMap<String, Instant>();
        jdbc.sql(
                        """
                        select backfill_id, state, count(*) as dates,
                               min(at) filter (where state in ('PENDING', 'RUNNING')) as first
                          from backfill_date
                         where backfill_id = any(:ids) group by backfill_id, state
                        """)
                .param("ids", ids.toArray(String[]::new))
                .query(row -> {
                    var id = row.getString("backfill_id");
                    states.computeIfAbsent(id, _ -> new TreeMap<>())
                            .put(row.getString("state"), row.getLong("dates"));
                    var first = TriggerStore.instant(row, "first");
                    if (first != null) {
                        current.merge(id, first, (a, b) -> a.isBefore(b) ? a : b);
                    }
                });
        var progress = new HashMap<String, Backfill.Progress>();
        states.forEach((id, of) -> progress.put(id, new Backfill.Progress(of, current.get(id))));
        return progress;
    }

    private static Backfill read(ResultSet row) throws SQLException {
        return new Backfill(
                row.getString("id"),
                new TriggerRow.Key(
                        new FlowKey(
                                row.getString("tenant"),
                                row.getString("namespace"),
                                row.getString("flow_id")),
                        row.getString("trigger_id")),
                row.getObject("starts_at", OffsetDateTime.class).toInstant(),
                row.getObject("ends_at", OffsetDateTime.class).toInstant(),
                inputs(row.getString("inputs")),
                List.of(
                        Codec.decode(
                                row.getString("labels").getBytes(StandardCharsets.UTF_8),
                                Backfill.Label[].class)),
                row.getInt("concurrency"),
                row.getBoolean("paused"),
                Objects.requireNonNull(TriggerStore.instant(row, "created_at")),
                row.getString("created_by"),
                TriggerStore.instant(row, "ended_at"));
    }

    @SuppressWarnings("unchecked") // written by #add
    private static Map<String, @Nullable Object> inputs(String json) {
        return Codec.decode(json.getBytes(StandardCharsets.UTF_8), HashMap.class);
    }

    private static String json(Object value) {
        return new String(Codec.encode(value), StandardCharsets.UTF_8);
    }

    private static Map<String, Object> columns(TriggerRow.Key key) {
        var columns = columnsOf(key.flow());
        columns.put("triggerId", key.triggerId());
        return columns;
    }
}
