// SPDX-License-Identifier: Apache-2.0
package io.millrace.execution.lane;

import io.millrace.contracts.Installation;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/// Who holds which lane, as rows. The clock is the database's.
final class LaneLeases {
    private final JdbcClient jdbc;

    LaneLeases(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /// @param owner instance, or absent if nobody holds it
    /// @param alive whether the owner has given a sign of life
    record Lease(int lane, @Nullable String owner, long epoch, boolean clean, boolean alive) {}

    void createLanes(int count) {
        jdbc.sql(
                        """
                        insert into lanes (lane) select generate_series(0, :last)
                            on conflict do nothing
                        """)
                .param("last", count - 1)
                .update();
    }

    /// What an instance says of itself while it lives.
    ///
    /// @param lagMs how long the slowest event waited since it last said so, in milliseconds
    record Sign(@Nullable String host, @Nullable String version, int waiting, long lagMs) {}

    void signOfLife(String instance, Duration lease, Sign sign) {
        jdbc.sql(
                        """
                        insert into instances
                               (id, started_at, lives_until, host, version, waiting, lag_ms)
                        values (:id, clock_timestamp(),
                                clock_timestamp() + make_interval(secs => :lease),
                                :host, :version, :waiting, :lag)
                            on conflict (id) do update
                            set lives_until = excluded.lives_until,
                                waiting = excluded.waiting, lag_ms = excluded.lag_ms
                        """)
                .param("id", instance)
                .param("host", sign.host())
                .param("version", sign.version())
                .param("waiting", sign.waiting())
                .param("lag", sign.lagMs())
                .param("lease", lease.toMillis() / 1000.0)
                .update();
    }

    void signOff(String instance) {
        jdbc.sql("delete from instances where id = :id").param("id", instance).update();
    }

    /// Forgets instances that have been dead for long.
    void forgetDead() {
        jdbc.sql(
                        """
                        delete from instances i
                         where lives_until < clock_timestamp() - interval '1 minute'
                           and not exists (select from lanes where owner = i.id)
                        """)
                .update();
    }

    List<String> living() {
        return jdbc.sql(
                        "select id from instances where lives_until > clock_timestamp() order by id")
                .query(String.class)
                .list();
    }

    /// Instances that live, with what they last said of themselves.
    List<Installation.Instance> instances() {
        return jdbc.sql(
                        """
                        select i.*, (select count(*) from lanes l where l.owner = i.id) as lanes
                          from instances i where lives_until > clock_timestamp() order by started_at
                        """)
                .query((row, _) ->
                        new Installation.Instance(
                                row.getString("id"),
                                row.getString("host"),
                                row.getString("version"),
                                row.getTimestamp("started_at").toInstant(),
                                row.getInt("lanes"),
                                row.getInt("waiting"),
                                row.getLong("lag_ms")))
                .list();
    }

    List<Lease> all() {
        return jdbc.sql(
                        """
                        select l.lane, l.owner, l.epoch, l.clean,
                               coalesce(i.lives_until > clock_timestamp(), false) as alive
                          from lanes l left join instances i on i.id = l.owner
                         order by l.lane
                        """)
                .query((row, _) ->
                        new Lease(
                                row.getInt("lane"),
                                row.getString("owner"),
                                row.getLong("epoch"),
                                row.getBoolean("clean"),
                                row.getBoolean("alive")))
                .list();
    }

    /// Takes a lane if nobody else took it meanwhile.
    Optional<HeldLane> take(Lease lease, String instance) {
        return jdbc.sql(
                        """
                        update lanes l set owner = :instance, epoch = l.epoch + 1, clean = false
                         where l.lane = :lane and l.epoch = :epoch
                           and l.owner is not distinct from :owner::text
                           and not exists (select from instances i
                                            where i.id = l.owner and i.id <> :instance
                                              and i.lives_until > clock_timestamp())
                        returning l.epoch
                        """)
                .param("instance", instance)
                .param("lane", lease.lane())
                .param("epoch", lease.epoch())
                .param("owner", lease.owner())
                .query(Long.class)
                .optional()
                .map(epoch -> new HeldLane(lease.lane(), epoch, lease.clean()));
    }

    void giveBack(HeldLane held, boolean clean) {
        jdbc.sql(
                        "update lanes set owner = null, clean = :clean where lane = :lane and epoch = :epoch")
                .param("clean", clean)
                .param("lane", held.lane())
                .param("epoch", held.epoch())
                .update();
    }

    Instant announcedUntil(int lane) {
        return jdbc.sql(
                        """
                        select greatest(announced_until, 'epoch'::timestamptz) from lanes
                         where lane = :lane
                        """)
                .param("lane", lane)
                .query(OffsetDateTime.class)
                .single()
                .toInstant();
    }

    /// Of these, the lanes that nobody has taken.
    Set<Integer> stillHeld(Collection<HeldLane> lanes) {
        var held = new HashSet<Integer>();
        for (var lease : all()) {
            for (var lane : lanes) {
                if (lane.lane() == lease.lane() && lane.epoch() == lease.epoch()) {
                    held.add(lane.lane());
                }
            }
        }
        return held;
    }
}
