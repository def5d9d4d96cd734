// SPDX-License-Identifier: Apache-2.0
package io.millrace.flow.internal;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
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
                          join flow f on f.tenant = k.tenant and f.namespace = k.namespace
                                     and f.id = k.id
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
