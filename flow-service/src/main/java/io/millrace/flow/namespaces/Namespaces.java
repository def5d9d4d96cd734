// SPDX-License-Identifier: Apache-2.0
package io.millrace.flow.namespaces;

import io.millrace.contracts.SettingsFreshness;
import io.millrace.flow.flows.FlowSearch;
import io.millrace.flow.settings.ManagedNamespaces;
import io.millrace.flow.settings.NamespaceRules;
import io.millrace.flow.settings.NamespaceSettings;
import io.millrace.flow.settings.SettingsStore;
import io.millrace.model.Flow.PluginDefault;
import io.millrace.model.WorkerGroup;
import io.millrace.platform.access.Access;
import io.millrace.platform.access.Caller;
import io.millrace.platform.access.Permission;
import io.millrace.platform.audit.AuditTrail;
import io.millrace.platform.problem.ServiceException;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Service;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/// Namespaces of the caller's tenant: those with settings, those that flows are in, and all above
/// them.
@Service
class Namespaces {
    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9._-]*");
    private static final int MAX_NAME = 150;

    private final SettingsStore store;
    private final FlowSearch flows;
    private final ManagedNamespaces managed;
    private final Access access;
    private final AuditTrail audit;
    private final Clock clock;
    private final TransactionTemplate transactions;

    Namespaces(
            SettingsStore store,
            FlowSearch flows,
            ManagedNamespaces managed,
            Access access,
            AuditTrail audit,
            Clock clock,
            PlatformTransactionManager transactionManager) {
        this.store = store;
        this.flows = flows;
        this.managed = managed;
        this.access = access;
        this.audit = audit;
        this.clock = clock;
        this.transactions = new TransactionTemplate(transactionManager);
    }

    /// What a namespace is given.
    record Given(
            @Nullable String description,
            Map<String, @Nullable Object> variables,
            List<PluginDefault> pluginDefaults,
            Rules rules) {}

    /// Rules that a namespace is given; absent ones stay as they are, so that nobody takes them
    /// away by saving what he knows of.
    record Rules(
            @Nullable List<String> allowedTypes,
            @Nullable List<String> forbiddenTypes,
            @Nullable List<String> allowedNamespaces,
            @Nullable GroupChoice workerGroup) {
        static final Rules UNCHANGED = new Rules(null, null, null, null);

        private NamespaceRules over(NamespaceRules present) {
            return new NamespaceRules(
                    Objects.requireNonNullElse(allowedTypes, present.allowedTypes()),
                    Objects.requireNonNullElse(forbiddenTypes, present.forbiddenTypes()),
                    allowedNamespaces == null ? present.allowedNamespaces() : allowedNamespaces,
                    workerGroup == null ? present.workerGroup() : workerGroup.group());
        }
    }

    /// @param group absent: none any more
    record GroupChoice(@Nullable WorkerGroup group) {}

    /// @throws ServiceException.Invalid if it has settings already
    NamespaceSettings create(String id, Given given) {
        access.require(Permission.NAMESPACE_UPDATE, id);
        if (!isName(id)) {
            throw new ServiceException.Invalid(
                    "id",
                    "Expected at most %d letters a-z, digits and `._-` but got %s"
                            .formatted(MAX_NAME, id));
        }
        return changing(
                id,
                "namespace.create",
                () -> {
                    if (!store.insert(settings(id, given, 1), Caller.current().subject())) {
                        throw new ServiceException.Invalid("id", "Namespace id already exists");
                    }
                    return stored(id);
                });
    }

    /// Sets what a namespace is given; one that has no settings yet gets them.
    ///
    /// @param ifMatch the entity tag that it must have, or absent
    NamespaceSettings update(String id, Given given, @Nullable String ifMatch) {
        return update(id, _ -> given, ifMatch);
    }

    /// Sets its plugin defaults; all else stays as it is.
    ///
    /// @param ifMatch the entity tag that it must have, or absent
    NamespaceSettings setPluginDefaults(
            String id, List<PluginDefault> defaults, @Nullable String ifMatch) {
        return update(
                id,
                present ->
                        new Given(
                                present.map(NamespaceSettings::description).orElse(null),
                                present.map(NamespaceSettings::variables).orElse(Map.of()),
                                defaults,
                                Rules.UNCHANGED),
                ifMatch);
    }

    private NamespaceSettings update(
            String id,
            Function<Optional<NamespaceSettings>, Given> change,
            @Nullable String ifMatch) {
        access.require(Permission.NAMESPACE_UPDATE, id);
        return changing(
                id,
                "namespace.update",
                () -> {
                    var present = store.find(tenant(), id);
                    if (present.isEmpty() && !exists(id)) {
                        throw notFound(id);
                    }
                    int version = present.map(NamespaceSettings::version).orElse(0);
                    if (ifMatch != null
                            && !ifMatch.equals("*")
                            && !ifMatch.contains("\"" + version + "\"")) {
                        throw new ServiceException.Outdated(
                                "Expected namespace %s at version %s but it is at \"%d\""
                                        .formatted(id, ifMatch, version));
                    }
                    var by = Caller.current().subject();
                    var given = change.apply(present);
                    boolean done =
                            version == 0
                                    ? store.insert(settings(id, given, 1), by)
                                    : store.update(settings(id, given, version), by);
                    if (!done) {
                        throw new ServiceException.Conflict(
                                "Somebody else is changing this namespace. Try again");
                    }
                    return stored(id);
                });
    }

    /// Takes its settings away from a namespace that no flow is in.
    void delete(String id) {
        access.require(Permission.NAMESPACE_DELETE, id);
        changing(
                id,
                "namespace.delete",
                () -> {
                    if (flows.namespaces(null).contains(id)) {
                        throw new ServiceException.Conflict(
                                "Expected no flows in namespace %s but there are: delete them first"
                                        .formatted(id));
                    }
                    if (!store.delete(tenant(), id)) {
                        throw notFound(id);
                    }
                    return id;
                });
    }

    /// Runs a change and returns when all plans that are used are made with it.
    private <T> T changing(String id, String action, Supplier<T> work) {
        T result =
                transactions.execute(_ -> {
                    managed.requireEditable(tenant(), List.of(id));
                    T done = work.get();
                    audit.changed(
                            tenant(),
                            Caller.current().subject(),
                            action,
                            "namespace/" + id,
                            Map.of());
                    return done;
                });
        try {
            Thread.sleep(SettingsFreshness.SETTLED);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw new ServiceException.Unavailable("The service is stopping. Try again");
        }
        return result;
    }

    private NamespaceSettings stored(String id) {
        return store.find(tenant(), id).orElseThrow();
    }

    private NamespaceSettings settings(String id, Given given, int version) {
        var present = store.find(tenant(), id);
        return new NamespaceSettings(
                tenant(),
                id,
                given.description(),
                given.variables(),
                given.pluginDefaults(),
                given.rules()
                        .over(present.map(NamespaceSettings::rules).orElse(NamespaceRules.NONE)),
                present.map(NamespaceSettings::managedBy).orElse(null),
                version,
                now());
    }

    boolean exists(String id) {
        return all().contains(id);
    }

    Optional<NamespaceSettings> settings(String id) {
        return store.find(tenant(), id);
    }

    /// What manages a namespace, if anything does.
    @Nullable String manager(String id) {
        return managed.manager(tenant(), id);
    }

    /// Settings of those above a namespace, the nearest first.
    List<NamespaceSettings> above(String id) {
        return store.chain(tenant(), id).stream().filter(s -> !s.id().equals(id)).toList();
    }

    /// Those with flows or settings, and all above them.
    NavigableSet<String> all() {
        var all = new TreeSet<String>();
        existing().forEach(namespace -> all.addAll(NamespaceSettings.chain(namespace)));
        return all;
    }

    /// Those with flows or settings.
    NavigableSet<String> existing() {
        var existing = new TreeSet<>(flows.namespaces(null));
        for (var id : store.ids(tenant())) {
            if (access.allows(Permission.NAMESPACE_READ, id)) {
                existing.add(id);
            }
        }
        return existing;
    }

    static boolean isName(String id) {
        return id.length() <= MAX_NAME && NAME.matcher(id).matches();
    }

    private static String tenant() {
        return Caller.current().tenant();
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MICROS);
    }

    static ServiceException.NotFound notFound(String id) {
        return new ServiceException.NotFound("Not Found: namespace " + id);
    }
}
