// SPDX-License-Identifier: Apache-2.0
package io.millrace.secrets.store;

import static java.util.Objects.requireNonNull;

import io.millrace.platform.audit.AuditTrail;
import io.millrace.platform.web.CursorResults;
import io.millrace.platform.web.Paging;
import io.millrace.secrets.backend.Backends;
import io.millrace.secrets.crypto.Envelopes;
import io.millrace.secrets.crypto.Envelopes.Place;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.springframework.data.domain.PageRequest;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/// The secrets of all tenants. Every method is one transaction, with its audit event in it.
@Service
public class Secrets {
    /// Older ones are deleted: a rotated credential is of no use to its owner.
    static final int KEPT_VERSIONS = 10;

    private final SecretRepository secrets;
    private final SecretVersionRepository versions;
    private final DataKeys dataKeys;
    private final Envelopes envelopes;
    private final AuditTrail audit;
    private final Clock clock;

    Secrets(
            SecretRepository secrets,
            SecretVersionRepository versions,
            DataKeys dataKeys,
            Envelopes envelopes,
            AuditTrail audit,
            Clock clock) {
        this.secrets = secrets;
        this.versions = versions;
        this.dataKeys = dataKeys;
        this.envelopes = envelopes;
        this.audit = audit;
        this.clock = clock;
    }

    /// Which secret.
    public record Ref(String tenant, String namespace, String name) {
        String resource() {
            return "secret/" + namespace + "/" + name;
        }
    }

    /// What is said about a secret. What is absent stays as it was.
    ///
    /// @param text empty: nothing is said
    /// @param rotateEvery zero: it needn't be
    public record Description(
            @Nullable String text,
            @Nullable List<SecretMetadata.Tag> tags,
            @Nullable Duration rotateEvery) {}

    /// What a task gets: all that it asked for, or what is missing.
    public sealed interface Reading {
        record Values(Map<String, String> byName) implements Reading {
            @Override
            public String toString() {
                return "Values" + byName.keySet();
            }
        }

        record Missing(List<String> names) implements Reading {}
    }

    /// Before [#put] and [#read]: asks for keys that are elsewhere, outside of their transactions.
    ///
    /// @param toSeal whether something is to be stored
    public void prepare(String tenant, boolean toSeal) {
        dataKeys.prepare(tenant, toSeal);
    }

    /// Stores a value as the newest version.
    @Transactional
    public SecretMetadata put(Ref ref, String value, Description description, String by) {
        var secret =
                find(ref)
                        .orElseGet(
                                () -> new SecretEntity(ref.tenant(), ref.namespace(), ref.name()));
        secret.describe(description);
        int version = secret.nextVersion();
        var now = now();
        secret.touch(now, by);
        secret.rotated(now);
        var saved = secrets.saveAndFlush(secret);

        var dataKey = dataKeys.inUse(ref.tenant());
        var sealed = envelopes.seal(dataKey, value, placeOf(saved.ref(), version));
        versions.save(
                new SecretVersionEntity(
                        new SecretVersionEntity.Key(saved.id(), version),
                        dataKey.id(),
                        sealed,
                        now,
                        by));
        versions.deleteUpTo(saved.id(), version - KEPT_VERSIONS);
        audit.changed(
                ref.tenant(),
                by,
                version == 1 ? "secret.create" : "secret.update",
                ref.resource(),
                Map.of("version", Integer.toString(version)));
        return saved.toMetadata();
    }

    @Transactional
    public Optional<SecretMetadata> describe(Ref ref, Description description, String by) {
        var found = find(ref);
        found.ifPresent(secret -> {
            secret.describe(description);
            secret.touch(now(), by);
            secrets.saveAndFlush(secret);
            audit.changed(ref.tenant(), by, "secret.describe", ref.resource(), Map.of());
        });
        return found.map(SecretEntity::toMetadata);
    }

    /// Deletes all versions of it.
    @Transactional
    public boolean delete(Ref ref, String by) {
        var found = find(ref);
        found.ifPresent(secret -> {
            secrets.delete(secret);
            audit.changed(ref.tenant(), by, "secret.delete", ref.resource(), Map.of());
        });
        return found.isPresent();
    }

    /// Deletes all that a tenant has, and its key: what is in backups can't be opened either.
    @Transactional
    public void deleteTenant(String tenant) {
        if (dataKeys.deleteTenant(tenant) > 0) {
            audit.changed(tenant, "secret.delete-all", "tenant/" + tenant, Map.of());
        }
    }

