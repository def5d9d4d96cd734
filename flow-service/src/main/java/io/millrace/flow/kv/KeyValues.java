// SPDX-License-Identifier: Apache-2.0
package io.millrace.flow.kv;

import io.millrace.flow.tasks.PurgeRequest;
import io.millrace.platform.audit.AuditTrail;
import io.millrace.platform.problem.ServiceException;
import io.millrace.platform.tenancy.TenantScope;
import io.millrace.platform.web.CursorResults.Place;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.scheduling.annotation.EnableScheduling;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/// The key-value store. Who may do what is the controllers' affair.
@Service
@EnableScheduling
@EnableConfigurationProperties(KvProperties.class)
class KeyValues {
    private static final Logger log = LoggerFactory.getLogger(KeyValues.class);
    private static final Pattern KEY = Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9._-]*");
    private static final Pattern NAMESPACE = Pattern.compile("[a-z0-9][a-z0-9._-]{0,149}");
    private static final int PURGED_AT_ONCE = 1000;

    private final KvRows rows;
    private final KvProperties properties;
    private final AuditTrail audit;
    private final Clock clock;

    KeyValues(KvRows rows, KvProperties properties, AuditTrail audit, Clock clock) {
        this.rows = rows;
        this.properties = properties;
        this.audit = audit;
        this.clock = clock;
    }

    /// A hundred years. Far beyond them no date can be stored.
    private static final Duration LONGEST = Duration.ofDays(36_500);

    /// Which key.
    record Ref(String tenant, String namespace, String key) {
        String resource() {
            return "kv/" + namespace + "/" + key;
        }
    }

    record Found(KvEntry entry, KvValue value) {}

    /// @param description absent: the one that is there stays
    /// @param ttl how long it holds; absent: for ever
    /// @param ifMatch the entity tag that the present value must have, or absent
    /// @param request names one attempt to write, which counts once however often it comes; absent:
    ///   each counts
    record Put(
            KvValue value,
            boolean overwrite,
            @Nullable Duration ttl,
            @Nullable String description,
            @Nullable String ifMatch,
            @Nullable String request) {}

    /// @throws ServiceException.NotFound if there is no such key
    /// @throws ServiceException.Gone if it has expired
    @Transactional(readOnly = true)
    Found get(Ref ref) {
        checkKey(ref.key());
        return open(ref, rows.find(ref.tenant(), ref.namespace(), ref.key(), false));
    }

    /// The value of the nearest namespace that has one.
    ///
    /// @param lineage the namespace and those that it inherits from
    /// @throws ServiceException.NotFound if none of them has it
    /// @throws ServiceException.Gone if it has expired
    @Transactional(readOnly = true)
    Found inherited(Ref ref, List<String> lineage) {
        checkKey(ref.key());
        return open(ref, rows.nearest(ref.tenant(), lineage, ref.key(), now()));
    }

    private Found open(Ref ref, Optional<KvRows.Row> found) {
        var row = found.orElseThrow(() -> notFound(ref));
        if (row.expired(now())) {
            throw new ServiceException.Gone(
                    "Resource has expired: The requested value has expired");
        }
        return new Found(row.entry(), new KvValue(row.type(), KvValue.JSON.readTree(row.value())));
    }

    private static ServiceException.NotFound notFound(Ref ref) {
        return new ServiceException.NotFound(
                "Not Found: No value found for key '%s' in namespace '%s'"
                        .formatted(ref.key(), ref.namespace()));
    }

    /// @return the version that the key has now
    /// @throws ServiceException.Conflict if it is there and may not be overwritten
    @Transactional
    int put(Ref ref, Put put, String by) {
        check(ref, put);
        var now = now();
        var json = put.value().json();
        int bytes = json.getBytes(StandardCharsets.UTF_8).length;
        if (bytes > properties.maxValueBytes()) {
            throw new ServiceException.TooLarge(
                    "Expected a value of at most %d bytes but it has %d"
                            .formatted(properties.maxValueBytes(), bytes));
        }
        var present = rows.find(ref.tenant(), ref.namespace(), ref.key(), put.ifMatch() != null);
        checkMatch(ref, present, put.ifMatch(), now);
        if (present.isEmpty()
                && rows.countKeys(ref.tenant(), ref.namespace()) >= properties.maxKeys()) {
            throw new ServiceException.Refused(
                    "Illegal argument: namespace '%s' has %d keys, as many as it may have"
                            .formatted(ref.namespace(), properties.maxKeys()));
        }
        var written =
                rows.write(
                        new KvRows.Write(
                                ref.tenant(),
                                ref.namespace(),
                                ref.key(),
                                put.value().type(),
                                json,
                                put.description(),
                                put.ttl() == null ? null : now.plus(put.ttl()),
                                put.overwrite(),
                                put.request(),
                                by,
                                now),
                        properties.keptVersions());
        if (written.isEmpty()) {
            return alreadyThere(ref, put);
        }
        audit.changed(
                ref.tenant(),
                by,
                "kv.update",
                ref.resource(),
                Map.of("version", Integer.toString(written.get())));
        return written.get();
    }

    private int alreadyThere(Ref ref, Put put) {
        return rows.find(ref.tenant(), ref.namespace(), ref.key(), false)
                .filter(row -> put.request() != null && put.request().equals(row.request()))
                .map(row -> row.entry().version())
                .orElseThrow(() ->
                        new ServiceException.Conflict(
                                "Cannot set value for key '%s'. Key already exists and `overwrite` is set to `false`."
                                        .formatted(ref.key())));
    }

    private void check(Ref ref, Put put) {
        checkKey(ref.key());
        checkNamespace(ref.namespace());
        if (ref.key().length() > properties.maxKeyLength()) {
            throw new ServiceException.Invalid(
                    "key",
                    "Illegal argument: expected a key of at most %d characters"
                            .formatted(properties.maxKeyLength()));
        }
        if (put.description() != null
                && put.description().length() > properties.maxDescriptionLength()) {
            throw new ServiceException.Invalid(
                    "description",
                    "Illegal argument: expected a description of at most %d characters"
                            .formatted(properties.maxDescriptionLength()));
        }
        var ttl = put.ttl();
        if (ttl != null && (!ttl.isPositive() || ttl.compareTo(LONGEST) > 0)) {
            throw new ServiceException.Invalid(
                    "ttl",
                    "Illegal argument: expected a positive duration of at most %d days but got %s"
                            .formatted(LONGEST.toDays(), ttl));
        }
    }

    private static void checkMatch(
            Ref ref, Optional<KvRows.Row> present, @Nullable String ifMatch, Instant now) {
        if (ifMatch == null) {
            return;
        }
        var etag = present.filter(row -> !row.expired(now)).map(row -> row.entry().etag());
        if (etag.isEmpty() || !(ifMatch.equals("*") || ifMatch.contains(etag.get()))) {
            throw new ServiceException.Outdated(
                    "Expected key '%s' at version %s but it is at %s"
                            .formatted(ref.key(), ifMatch, etag.orElse("none")));
        }
    }

    /// @throws ServiceException.Invalid if no key can be called that
    static void checkKey(String key) {
        if (!KEY.matcher(key).matches()) {
            throw new ServiceException.Invalid(
                    "key",
                    "Illegal argument: Key must start with an alphanumeric character (uppercase or"
                            + " lowercase) and can contain alphanumeric characters (uppercase or"
                            + " lowercase), dots (.), underscores (_), and hyphens (-) only.");
        }
    }

    private static void checkNamespace(String namespace) {
        if (!NAMESPACE.matcher(namespace).matches()) {
            throw new ServiceException.Invalid(
                    "namespace", "Illegal argument: expected a namespace like " + NAMESPACE);
        }
    }

    /// Deletes keys with all their versions.
    ///
    /// @return those that were there
    @Transactional
    List<String> delete(String tenant, String namespace, Collection<String> keys, String by) {
        keys.forEach(KeyValues::checkKey);
        var deleted = rows.delete(tenant, namespace, keys);
        for (var key : deleted) {
            audit.changed(
                    tenant, by, "kv.delete", new Ref(tenant, namespace, key).resource(), Map.of());
        }
        return deleted;
    }

    /// Keys that hold, without their values.
    @Transactional(readOnly = true)
    List<KvEntry> list(String tenant, Collection<String> namespaces, String prefix) {
        return rows.list(tenant, namespaces, prefix, now());
    }

    record Page(List<KvEntry> entries, long total) {}

    @Transactional(readOnly = true)
    Page search(KvRows.Search search, @Nullable Place after, int limit, long offset) {
        var now = now();
        return new Page(rows.search(search, after, now, limit, offset), rows.count(search, now));
    }

    /// The last values of a key, the newest first.
    @Transactional(readOnly = true)
    List<KvRows.Version> versions(Ref ref) {
        var found = get(ref);
        return rows.versions(ref.tenant(), found.entry().namespace(), ref.key());
    }

    /// @return how many keys were deleted
    @Transactional
    int purge(PurgeRequest.Range range, boolean expiredOnly, String by) {
        return recorded(range, rows.purge(range, expiredOnly, now()), "kv.purge", by);
    }

    /// @param before absent: of any age
    /// @param keep how many of the newest stay
    /// @return how many former values were deleted
    @Transactional
    int purgeVersions(PurgeRequest.Range range, @Nullable Instant before, int keep, String by) {
        return recorded(range, rows.purgeVersions(range, before, keep), "kv.purge-versions", by);
    }

    private int recorded(PurgeRequest.Range range, int purged, String action, String by) {
        if (purged > 0) {
            audit.changed(
                    range.tenant(),
                    by,
                    action,
                    "kv",
                    Map.of("count", Integer.toString(purged), "keys", range.names()));
        }
        return purged;
    }

    @Scheduled(
            fixedDelayString = "${millrace.kv.purge-every}",
            initialDelayString = "${millrace.kv.purge-every}")
    void purgeExpired() {
        TenantScope.runAcross(this::purgeExpiredOfAll);
    }

    private void purgeExpiredOfAll() {
        int purged;
        do {
            purged = rows.purgeExpired(now(), PURGED_AT_ONCE);
            if (purged > 0) {
                log.atInfo().addKeyValue("keys", purged).log("Expired keys purged");
            }
        } while (purged == PURGED_AT_ONCE);
    }

    /// As the database keeps it.
    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MICROS);
    }
}
