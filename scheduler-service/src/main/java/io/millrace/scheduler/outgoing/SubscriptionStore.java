// SPDX-License-Identifier: Apache-2.0
package io.millrace.scheduler.outgoing;

import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/// The table of subscriptions.
@Repository
class SubscriptionStore {
    private final JdbcClient jdbc;

    SubscriptionStore(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    static OffsetDateTime utc(Instant at) {
        return at.atOffset(ZoneOffset.UTC);
    }

    List<Subscription> of(String tenant, String namespace) {
        return jdbc.sql(
                        """
                        select * from subscription
                         where tenant = :tenant and namespace = :namespace order by id
                        """)
                .param("tenant", tenant)
                .param("namespace", namespace)
                .query((row, _) -> read(row))
                .list();
    }

    Optional<Subscription> find(Subscription.Key key) {
        return jdbc.sql(
                        """
                        select * from subscription
                         where tenant = :tenant and namespace = :namespace and id = :id
                        """)
                .param("tenant", key.tenant())
                .param("namespace", key.namespace())
                .param("id", key.id())
                .query((row, _) -> read(row))
                .optional();
    }

    /// Those that are told of executions of these namespaces: they subscribed there, or above. Two
    /// lists of the same length.
    List<Subscription> covering(Collection<String> tenants, Collection<String> namespaces) {
        return jdbc.sql(
                        """
                        select s.* from (
                          select distinct k.tenant, array_to_string(parts[1 : n], '.') as namespace
                            from unnest(:tenants::text[], :namespaces::text[])
                                 as k (tenant, namespace)
                           cross join lateral (
                                 select string_to_array(k.namespace, '.') as parts) p
                           cross join lateral generate_series(1, cardinality(parts)) n) above
                          join subscription s using (tenant, namespace)
                         where not s.disabled
                        """)
                .param("tenants", tenants.toArray(String[]::new))
                .param("namespaces", namespaces.toArray(String[]::new))
                .query((row, _) -> read(row))
                .list();
    }

    /// All states that anybody wants to be told of.
    List<String> states() {
        return jdbc.sql("select distinct unnest(states) from subscription")
                .query(String.class)
                .list();
    }

    /// @return whether there was none of this id
    boolean insert(Subscription added) {
        return jdbc.sql(
                                """
                                insert into subscription (tenant, namespace, id, url, states,
                                       flow_id, secret, description, disabled, version, created_at,
                                       updated_at)
                                values (:tenant, :namespace, :id, :url, :states::text[], :flowId,
                                        :secret, :description, :disabled, :version, :createdAt,
                                        :updatedAt)
                                on conflict do nothing
                                """)
                        .param("tenant", added.key().tenant())
                        .param("namespace", added.key().namespace())
                        .param("id", added.key().id())
                        .param("url", added.url())
                        .param("states", added.states().toArray(String[]::new))
                        .param("flowId", added.flowId())
                        .param("secret", added.secret())
                        .param("description", added.description())
                        .param("disabled", added.disabled())
                        .param("version", added.version())
                        .param("createdAt", utc(added.createdAt()))
                        .param("updatedAt", utc(added.updatedAt()))
                        .update()
                == 1;
    }

    /// @param changed whose version is one more than that which it replaces
    /// @return whether that is still there
    boolean update(Subscription changed) {
        return jdbc.sql(
                                """
                                update subscription
                                   set url = :url, states = :states::text[], flow_id = :flowId,
                                       secret = :secret, description = :description,
                                       disabled = :disabled, version = :version,
                                       updated_at = :updatedAt
                                 where tenant = :tenant and namespace = :namespace and id = :id
                                   and version = :version - 1
                                """)
                        .param("tenant", changed.key().tenant())
                        .param("namespace", changed.key().namespace())
                        .param("id", changed.key().id())
                        .param("url", changed.url())
                        .param("states", changed.states().toArray(String[]::new))
                        .param("flowId", changed.flowId())
                        .param("secret", changed.secret())
                        .param("description", changed.description())
                        .param("disabled", changed.disabled())
                        .param("version", changed.version())
                        .param("updatedAt", utc(changed.updatedAt()))
                        .update()
                == 1;
    }

    /// With all that was to be told.
    boolean delete(Subscription.Key key) {
        return jdbc.sql(
                                """
                                delete from subscription
                                 where tenant = :tenant and namespace = :namespace and id = :id
                                """)
                        .param("tenant", key.tenant())
                        .param("namespace", key.namespace())
                        .param("id", key.id())
                        .update()
                == 1;
    }

    static Subscription read(ResultSet row) throws SQLException {
        return new Subscription(
                new Subscription.Key(
                        row.getString("tenant"), row.getString("namespace"), row.getString("id")),
                row.getString("url"),
                texts(row.getArray("states")),
                row.getString("flow_id"),
                row.getString("secret"),
                row.getString("description"),
                row.getBoolean("disabled"),
                row.getLong("version"),
                row.getObject("created_at", OffsetDateTime.class).toInstant(),
                row.getObject("updated_at", OffsetDateTime.class).toInstant());
    }

    private static Set<String> texts(Array array) throws SQLException {
        return Set.of((String[]) array.getArray());
    }
}
