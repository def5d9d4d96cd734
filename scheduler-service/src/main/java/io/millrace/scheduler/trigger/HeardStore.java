// SPDX-License-Identifier: Apache-2.0
package io.millrace.scheduler.trigger;

import static io.millrace.scheduler.trigger.TriggerStore.columnsOf;
import static io.millrace.scheduler.trigger.TriggerStore.utc;

import io.millrace.contracts.Codec;
import io.millrace.scheduler.flowtrigger.Precondition;
import io.millrace.scheduler.flowtrigger.TimeWindow;
import io.millrace.scheduler.flowtrigger.Upstream;
import io.millrace.scheduler.trigger.TriggerRow.FlowKey;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/// Who listens to whom, and what was heard.
@Repository
class HeardStore {
    private final JdbcClient jdbc;

    HeardStore(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /// A trigger that may hear executions of a flow.
    record Listener(FlowKey heard, TriggerRow row) {}

    /// An execution for which a condition held.
    ///
    /// @param flowId of its flow; absent if it was heard before that was noted
    record Fact(
            String name,
            String executionId,
            @Nullable String flowId,
            Instant at,
            Map<String, @Nullable Object> outputs) {}

    void listen(TriggerRow.Key key, Set<Upstream> upstreams) {
        jdbc.sql(
                        """
                        delete from listens
                         where tenant = :tenant and by_namespace = :namespace
                           and by_flow_id = :flowId and by_trigger_id = :triggerId
                        """)
                .params(columns(key))
                .update();
        for (var upstream : upstreams) {
            jdbc.sql(
                            """
                            insert into listens (tenant, namespace, flow_id, by_namespace,
                                                 by_flow_id, by_trigger_id)
                            values (:tenant, :upNamespace, :upFlow, :namespace, :flowId, :triggerId)
                            on conflict do nothing
                            """)
                    .params(columns(key))
                    .param("upNamespace", upstream.namespace())
                    .param("upFlow", upstream.flowId())
                    .update();
        }
    }

    /// Active triggers that may hear executions of these flows; one look-up in an index a flow.
    List<Listener> listeners(Collection<FlowKey> flows) {
        return jdbc.sql(
                        """
                        select distinct k.namespace as heard_namespace, k.flow_id as heard_flow, t.*
                          from unnest(:tenants::text[], :namespaces::text[], :flows::text[])
                               as k (tenant, namespace, flow_id)
                          join listens l
                            on l.tenant = k.tenant
                           and ((l.namespace = k.namespace and l.flow_id in (k.flow_id, '*'))
                                or (l.namespace = '*' and l.flow_id = '*'))
                          join trigger t
                            on t.tenant = l.tenant and t.namespace = l.by_namespace
                           and t.flow_id = l.by_flow_id and t.trigger_id = l.by_trigger_id
                         where t.active and not t.disabled
                         order by heard_namespace, heard_flow, t.namespace, t.flow_id, t.trigger_id
                        """)
                .param("tenants", flows.stream().map(FlowKey::tenant).toArray(String[]::new))
                .param("namespaces", flows.stream().map(FlowKey::namespace).toArray(String[]::new))
                .param("flows", flows.stream().map(FlowKey::flowId).toArray(String[]::new))
                .query((row, _) ->
                        new Listener(
                                new FlowKey(
                                        row.getString("tenant"),
                                        row.getString("heard_namespace"),
                                        row.getString("heard_flow")),
                                TriggerStore.read(row)))
                .list();
    }

    /// Sources of flows that have triggers which may hear others, of those in which one of these
    /// words occurs.
    List<String> sourcesOfListeners(Collection<String> words) {
        return jdbc.sql(
                        """
                        select f.source from flow f
                          join (select distinct tenant, by_namespace, by_flow_id from listens) l
                            on l.tenant = f.tenant and l.by_namespace = f.namespace
                           and l.by_flow_id = f.flow_id
                         where not f.deleted and f.source ~ :words
                        """)
                .param("words", String.join("|", words))
                .query(String.class)
                .list();
    }

    /// The window of a precondition that something at `at` falls into.
    Optional<TimeWindow.Interval> window(
            TriggerRow.Key key, Precondition precondition, Instant at) {
        if (precondition.window() instanceof TimeWindow.Fixed) {
            // one that has begun goes on, though a round time would begin another
            var begun =
                    jdbc.sql(
                                    """
                                    select window_from, window_to from heard
                                     where tenant = :tenant and namespace = :namespace
                                       and flow_id = :flowId and trigger_id = :triggerId
                                       and condition_id = :condition
                                       and window_from <= :at and window_to > :at
                                     order by window_from desc limit 1
                                    """)
                            .params(columns(key))
                            .param("condition", precondition.id())
                            .param("at", utc(at))
                            .query((row, _) ->
                                    new TimeWindow.Interval(
                                            row.getObject("window_from", OffsetDateTime.class)
                                                    .toInstant(),
                                            row.getObject("window_to", OffsetDateTime.class)
                                                    .toInstant()))
                            .optional();
            if (begun.isPresent()) {
                return begun;
            }
        }
        return precondition.window().around(at);
    }

    /// @return whether that wasn't known
    boolean add(
            TriggerRow.Key key, Precondition precondition, Fact fact, TimeWindow.Interval window) {
        return jdbc.sql(
                                """
                                insert into heard (tenant, namespace, flow_id, trigger_id,
                                                   condition_id, name, execution_id,
                                                   heard_flow, at, window_from, window_to, outputs)
                                values (:tenant, :namespace, :flowId, :triggerId, :condition, :name,
                                        :execution, :heardFlow, :at, :from, :to, :outputs)
                                on conflict do nothing
                                """)
                        .params(columns(key))
                        .param("condition", precondition.id())
                        .param("name", fact.name())
                        .param("execution", fact.executionId())
                        .param("heardFlow", fact.flowId())
                        .param("at", utc(fact.at()))
                        .param("from", utc(window.from()))
                        .param("to", utc(window.to()))
                        .param(
                                "outputs",
                                new String(Codec.encode(fact.outputs()), StandardCharsets.UTF_8))
                        .update()
                == 1;
    }

    /// The latest fact of each condition that counts together with something of this window.
    List<Fact> facts(TriggerRow.Key key, Precondition precondition, TimeWindow.Interval window) {
        var latest =
                jdbc.sql(
                                """
                                select distinct on (name) name, execution_id, heard_flow, at, outputs
                                  from heard
                                 where tenant = :tenant and namespace = :namespace
                                   and flow_id = :flowId and trigger_id = :triggerId
                                   and condition_id = :condition and not spent
                                   and (:sliding or (window_from = :from and window_to = :to))
                                 order by name, at desc, execution_id desc
                                """)
                        .params(columns(key))
                        .param("condition", precondition.id())
                        .param("sliding", precondition.window() instanceof TimeWindow.Sliding)
                        .param("from", utc(window.from()))
                        .param("to", utc(window.to()))
                        .query((row, _) ->
                                new Fact(
                                        row.getString("name"),
                                        row.getString("execution_id"),
                                        row.getString("heard_flow"),
                                        row.getObject("at", OffsetDateTime.class).toInstant(),
                                        outputs(row.getString("outputs"))))
                        .list();
        if (precondition.window() instanceof TimeWindow.Sliding(var size)) {
            var end = latest.stream().map(Fact::at).max(Instant::compareTo).orElse(window.to());
            return latest.stream().filter(fact -> fact.at().isAfter(end.minus(size))).toList();
        }
        return latest;
    }

    /// How many of the conditions held in a window, whether or not they have had their execution.
    int met(TriggerRow.Key key, Precondition precondition, TimeWindow.Interval window) {
        return jdbc.sql(
                        """
                        select count(distinct name) from heard
                         where tenant = :tenant and namespace = :namespace
                           and flow_id = :flowId and trigger_id = :triggerId
                           and condition_id = :condition and name = any (:names)
                           and window_from = :from and window_to = :to
                        """)
                .params(columns(key))
                .param("condition", precondition.id())
                .param("names", precondition.conditions().keySet().toArray(String[]::new))
                .param("from", utc(window.from()))
                .param("to", utc(window.to()))
                .query(Integer.class)
                .single();
    }

    /// What was heard up to now in this window doesn't count again.
    void spend(TriggerRow.Key key, Precondition precondition, TimeWindow.Interval window) {
        jdbc.sql(
                        """
                        update heard set spent = true
                         where tenant = :tenant and namespace = :namespace
                           and flow_id = :flowId and trigger_id = :triggerId
                           and condition_id = :condition and not spent
                           and (:sliding or (window_from = :from and window_to = :to))
                        """)
                .params(columns(key))
                .param("condition", precondition.id())
                .param("sliding", precondition.window() instanceof TimeWindow.Sliding)
                .param("from", utc(window.from()))
                .param("to", utc(window.to()))
                .update();
    }

    /// Forgets windows that ended before.
    int forget(Instant before) {
        return jdbc.sql("delete from heard where window_to < :before")
                .param("before", utc(before))
                .update();
    }

    @SuppressWarnings("unchecked") // written by #add
    private static Map<String, @Nullable Object> outputs(String json) {
        return Codec.decode(json.getBytes(StandardCharsets.UTF_8), HashMap.class);
    }

    private static Map<String, Object> columns(TriggerRow.Key key) {
        var columns = columnsOf(key.flow());
        columns.put("triggerId", key.triggerId());
        return columns;
    }
}
