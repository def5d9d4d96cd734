// SPDX-License-Identifier: Apache-2.0
package io.millrace.secrets.store;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.millrace.secrets.crypto.Envelopes;
import io.millrace.secrets.crypto.Envelopes.DataKey;
import io.millrace.secrets.crypto.Envelopes.WrappedKey;
import java.time.Clock;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.UUID;
import org.springframework.jdbc.core.RowMapper;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/// The data keys of tenants: stored wrapped, kept unwrapped in memory for a while.
@Component
class DataKeys {
    private static final RowMapper<WrappedKey> WRAPPED =
            (row, _) ->
                    new WrappedKey(
                            row.getObject("id", UUID.class),
                            row.getString("tenant"),
                            row.getString("master_key_id"),
                            row.getBytes("wrapped"));

    private final JdbcClient jdbc;
    private final Envelopes envelopes;
    private final Clock clock;
    private final Cache<UUID, DataKey> unwrapped =
            Caffeine.newBuilder()
                    .maximumSize(1_000)
                    .expireAfterWrite(Duration.ofMinutes(10))
                    .build();

    DataKeys(JdbcClient jdbc, Envelopes envelopes, Clock clock) {
        this.jdbc = jdbc;
        this.envelopes = envelopes;
        this.clock = clock;
    }

    /// The key that seals what the tenant stores now; made when there is none.
    DataKey inUse(String tenant) {
        return unwrap(findInUse(tenant).orElseGet(() -> create(tenant)));
    }

    DataKey get(UUID id) {
        var known = unwrapped.getIfPresent(id);
        return known != null
                ? known
                : unwrap(
                        jdbc.sql("select * from data_key where id = :id")
                                .param("id", id)
                                .query(WRAPPED)
                                .single());
    }

    /// Deletes the keys of a tenant with all that they sealed.
    ///
    /// @return how many keys there were
    int deleteTenant(String tenant) {
        jdbc.sql("delete from secret where tenant = :tenant").param("tenant", tenant).update();
        unwrapped.invalidateAll();
        return jdbc.sql("delete from data_key where tenant = :tenant")
                .param("tenant", tenant)
                .update();
    }

    private DataKey unwrap(WrappedKey key) {
        return unwrapped.get(key.id(), _ -> envelopes.unwrap(key));
    }

    private Optional<WrappedKey> findInUse(String tenant) {
        return jdbc.sql("select * from data_key where tenant = :tenant and retired_at is null")
                .param("tenant", tenant)
                .query(WRAPPED)
                .optional();
    }

    private WrappedKey create(String tenant) {
        var fresh = envelopes.newDataKey(tenant);
        jdbc.sql(
                        """
                        insert into data_key (id, tenant, master_key_id, wrapped, created_at)
                        values (:id, :tenant, :masterKeyId, :wrapped, :now)
                        on conflict do nothing
                        """)
                .param("id", fresh.id())
                .param("tenant", tenant)
                .param("masterKeyId", fresh.masterKeyId())
                .param("wrapped", fresh.wrapped())
                .param("now", OffsetDateTime.ofInstant(clock.instant(), ZoneOffset.UTC))
                .update();
        // another call may have been first: theirs is the one in use
        return findInUse(tenant).orElseThrow();
    }
}
