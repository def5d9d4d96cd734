// SPDX-License-Identifier: Apache-2.0
package io.millrace.flow.kv;

import io.millrace.flow.tasks.PurgeRequest;
import io.millrace.platform.web.CursorResults.Place;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/// Rows of keys and of their versions. Many tasks write one key at once, so each change is one
/// statement.
@Repository
class KvRows {
    static final String BY_NAME = "e.namespace, e.key";
    private static final String LIVE = "(e.expires_at is null or e.expires_at > :now)";

    private final JdbcClient jdbc;

    KvRows(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /// @param request names one attempt to write: what was written by it isn't written again
    record Row(KvEntry entry, KvType type, String value, @Nullable String request) {
        boolean expired(Instant now) {
            var end = entry.expirationDate();
            return end != null && !end.isAfter(now);
        }
    }

    record Version(int version, KvType type, String value, Instant createdAt, String createdBy) {}

    record Write(
            String tenant,
            String namespace,
            String key,
            KvType type,
            String value,
            @Nullable String description,
            @Nullable Instant expiresAt,
            boolean overwrite,
            @Nullable String request,
            String by,
            Instant at) {}

    /// @return the new version, or nothing if the key is there and may not be overwritten, or was
    ///   written by this very request
    Optional<Integer> write(Write write, int keptVersions) {
        return jdbc.sql(
                        """
                        with written as (
                            insert into kv_entry as e
                                   (tenant, namespace, key, version, type, value, description,
                                    created_at, updated_at, updated_by, expires_at, request)
                            values (:tenant, :namespace, :key, 1, :type, :value, :description,
                                    :now, :now, :by, :expires, :request)
                            on conflict (tenant, namespace, key) do update
                               set version = e.version + 1, type = excluded.type,
                                   value = excluded.value,
                                   description = coalesce(excluded.description, e.description),
                                   created_at = case when e.expires_at <= :now then :now
                                                     else e.created_at end,
                                   updated_at = :now, updated_by = :by,
                                   expires_at = excluded.expires_at, request = excluded.request
                             where (:overwrite or e.expires_at <= :now)
                               and (cast(:request as text) is null
                                    or e.request is distinct from :request)
                            returning version
                        ), kept as (
                            insert into kv_version
                                   (tenant, namespace, key, version, type, value, created_at,
                                    created_by)
                            select :tenant, :namespace, :key, version, :type, :value, :now, :by
                              from written
                        ), dropped as (
                            delete from kv_version v using written w
                             where v.tenant = :tenant and v.namespace = :namespace
                               and v.key = :key and v.version <= w.version - :kept
                        )
                        select version from written
                        """)
                .param("tenant", write.tenant())
                .param("namespace", write.namespace())
                .param("key", write.key())
                .param("type", write.type().name())
                .param("value", write.value())
                .param("description", write.description())
                .param("now", write.at().atOffset(ZoneOffset.UTC))
                .param("by", write.by())
                .param(
                        "expires",
                        write.expiresAt() == null
                                ? null
                                : write.expiresAt().atOffset(ZoneOffset.UTC))
                .param("request", write.request())
                .param("overwrite", write.overwrite())
                .param("kept", keptVersions)
                .query(Integer.class)
                .optional();
    }

    /// Also one that has expired, until it is purged.
    Optional<Row> find(String tenant, String namespace, String key, boolean lock) {
        return jdbc.sql(
                        """
                        select * from kv_entry e
                         where e.tenant = :tenant and e.namespace = :namespace and e.key = :key
                        """
                                + (lock ? " for update" : ""))
                .param("tenant", tenant)
                .param("namespace", namespace)
                .param("key", key)
                .query((row, _) -> row(row))
                .optional();
    }

    /// The one of the longest of these namespaces that has it. What has expired doesn't hide what
    /// is inherited.
    Optional<Row> nearest(String tenant, List<String> namespaces, String key, Instant now) {
        return jdbc.sql(
                        """
                        select * from kv_entry e
                         where e.tenant = :tenant and e.namespace = any (:namespaces)
                           and e.key = :key
                         order by %s desc, length(e.namespace) desc limit 1
                        """
                                .formatted(LIVE))
                .param("tenant", tenant)
                .param("namespaces", namespaces.toArray(String[]::new))
                .param("key", key)
                .param("now", now.atOffset(ZoneOffset.UTC))
                .query((row, _) -> row(row))
                .optional();
    }

    List<KvEntry> list(String tenant, Collection<String> namespaces, String prefix, Instant now) {
        return jdbc.sql(
                        """
                        select * from kv_entry e
                         where e.tenant = :tenant and e.namespace = any (:namespaces)
                           and starts_with(e.key, :prefix) and %s
                         order by e.namespace, e.key
                        """
                                .formatted(LIVE))
                .param("tenant", tenant)
                .param("namespaces", namespaces.toArray(String[]::new))
                .param("prefix", prefix)
                .param("now", now.atOffset(ZoneOffset.UTC))
                .query((row, _) -> entry(row))
                .list();
    }

    /// @param namespaces patterns over `namespace || '.'`
    record Search(String tenant, String[] namespaces, String text, String orderBy) {}

    /// @param after with [#BY_NAME]: the last of the page before, instead of an offset
    List<KvEntry> search(
            Search search, @Nullable Place after, Instant now, int limit, long offset) {
        return jdbc.sql(
                        "select * from kv_entry e where "
                                + SEARCHED
                                + (after == null
                                        ? ""
                                        : " and (e.namespace, e.key) > (:lastNamespace, :lastKey)")
                                + " order by "
                                + search.orderBy()
                                + ", "
                                + BY_NAME
                                + " limit :limit offset :offset")
                .param("lastNamespace", after == null ? "" : after.names().get(0))
                .param("lastKey", after == null ? "" : after.names().get(1))
                .param("tenant", search.tenant())
                .param("namespaces", search.namespaces())
                .param("text", search.text().toLowerCase(Locale.ROOT))
                .param("now", now.atOffset(ZoneOffset.UTC))
                .param("limit", limit)
                .param("offset", after == null ? offset : 0)
                .query((row, _) -> entry(row))
                .list();
    }

    long count(Search search, Instant now) {
        return jdbc.sql("select count(*) from kv_entry e where " + SEARCHED)
                .param("tenant", search.tenant())
                .param("namespaces", search.namespaces())
                .param("text", search.text().toLowerCase(Locale.ROOT))
                .param("now", now.atOffset(ZoneOffset.UTC))
                .query(Long.class)
                .single();
    }

    private static final String SEARCHED =
            "e.tenant = :tenant and e.namespace || '.' like any (:namespaces)"
                    + " and position(:text in lower(e.key)) > 0 and "
                    + LIVE;

    int countKeys(String tenant, String namespace) {
        return jdbc.sql(
                        """
                        select count(*) from kv_entry
                         where tenant = :tenant and namespace = :namespace
                        """)
                .param("tenant", tenant)
                .param("namespace", namespace)
                .query(Integer.class)
                .single();
    }

    List<Version> versions(String tenant, String namespace, String key) {
        return jdbc.sql(
                        """
                        select * from kv_version
                         where tenant = :tenant and namespace = :namespace and key = :key
                         order by version desc
                        """)
                .param("tenant", tenant)
                .param("namespace", namespace)
                .param("key", key)
                .query((row, _) ->
                        new Version(
                                row.getInt("version"),
                                KvType.valueOf(row.getString("type")),
                                row.getString("value"),
                                row.getTimestamp("created_at").toInstant(),
                                row.getString("created_by")))
                .list();
    }

    /// Deletes keys with all their versions.
    ///
    /// @return those that were there
    List<String> delete(String tenant, String namespace, Collection<String> keys) {
        return jdbc.sql(
                        """
                        with gone as (
                            delete from kv_entry
                             where tenant = :tenant and namespace = :namespace
                               and key = any (:keys)
                            returning key
                        ), versions as (
                            delete from kv_version
                             where tenant = :tenant and namespace = :namespace
                               and key = any (:keys)
                        )
                        select key from gone order by key
                        """)
                .param("tenant", tenant)
                .param("namespace", namespace)
                .param("keys", keys.toArray(String[]::new))
                .query(String.class)
                .list();
    }

    /// @return how many keys were deleted
    int purge(PurgeRequest.Range range, boolean expiredOnly, Instant now) {
        return jdbc.sql(
                        """
                        with gone as (
                            delete from kv_entry e
                             where e.tenant = :tenant and e.namespace || '.' like any (:namespaces)
                               and e.namespace || '.' like any (:within)
                               and e.key like :keys
                               and (not :expiredOnly or e.expires_at <= :now)
                            returning tenant, namespace, key
                        ), versions as (
                            delete from kv_version v using gone g
                             where v.tenant = g.tenant and v.namespace = g.namespace
                               and v.key = g.key
                        )
                        select count(*) from gone
                        """)
                .param("tenant", range.tenant())
                .param("namespaces", range.namespaces())
                .param("within", range.within())
                .param("keys", range.names())
                .param("expiredOnly", expiredOnly)
                .param("now", now.atOffset(ZoneOffset.UTC))
                .query(Integer.class)
                .single();
    }

    /// Deletes former values; the present one of a key always stays.
    ///
    /// @param before absent: of any age
    /// @param keep how many of each key stay in any case, the present one among them
    /// @return how many were deleted
    int purgeVersions(PurgeRequest.Range range, @Nullable Instant before, int keep) {
        return jdbc.sql(
                        """
                        delete from kv_version v using kv_entry e
                         where e.tenant = :tenant and e.namespace || '.' like any (:namespaces)
                           and e.namespace || '.' like any (:within)
                           and e.key like :keys
                           and v.tenant = e.tenant and v.namespace = e.namespace
                           and v.key = e.key and v.version < e.version
                           and v.version <= e.version - :keep
                           and (cast(:before as timestamptz) is null or v.created_at < :before)
                        """)
                .param("tenant", range.tenant())
                .param("namespaces", range.namespaces())
                .param("within", range.within())
                .param("keys", range.names())
                .param("keep", keep)
                .param("before", before == null ? null : before.atOffset(ZoneOffset.UTC))
                .update();
    }

    /// Deletes what has expired, of all tenants, so many at most.
    int purgeExpired(Instant now, int limit) {
        return jdbc.sql(
                        """
                        with gone as (
                            delete from kv_entry e
                             where (e.tenant, e.namespace, e.key) in (
                                       select tenant, namespace, key from kv_entry
                                        where expires_at <= :now
                                        limit :limit for update skip locked)
                            returning tenant, namespace, key
                        ), versions as (
                            delete from kv_version v using gone g
                             where v.tenant = g.tenant and v.namespace = g.namespace
                               and v.key = g.key
                        )
                        select count(*) from gone
                        """)
                .param("now", now.atOffset(ZoneOffset.UTC))
                .param("limit", limit)
                .query(Integer.class)
                .single();
    }

    private static Row row(ResultSet row) throws SQLException {
        return new Row(
                entry(row),
                KvType.valueOf(row.getString("type")),
                row.getString("value"),
                row.getString("request"));
    }

    private static KvEntry entry(ResultSet row) throws SQLException {
        var expires = row.getTimestamp("expires_at");
        return new KvEntry(
                row.getString("namespace"),
                row.getString("key"),
                row.getInt("version"),
                row.getString("description"),
                row.getTimestamp("created_at").toInstant(),
                row.getTimestamp("updated_at").toInstant(),
                expires == null ? null : expires.toInstant());
    }
}
