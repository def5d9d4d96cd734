// SPDX-License-Identifier: Apache-2.0
package io.millrace.flow.internal;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/// Flows of all tenants, by key.
@Repository
class StoredFlows {
    private final JdbcClient jdbc;

    StoredFlows(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    record Key(String tenant, String namespace, String id) {}

    record Newest(int revision, boolean disabled) {}

    record Stored(
            String tenant,
            String namespace,
            String id,
            int revision,
            String source,
            boolean deleted,
            boolean disabled) {}

    /// The newest revision of each, at its place in the list; nothing where a flow isn't there or
    /// is deleted. One query, one index look-up a flow.
    List<@Nullable Newest> newest(List<Key> keys) {
        @Nullable Newest[] found = new Newest[keys.size()];
        jdbc.sql(
                        """
                        select k.place, f.revision, f.disabled
                          from unnest(:tenants, :namespaces, :ids)
                               with ordinality as k (tenant, namespace, id, place)
                         cross join lateral (select * from flow s
                                where s.tenant = k.tenant and s.namespace = k.namespace
                                  and s.id = k.id limit 1) f
                         where not f.deleted
                        """)
                .param("tenants", column(keys, Key::tenant))
                .param("namespaces", column(keys, Key::namespace))
                .param("ids", column(keys, Key::id))
                .query(row -> {
                    found[row.getInt("place") - 1] =
                            new Newest(row.getInt("revision"), row.getBoolean("disabled"));
                });
        return new ArrayList<>(Arrays.asList(found));
    }

    Optional<Stored> revision(Key key, int revision) {
        return jdbc.sql(
                        """
                        select r.tenant, r.namespace, r.id, r.revision, r.source, r.deleted,
                               f.disabled
                          from flow_revision r join flow f using (tenant, namespace, id)
                         where r.tenant = :tenant and r.namespace = :namespace and r.id = :id
                           and r.revision = :revision
                        """)
                .param("tenant", key.tenant())
                .param("namespace", key.namespace())
                .param("id", key.id())
                .param("revision", revision)
                .query(Stored.class)
                .optional();
    }

    /// What happened to a flow last.
    record Change(
            String tenant,
            String namespace,
            String id,
            int revision,
            boolean deleted,
            Instant at) {}

    /// @param next where to go on
    /// @param more whether there may be more at once
    record Changes(List<Change> changes, String next, boolean more) {}

    /// What was changed by transactions from `since` on, in their order.
    ///
    /// @param since a former `next`, or 0. From a database that was set back it is in the future:
    ///   then all flows are changes
    Changes changes(long since, int limit) {
        record Row(String horizon, @Nullable String changedIn, @Nullable Change change) {}
        var rows =
                jdbc.sql(
                                """
                                select h.horizon::text as horizon, f.changed_in::text as changed_in,
                                       f.tenant, f.namespace, f.id, f.revision, f.deleted, f.updated_at
                                  from (select pg_snapshot_xmin(pg_current_snapshot()) as horizon) h
                                  left join lateral (
                                       select * from flow
                                        where changed_in >= case when cast(:since as xid8) > h.horizon
                                                                 then cast('0' as xid8)
                                                                 else cast(:since as xid8) end
                                        order by changed_in
                                        fetch first :limit rows with ties) f on true
                                """)
                        .param("since", Long.toString(since))
                        .param("limit", limit)
                        .query((row, _) -> {
                            var id = row.getString("id");
                            return new Row(
                                    row.getString("horizon"),
                                    row.getString("changed_in"),
                                    id == null
                                            ? null
                                            : new Change(
                                                    row.getString("tenant"),
                                                    row.getString("namespace"),
                                                    id,
                                                    row.getInt("revision"),
                                                    row.getBoolean("deleted"),
                                                    row.getTimestamp("updated_at").toInstant()));
                        })
                        .list();
        var changes = rows.stream().map(Row::change).filter(Objects::nonNull).toList();
        long last =
                rows.stream()
                        .map(Row::changedIn)
                        .filter(Objects::nonNull)
                        .mapToLong(Long::parseLong)
                        .max()
                        .orElse(0);
        boolean more = changes.size() >= limit;
        long next = Long.parseLong(rows.getFirst().horizon());
        return new Changes(
                changes,
                Long.toString(more ? Math.min(next, last + 1) : next),
                more && last < next);
    }

    /// Newest revisions of flows that aren't deleted, in the order of their keys, after one.
    List<Stored> after(Key last, int limit) {
        return jdbc.sql(
                        """
                        select f.tenant, f.namespace, f.id, f.revision, r.source, f.deleted,
                               f.disabled
                          from flow f join flow_revision r using (tenant, namespace, id, revision)
                         where not f.deleted
                           and (f.tenant, f.namespace, f.id) > (:tenant, :namespace, :id)
                         order by f.tenant, f.namespace, f.id
                         limit :limit
                        """)
                .param("tenant", last.tenant())
                .param("namespace", last.namespace())
                .param("id", last.id())
                .param("limit", limit)
                .query(Stored.class)
                .list();
    }

    private static String[] column(List<Key> keys, Function<Key, String> part) {
        return keys.stream().map(part).toArray(String[]::new);
    }
}