    /// As exact as the database keeps it: what is answered now is what is read later.
    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MICROS);
    }

    /// Secrets of one namespace, by their names.
    ///
    /// @param part of the name, or empty
    /// @param cursor of the page before; in its place the page's number, if absent
    @Transactional(readOnly = true)
    public CursorResults<SecretMetadata> search(
            String tenant, String namespace, String part, Paging paging, @Nullable String cursor) {
        var literal = part.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_");
        var after = CursorResults.Place.parse(cursor, 1, paging);
        var found =
                secrets.search(
                        tenant,
                        namespace,
                        literal,
                        after == null ? "" : after.names().getFirst(),
                        PageRequest.of(after == null ? paging.page() - 1 : 0, paging.size()));
        return CursorResults.of(
                found.stream().map(SecretEntity::toMetadata).toList(),
                secrets.count(tenant, namespace, literal),
                paging,
                secret -> CursorResults.Place.of(secret.name()));
    }

    /// Names of what a namespace inherits, by the namespace that has them, nearest first. What is
    /// overridden nearer isn't listed again.
    @Transactional(readOnly = true)
    public Map<String, List<String>> inherited(String tenant, String namespace) {
        var lineage = Namespaces.lineage(namespace);
        var byNamespace = new HashMap<String, List<String>>();
        secrets.findByTenantAndNamespaceInOrderByNamespaceAscNameAsc(tenant, lineage)
                .forEach(s ->
                        byNamespace
                                .computeIfAbsent(s.namespace(), _ -> new ArrayList<>())
                                .add(s.name()));
        var seen = new TreeSet<String>();
        var result = new LinkedHashMap<String, List<String>>();
        for (var ancestor : lineage) {
            var names = byNamespace.getOrDefault(ancestor, List.of());
            var fresh = names.stream().filter(name -> seen.add(folded(name))).toList();
            if (!ancestor.equals(namespace) && !fresh.isEmpty()) {
                result.put(ancestor, fresh);
            }
        }
        return result;
    }

    /// Opens secrets of a namespace; what is nearer wins over what is inherited. Who read what is
    /// in the same transaction: no value leaves unrecorded.
    ///
    /// @param elsewhere what backends have of them; on the same level, what is stored here wins
    @Transactional
    public Reading read(
            String tenant,
            String namespace,
            Collection<String> names,
            String by,
            Map<String, String> details,
            Map<String, Backends.Found> elsewhere) {
        var lineage = Namespaces.lineage(namespace);
        var nearest = new LinkedHashMap<String, SecretEntity>();
        var named = names.stream().map(Secrets::folded).distinct().toList();
        for (var secret : secrets.findAllNamed(tenant, lineage, named)) {
            nearest.merge(
                    folded(secret.name()),
                    secret,
                    (a, b) -> a.namespace().length() >= b.namespace().length() ? a : b);
        }
        elsewhere.forEach((name, found) -> {
            var here = nearest.get(folded(name));
            if (here != null && here.namespace().length() < found.namespace().length()) {
                nearest.remove(folded(name));
            }
        });
        var missing =
                names.stream()
                        .filter(name ->
                                !nearest.containsKey(folded(name)) && !elsewhere.containsKey(name))
                        .toList();
        if (!missing.isEmpty()) {
            missing.forEach(name ->
                    audit.refused(
                            tenant,
                            by,
                            "secret.read",
                            new Ref(tenant, namespace, name).resource(),
                            details));
            return new Reading.Missing(missing);
        }

        var sealed = new HashMap<SecretVersionEntity.Key, SecretVersionEntity>();
        versions.findAllById(nearest.values().stream().map(Secrets::currentKey).toList())
                .forEach(version -> sealed.put(version.key(), version));
        var values = new LinkedHashMap<String, String>();
        for (var name : names) {
            var secret = nearest.get(folded(name));
            if (secret == null) {
                var found = requireNonNull(elsewhere.get(name));
                var more = new LinkedHashMap<>(details);
                more.put("backend", found.backend());
                audit.changed(
                        tenant,
                        by,
                        "secret.read",
                        new Ref(tenant, found.namespace(), name).resource(),
                        more);
                values.put(name, found.value());
                continue;
            }
            var ref = secret.ref();
            var version = sealed.get(currentKey(secret));
            if (version == null) {
                throw new IllegalStateException("No version of " + ref.resource());
            }
            values.put(
                    name,
                    envelopes.open(
                            dataKeys.get(version.dataKeyId()),
                            version.sealed(),
                            placeOf(ref, secret.currentVersion())));
            audit.changed(tenant, by, "secret.read", ref.resource(), details);
        }
        return new Reading.Values(values);
    }

    /// Names differ by more than their case.
    private static String folded(String name) {
        return name.toLowerCase(Locale.ROOT);
    }

    private Optional<SecretEntity> find(Ref ref) {
        return secrets.findByTenantAndNamespaceAndNameIgnoreCase(
                ref.tenant(), ref.namespace(), ref.name());
    }

    private static SecretVersionEntity.Key currentKey(SecretEntity secret) {
        return new SecretVersionEntity.Key(secret.id(), secret.currentVersion());
    }

    private static Place placeOf(Ref ref, int version) {
        return new Place(ref.tenant(), ref.namespace(), ref.name(), version);
    }
}
