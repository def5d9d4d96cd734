// SPDX-License-Identifier: Apache-2.0
package io.millrace.secrets.store;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.millrace.platform.crypto.TamperedException;
import io.millrace.secrets.crypto.Envelopes;
import io.millrace.secrets.crypto.Envelopes.DataKey;
import io.millrace.secrets.crypto.Envelopes.WrappedKey;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.RowMapper;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/// The data keys of tenants: stored wrapped, kept unwrapped in memory for a while.
@Component
class DataKeys {
    private static final Logger log = LoggerFactory.getLogger(DataKeys.class);
    private static final Duration LOOK_AGAIN = Duration.ofMinutes(10);

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
    private final Cache<UUID, Boolean> damaged =
            Caffeine.newBuilder().maximumSize(1_000).expireAfterWrite(LOOK_AGAIN).build();
    private final Cache<UUID, DataKey> unwrapped =
            Caffeine.newBuilder().maximumSize(1_000).expireAfterWrite(LOOK_AGAIN).build();

    DataKeys(JdbcClient jdbc, Envelopes envelopes, Clock clock) {
        this.jdbc = jdbc;
        this.envelopes = envelopes;
        this.clock = clock;
    }

    /// The key that seals what the tenant stores now; made when there is none.
    DataKey inUse(String tenant) {
        return unwrap(findInUse(tenant).orElseGet(() -> create(tenant)));
    }

    /// Unwraps the keys of a tenant before a transaction begins, where that asks over the network.
    ///
    /// @param toSeal whether there has to be one in use
    void prepare(String tenant, boolean toSeal) {
        if (!envelopes.asksElsewhere()) {
            return;
        }
        if (toSeal) {
            var _ = inUse(tenant);
        }
        jdbc.sql("select * from data_key where tenant = :tenant")
                .param("tenant", tenant)
                .query(WRAPPED)
                .list()
                .forEach(this::tryUnwrap);
    }

    /// One that can't be unwrapped is for those to miss who read what it has sealed.
    private void tryUnwrap(WrappedKey key) {
        if (damaged.getIfPresent(key.id()) != null) {
            return;
        }
        try {
            var _ = unwrap(key);
        } catch (IllegalStateException | TamperedException e) {
            damaged.put(key.id(), true);
            log.atWarn()
                    .addKeyValue("tenant", key.tenant())
                    .addKeyValue("key", key.id())
                    .addKeyValue("masterKey", key.masterKeyId())
                    .addKeyValue("cause", String.valueOf(e.getMessage()))
                    .log("A data key can't be opened");
        }
    }

    /// Keys that another master key than the current one has wrapped, in order of their ids.
    ///
    /// @param after the last one of the page before
    List<WrappedKey> wrappedByOthers(String masterKeyId, UUID after, int most) {
        return jdbc.sql(
                        """
                        select * from data_key where master_key_id <> :current and id > :after
                         order by id limit :most
                        """)
                .param("current", masterKeyId)
                .param("after", after)
                .param("most", most)
                .query(WRAPPED)
                .list();
    }

    WrappedKey wrapAnew(WrappedKey key) {
        return envelopes.wrapAnew(key);
    }

    /// @return whether it was still wrapped as before
    boolean replace(WrappedKey before, WrappedKey after) {
        return jdbc.sql(
                                """
                                update data_key set master_key_id = :after, wrapped = :wrapped
                                 where id = :id and master_key_id = :before
                                """)
                        .param("after", after.masterKeyId())
                        .param("wrapped", after.wrapped())
                        .param("id", before.id())
                        .param("before", before.masterKeyId())
                        .update()
                == 1;
    }

    /// Those made before seal nothing any more; they open what they have sealed.
    ///
    /// @return the tenants that get a new one
    List<String> retire(Instant madeBefore) {
        return jdbc.sql(
                        """
                        update data_key set retired_at = :now
                         where retired_at is null and created_at < :before
                        returning tenant
                        """)
                .param("now", OffsetDateTime.ofInstant(clock.instant(), ZoneOffset.UTC))
                .param("before", OffsetDateTime.ofInstant(madeBefore, ZoneOffset.UTC))
                .query(String.class)
                .list();
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
