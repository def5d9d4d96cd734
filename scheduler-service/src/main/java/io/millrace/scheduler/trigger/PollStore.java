// SPDX-License-Identifier: Apache-2.0
package io.millrace.scheduler.trigger;

import static io.millrace.scheduler.trigger.TriggerStore.columnsOf;
import static io.millrace.scheduler.trigger.TriggerStore.utc;

import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/// What runs on workers for triggers.
@Repository
class PollStore {
    private final JdbcClient jdbc;

    PollStore(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /// A trigger that a worker runs.
    ///
    /// @param at the date for which it looks; absent for one that listens
    record Polled(TriggerRow row, String pollId, @Nullable Instant at, int dispatch) {}

    /// A worker that was sent.
    ///
    /// @param pollId of its execution
    /// @param dispatch number of this sending
    record Sent(String pollId, int dispatch) {}

    /// A worker is sent; if nothing is heard of it until `lease` another one is, for the same date:
    /// a look whose end isn't known goes on where it was, or what it took would be lost.
    Sent send(TriggerRow.Key key, String pollId, @Nullable Instant at, Instant lease) {
        return jdbc.sql(
                        """
                        update trigger set poll_id = case when cast(:at as timestamptz) is null
                                                            or poll_at is null
                                                          then :pollId else poll_id end,
                                           poll_at = case when cast(:at as timestamptz) is not null
                                                          then coalesce(poll_at, :at) end,
                                           next_at = :lease,
                                           wait_until = null, poll_dispatch = poll_dispatch + 1
                         where tenant = :tenant and namespace = :namespace
                           and flow_id = :flowId and trigger_id = :triggerId
                        returning poll_id, poll_dispatch
                        """)
                .params(columnsOf(key.flow()))
                .param("triggerId", key.triggerId())
                .param("pollId", pollId)
                .param("at", utc(at))
                .param("lease", utc(lease))
                .query((row, _) -> new Sent(row.getString("poll_id"), row.getInt("poll_dispatch")))
                .single();
    }

    /// It is known what became of a look: the next one is for another date.
    void over(String pollId) {
        jdbc.sql(
                        """
                        update trigger set poll_id = null, poll_at = null
                         where poll_id = :pollId and poll_at is not null
                        """)
                .param("pollId", pollId)
                .update();
    }

    /// Locked until the end of the transaction; nothing if it is no longer waited for. Also one
    /// that somebody has switched off meanwhile: what it has taken before counts.
    Optional<Polled> lock(String pollId) {
        return jdbc.sql(
                        """
                        select * from trigger
                         where poll_id = :pollId and active for update
                        """)
                .param("pollId", pollId)
                .query((row, _) ->
                        new Polled(
                                TriggerStore.read(row),
                                pollId,
                                TriggerStore.instant(row, "poll_at"),
                                row.getInt("poll_dispatch")))
                .optional();
    }

    /// A worker says that it goes on.
    ///
    /// @return whether it should
    boolean renew(String pollId, int dispatch, Instant lease) {
        return jdbc.sql(
                                """
                                update trigger set next_at = :lease
                                 where poll_id = :pollId and poll_dispatch = :dispatch
                                   and active and not disabled
                                """)
                        .param("pollId", pollId)
                        .param("dispatch", dispatch)
                        .param("lease", utc(lease))
                        .update()
                == 1;
    }

    /// @return whether that wasn't known
    boolean emit(String id, Instant at) {
        return jdbc.sql("insert into emitted (id, at) values (:id, :at) on conflict do nothing")
                        .param("id", id)
                        .param("at", utc(at))
                        .update()
                == 1;
    }

    void forget(Instant before) {
        jdbc.sql("delete from emitted where at < :before").param("before", utc(before)).update();
    }
}
