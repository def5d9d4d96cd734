// SPDX-License-Identifier: Apache-2.0
package io.millrace.scheduler.outgoing;

import static io.millrace.scheduler.outgoing.SubscriptionStore.utc;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/// The table of deliveries.
@Repository
class DeliveryStore {
    private final JdbcClient jdbc;

    DeliveryStore(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /// What is to be told.
    record Added(
            String id, Subscription.Key to, String eventId, String executionId, String event) {}

    /// A delivery that is this instance's to send.
    ///
    /// @param sending its number: the answer to another one says nothing about this one
    record Claimed(
            String id,
            Subscription.Key to,
            String url,
            @Nullable String secret,
            String event,
            int sending) {}

    /// How many there are of a subscription.
    record Counts(long pending, long dead) {}

    /// What is known already stays as it is.
    void add(List<Added> added, Instant now) {
        if (added.isEmpty()) {
            return;
        }
        jdbc.sql(
                        """
                        insert into delivery (id, tenant, namespace, subscription, event_id,
                                              execution_id, state, event, next_at, created_at)
                        select n.id, n.tenant, n.namespace, n.subscription, n.event_id,
                               n.execution_id, 'PENDING', n.event, :now, :now
                          from unnest(:ids::text[], :tenants::text[], :namespaces::text[],
                                      :subscriptions::text[], :eventIds::text[],
                                      :executions::text[], :events::text[])
                               as n (id, tenant, namespace, subscription, event_id, execution_id,
                                     event)
                          join subscription s on s.tenant = n.tenant
                           and s.namespace = n.namespace and s.id = n.subscription
                        on conflict do nothing
                        """)
                .param("ids", texts(added, Added::id))
                .param("tenants", texts(added, one -> one.to().tenant()))
                .param("namespaces", texts(added, one -> one.to().namespace()))
                .param("subscriptions", texts(added, one -> one.to().id()))
                .param("eventIds", texts(added, Added::eventId))
                .param("executions", texts(added, Added::executionId))
                .param("events", texts(added, Added::event))
                .param("now", utc(now))
                .update();
    }

    private static String[] texts(List<Added> added, Function<Added, String> part) {
        return added.stream().map(part).toArray(String[]::new);
    }

    /// Takes what is due, so many of a subscription that no more than `atOnce` are under way; a
    /// slow receiver takes nothing from the others.
    ///
    /// @param until when it has failed if nothing is heard of it
    List<Claimed> claim(Instant now, Instant until, int atOnce, int limit) {
        return jdbc.sql(
                        """
                        with due as (
                          select d.id, s.url, s.secret from subscription s
                           cross join lateral (
                                 select count(*) as n from delivery u
                                  where u.tenant = s.tenant and u.namespace = s.namespace
                                    and u.subscription = s.id and u.state = 'PENDING'
                                    and u.under_way and u.next_at > :now) busy
                           cross join lateral (
                                 select d.id from delivery d
                                  where d.tenant = s.tenant and d.namespace = s.namespace
                                    and d.subscription = s.id and d.state = 'PENDING'
                                    and not d.under_way and d.next_at <= :now
                                  order by d.next_at, d.id
                                  limit greatest(0, :atOnce - busy.n)
                                    for update skip locked) d
                           where not s.disabled
                           limit :limit)
                        update delivery d
                           set under_way = true, sendings = d.sendings + 1,
                               attempts = d.attempts + 1, next_at = :until
                          from due where d.id = due.id
                        returning d.id, d.tenant, d.namespace, d.subscription, due.url, due.secret,
                                  d.event, d.sendings
                        """)
                .param("now", utc(now))
                .param("until", utc(until))
                .param("atOnce", atOnce)
                .param("limit", limit)
                .query((row, _) ->
                        new Claimed(
                                row.getString("id"),
                                new Subscription.Key(
                                        row.getString("tenant"),
                                        row.getString("namespace"),
                                        row.getString("subscription")),
                                row.getString("url"),
                                row.getString("secret"),
                                row.getString("event"),
                                row.getInt("sendings")))
                .list();
    }

    /// One that was sent, and its number.
    record Sent(String id, int sending) {}

    /// What was sent and nothing was heard of in its time.
    List<Sent> unheard(Instant now, int limit) {
        return jdbc.sql(
                        """
                        select id, sendings from delivery
                         where state = 'PENDING' and under_way and next_at <= :now
                         order by next_at limit :limit
                        """)
                .param("now", utc(now))
                .param("limit", limit)
                .query((row, _) -> new Sent(row.getString("id"), row.getInt("sendings")))
                .list();
    }

    /// When something is due next.
    Optional<Instant> next() {
        return jdbc.sql("select min(next_at) from delivery where state = 'PENDING'")
                .query(OffsetDateTime.class)
                .optional()
                .map(OffsetDateTime::toInstant);
    }

    /// It couldn't be sent: that was no attempt.
    void unsent(Claimed claimed, Instant next) {
        jdbc.sql(
                        """
                        update delivery set under_way = false, attempts = attempts - 1,
                               next_at = :next
                         where id = :id and sendings = :sending and state = 'PENDING'
                        """)
                .param("id", claimed.id())
                .param("sending", claimed.sending())
                .param("next", utc(next))
                .update();
    }

    void delivered(String id, int sending, @Nullable Integer status, Instant now) {
        jdbc.sql(
                        """
                        update delivery set state = 'DELIVERED', under_way = false,
                               status = :status, problem = null, ended_at = :now
                         where id = :id and sendings = :sending and state = 'PENDING'
                        """)
                .param("id", id)
                .param("sending", sending)
                .param("status", status)
                .param("now", utc(now))
                .update();
    }

    /// @param pauses before the second attempt, the third, and so on; after the last one it is dead
    void failed(
            String id,
            int sending,
            @Nullable Integer status,
            String problem,
            List<Duration> pauses,
            Instant now) {
        jdbc.sql(
                        """
                        update delivery
                           set under_way = false, status = :status, problem = :problem,
                               state = case when attempts > cardinality(:pauses::bigint[])
                                            then 'DEAD' else 'PENDING' end,
                               ended_at = case when attempts > cardinality(:pauses::bigint[])
                                               then :now::timestamptz end,
                               next_at = :now::timestamptz
                                         + coalesce((:pauses::bigint[])[attempts], 0)
                                           * (0.9 + 0.2 * random()) * interval '1 millisecond'
                         where id = :id and sendings = :sending and state = 'PENDING'
                        """)
                .param("id", id)
                .param("sending", sending)
                .param("status", status)
                .param("problem", problem)
                .param("pauses", pauses.stream().map(Duration::toMillis).toArray(Long[]::new))
                .param("now", utc(now))
                .update();
    }

    /// @param state or empty for all
    /// @param after id of the last one of the page before, or empty
    List<Delivery> list(Subscription.Key key, String state, String after, int limit) {
        return jdbc.sql(
                        """
                        select * from delivery d
                         where tenant = :tenant and namespace = :namespace
                           and subscription = :subscription
                           and (:state = '' or state = :state)
                           and (:after = '' or (created_at, id) <
                                (select created_at, id from delivery where id = :after))
                         order by created_at desc, id desc limit :limit
                        """)
                .params(columns(key))
                .param("state", state)
                .param("after", after)
                .param("limit", limit)
                .query((row, _) -> read(row))
                .list();
    }

    Counts counts(Subscription.Key key) {
        return jdbc.sql(
                        """
                        select count(*) filter (where state = 'PENDING') as pending,
                               count(*) filter (where state = 'DEAD') as dead
                          from delivery
                         where tenant = :tenant and namespace = :namespace
                           and subscription = :subscription and state <> 'DELIVERED'
                        """)
                .params(columns(key))
                .query((row, _) -> new Counts(row.getLong("pending"), row.getLong("dead")))
                .single();
    }

    /// Dead ones are tried anew from the beginning; what was delivered is sent once more.
    ///
    /// @param id or empty for all dead ones
    /// @return how many
    int putBack(Subscription.Key key, String id, Instant now) {
        return jdbc.sql(
                        """
                        update delivery set state = 'PENDING', attempts = 0, under_way = false,
                               next_at = :now, ended_at = null
                         where tenant = :tenant and namespace = :namespace
                           and subscription = :subscription
                           and ((:id = '' and state = 'DEAD')
                                or (id = :id and state in ('DEAD', 'DELIVERED')))
                        """)
                .params(columns(key))
                .param("id", id)
                .param("now", utc(now))
                .update();
    }

    int forget(Instant before) {
        return jdbc.sql("delete from delivery where ended_at < :before")
                .param("before", utc(before))
                .update();
    }

    private static Map<String, Object> columns(Subscription.Key key) {
        return Map.of(
                "tenant", key.tenant(), "namespace", key.namespace(), "subscription", key.id());
    }

    private static Delivery read(ResultSet row) throws SQLException {
        var state = row.getString("state");
        var ended = row.getObject("ended_at", OffsetDateTime.class);
        return new Delivery(
                row.getString("id"),
                row.getString("event_id"),
                row.getString("execution_id"),
                state,
                row.getString("event"),
                row.getInt("attempts"),
                state.equals("PENDING")
                        ? row.getObject("next_at", OffsetDateTime.class).toInstant()
                        : null,
                row.getObject("status", Integer.class),
                row.getString("problem"),
                row.getObject("created_at", OffsetDateTime.class).toInstant(),
                ended == null ? null : ended.toInstant());
    }
}
