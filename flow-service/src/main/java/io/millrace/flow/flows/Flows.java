// SPDX-License-Identifier: Apache-2.0
package io.millrace.flow.flows;

import io.millrace.contracts.Codec;
import io.millrace.contracts.FlowChanged;
import io.millrace.contracts.FlowFreshness;
import io.millrace.contracts.Topology;
import io.millrace.flow.settings.ManagedNamespaces;
import io.millrace.flow.settings.NamespaceRules;
import io.millrace.flow.settings.NamespaceSettings;
import io.millrace.flow.settings.SettingsStore;
import io.millrace.model.Flow;
import io.millrace.model.Flow.PluginDefault;
import io.millrace.model.graph.FlowLinks;
import io.millrace.model.yaml.FlowParser;
import io.millrace.model.yaml.ParsedFlow;
import io.millrace.model.yaml.Problem;
import io.millrace.model.yaml.SourceEdit;
import io.millrace.model.yaml.TaskEdit;
import io.millrace.platform.access.Access;
import io.millrace.platform.access.Caller;
import io.millrace.platform.access.Permission;
import io.millrace.platform.access.Quota;
import io.millrace.platform.access.TaskReach;
import io.millrace.platform.audit.AuditTrail;
import io.millrace.platform.broker.OutgoingMessage;
import io.millrace.platform.outbox.Outbox;
import io.millrace.platform.problem.ServiceException;
import io.millrace.platform.problem.Violation;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.ConcurrencyFailureException;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.stereotype.Service;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/// Flows of the caller's tenant, as far as he may see and change them.
@Service
public class Flows {
    private static final int ATTEMPTS = 5;

    private final FlowEntities entities;
    private final FlowParser parser;
    private final FlowProperties properties;
    private final SettingsStore settings;
    private final ManagedNamespaces managed;
    private final TaskReach reach;
    private final ScheduleQuotas schedules;
    private final Access access;
    private final Outbox outbox;
    private final AuditTrail audit;
    private final Topology topology;
    private final Clock clock;
    private final TransactionTemplate transactions;

    Flows(
            FlowEntities entities,
            FlowParser parser,
            FlowProperties properties,
            SettingsStore settings,
            ManagedNamespaces managed,
            TaskReach reach,
            ScheduleQuotas schedules,
            Access access,
            Outbox outbox,
            AuditTrail audit,
            Topology topology,
            Clock clock,
            PlatformTransactionManager transactionManager) {
        this.entities = entities;
        this.parser = parser;
        this.properties = properties;
        this.settings = settings;
        this.managed = managed;
        this.reach = reach;
        this.schedules = schedules;
        this.access = access;
        this.outbox = outbox;
        this.audit = audit;
        this.topology = topology;
        this.clock = clock;
        this.transactions = new TransactionTemplate(transactionManager);
    }

    /// What a source is called and what is wrong with it.
    ///
    /// @param revision that the source names
    /// @param warnings what is accepted, but will fail when it is run
    public record Checked(
            @Nullable String namespace,
            @Nullable String id,
            @Nullable Integer revision,
            @Nullable Integer storedRevision,
            List<Problem> problems,
            List<Problem> warnings) {}

    /// @throws ServiceException.Invalid if the source has problems, or there is such a flow
    public FlowRevision create(String source) {
        var read = read(source);
        var flow = read.flow();
        access.require(Permission.FLOW_CREATE, flow.namespace());
        schedules.admit(flow.namespace(), ScheduleQuotas.schedules(flow));
        return changing(change -> store(change, read, Expectation.ABSENT));
    }

    /// @param task the new one, as JSON or YAML
    /// @throws ServiceException.Invalid if it has another id
    /// @throws ServiceException.NotFound if the flow has no such task
    FlowRevision updateTask(
            String namespace, String id, String taskId, String task, @Nullable String ifMatch) {
        access.require(Permission.FLOW_UPDATE, namespace);
        var newest = get(namespace, id, null, false);
        String source;
        try {
            source =
                    TaskEdit.replace(newest.source(), taskId, task)
                            .orElseThrow(() ->
                                    new ServiceException.NotFound(
                                            "Not Found: task %s of flow %s/%s"
                                                    .formatted(taskId, namespace, id)));
        } catch (IllegalArgumentException e) {
            throw new ServiceException.Invalid("task", "Invalid entity: " + e.getMessage());
        }
        return update(namespace, id, source, ifMatch == null ? newest.etag() : ifMatch);
    }

    /// @param ifMatch the entity tag that the newest revision must have, or absent
    /// @throws ServiceException.Outdated if it has another one
    public FlowRevision update(
            String namespace, String id, String source, @Nullable String ifMatch) {
        access.require(Permission.FLOW_UPDATE, namespace);
        var target = new FlowId(Caller.current().tenant(), namespace, id);
        if (transactions.execute(_ -> newest(target)).isEmpty()) {
            throw notFound(target);
        }
        var read = read(source);
        var flow = read.flow();
        var violations = new ArrayList<Violation>();
        if (!flow.id().equals(id)) {
            violations.add(Violation.of("flow.id", "Illegal flow id update"));
        }
        if (!flow.namespace().equals(namespace)) {
            violations.add(Violation.of("flow.namespace", "Illegal namespace update"));
        }
        if (!violations.isEmpty()) {
            throw violating(violations);
        }
        admitSchedules(List.of(read));
        return changing(change -> store(change, read, new Expectation(true, false, ifMatch)));
    }

    /// A source and what it says.
    public record Source(ParsedFlow.Valid parsed, String text) {
        public Flow flow() {
            return parsed.flow();
        }
    }

    /// Creates or updates all of them, and deletes other flows of `emptied` namespaces: all or
    /// nothing.
    ///
    /// @return what is stored now, in the order of the sources
    /// @return the last revisions of those that were deleted, then those of the sources
    public List<FlowRevision> saveAll(List<Source> sources, Set<String> emptied) {
        for (var source : sources) {
            access.require(Permission.FLOW_CREATE, source.flow().namespace());
            access.require(Permission.FLOW_UPDATE, source.flow().namespace());
        }
        emptied.forEach(namespace -> access.require(Permission.FLOW_DELETE, namespace));
        admitSchedules(sources);
        var tenant = Caller.current().tenant();
        var kept = new HashSet<FlowId>();
        sources.forEach(s -> kept.add(new FlowId(tenant, s.flow().namespace(), s.flow().id())));
        return changing(change -> {
            var saved = sources.stream().map(s -> store(change, s, Expectation.ANY)).toList();
            var all = new ArrayList<FlowRevision>();
            for (var namespace : emptied) {
                for (var flow : entities.inNamespace(tenant, namespace)) {
                    if (!kept.contains(flow)) {
                        all.add(delete(change, flow, null));
                    }
                }
            }
            all.addAll(saved);
            return all;
        });
    }

    /// Names each place as Kestra does.
    static ServiceException.Invalid violating(List<Violation> violations) {
        return new ServiceException.Invalid(
                "Invalid entity: "
                        + violations.stream()
                                .map(v -> v.field() + ": " + v.message())
                                .collect(Collectors.joining("\n")),
                violations);
    }

    /// Creates or updates some flows and deletes others, and does what else belongs to it in the
    /// same transaction: all or nothing. What is done beside is done again if another transaction
    /// got in between.
    public void replace(List<Source> saved, List<FlowId> deleted, Runnable beside) {
        for (var source : saved) {
            access.require(Permission.FLOW_CREATE, source.flow().namespace());
            access.require(Permission.FLOW_UPDATE, source.flow().namespace());
        }
        deleted.forEach(flow -> access.require(Permission.FLOW_DELETE, flow.namespace()));
        changing(change -> {
            saved.forEach(s -> store(change, s, Expectation.ANY));
            for (var flow : deleted) {
                // somebody else may have deleted it meanwhile
                if (newest(flow).isPresent()) {
                    delete(change, flow, null);
                }
            }
            beside.run();
            return saved;
        });
    }

    /// Counts what is added to each namespace; what goes away at the same time counts, too.
    private void admitSchedules(List<Source> sources) {
        if (Caller.current().quotas().stream().noneMatch(q -> q.kind() == Quota.Kind.SCHEDULES)) {
            return;
        }
        var more = new HashMap<String, Long>();
        for (var source : sources) {
            var flow = source.flow();
            var id = new FlowId(Caller.current().tenant(), flow.namespace(), flow.id());
            long before =
                    transactions.execute(_ ->
                            stored(id)
                                    .filter(ParsedFlow.Valid.class::isInstance)
                                    .map(parsed -> ScheduleQuotas.schedules(parsed.orThrow()))
                                    .orElse(0L));
            more.merge(flow.namespace(), ScheduleQuotas.schedules(flow) - before, Long::sum);
        }
        more.forEach(schedules::admit);
    }

    /// Deletes all of them: all or nothing.
    ///
    /// @return how many
    public int deleteAll(List<FlowId> flows) {
        flows.forEach(flow -> access.require(Permission.FLOW_DELETE, flow.namespace()));
        return changing(change -> {
            flows.forEach(flow -> delete(change, flow, null));
            return flows.size();
        });
    }

    /// Switches flows on or off by a new revision of each that isn't so already: all or nothing.
    ///
    /// @return how many were changed
    public int setDisabled(List<FlowId> flows, boolean disabled) {
        flows.forEach(flow -> access.require(Permission.FLOW_UPDATE, flow.namespace()));
        return changing(change -> {
            int changed = 0;
            for (var id : flows) {
                var entity =
                        entities.lock(id).filter(e -> !e.deleted()).orElseThrow(() -> notFound(id));
                if (entity.disabled() == disabled) {
                    continue;
                }
                var stored = entities.revision(id, entity.revision()).orElseThrow();
                var text = edited(id, stored.source(), "disabled", String.valueOf(disabled));
                store(change, trusted(id, text), new Expectation(true, false, null));
                changed++;
            }
            return changed;
        });
    }

    /// A source that was accepted before.
    private static Source trusted(FlowId flow, String text) {
        return switch (FlowParser.trusting().parse(text)) {
            case ParsedFlow.Valid valid -> new Source(valid, text);
            case ParsedFlow.Invalid _ ->
                    throw new ServiceException.Refused(
                            "Flow %s can't be changed: its source is no longer accepted"
                                    .formatted(flow));
        };
    }

    private static String edited(FlowId flow, String source, String key, String value) {
        try {
            return SourceEdit.set(source, key, value);
        } catch (IllegalArgumentException e) {
            throw new ServiceException.Refused(
                    "Flow %s can't be changed: %s".formatted(flow, e.getMessage()));
        }
    }

    /// Takes older revisions out of the history. Executions that run on them go on.
    public void deleteRevisions(String namespace, String id, List<Integer> revisions) {
        access.require(Permission.FLOW_DELETE, namespace);
        var flow = new FlowId(Caller.current().tenant(), namespace, id);
        changing(_ -> {
            var entity = entities.lock(flow).orElseThrow(() -> notFound(flow));
            if (!entity.deleted() && revisions.contains(entity.revision())) {
                throw new ServiceException.Invalid(
                        "revisions",
                        "Expected older revisions but %d is the present one"
                                .formatted(entity.revision()));
            }
            entities.remove(flow, revisions, now());
            audit.changed(
                    flow.tenant(),
                    Caller.current().subject(),
                    "flow.delete-revisions",
                    "flow/" + flow,
                    Map.of("revisions", revisions.toString()));
            return flow;
        });
    }

    public void delete(String namespace, String id, @Nullable String ifMatch) {
        access.require(Permission.FLOW_DELETE, namespace);
        var flow = new FlowId(Caller.current().tenant(), namespace, id);
        changing(change -> {
            delete(change, flow, ifMatch);
            return flow;
        });
    }

    private FlowRevision delete(Change change, FlowId flow, @Nullable String ifMatch) {
        managed.requireEditable(flow.tenant(), List.of(flow.namespace()));
        var entity =
                entities.lock(flow).filter(e -> !e.deleted()).orElseThrow(() -> notFound(flow));
        checkMatch(flow, entity, ifMatch);
        var newest = entities.revision(flow, entity.revision()).orElseThrow();
        var by = Caller.current().subject();
        var now = now();
        change.mustSettle();
        entity.deleted(now, by);
        var last =
                new RevisionEntity(
                        flow,
                        entity.revision(),
                        newest.source(),
                        newest.document(),
                        KeptLinks.NONE,
                        true,
                        now,
                        by);
        entities.add(last);
        announce(last.toRevision(), "deleted", "flow.delete");
        return last.toRevision();
    }

    /// @param revision absent: the newest
    /// @param allowDeleted whether a deleted flow is found, too
    public FlowRevision get(
            String namespace, String id, @Nullable Integer revision, boolean allowDeleted) {
        var flow = new FlowId(Caller.current().tenant(), namespace, id);
        access.require(Permission.FLOW_READ, namespace, "flow " + flow);
        return transactions
                .execute(_ ->
                        entities.find(flow)
                                .filter(e -> allowDeleted || !e.deleted())
                                .flatMap(e ->
                                        entities.revision(
                                                flow, revision == null ? e.revision() : revision)))
                .orElseThrow(() -> notFound(flow));
    }

    /// A flow as it is stored, without what its namespaces give to it. Whether the caller may know
    /// is the caller's to ask.
    public Optional<ParsedFlow> stored(String namespace, String id) {
        var flow = new FlowId(Caller.current().tenant(), namespace, id);
        return transactions.execute(_ -> stored(flow));
    }

    private Optional<ParsedFlow> stored(FlowId flow) {
        return newest(flow)
                .flatMap(e -> entities.revision(flow, e.revision()))
                .map(r -> FlowParser.trusting().parse(r.source()));
    }

    /// All revisions, oldest first.
    public List<FlowRevision> revisions(String namespace, String id) {
        var flow = new FlowId(Caller.current().tenant(), namespace, id);
        access.require(Permission.FLOW_READ, namespace, "flow " + flow);
        var revisions = transactions.execute(_ -> entities.revisions(flow));
        if (revisions.isEmpty()) {
            throw notFound(flow);
        }
        return revisions;
    }

    /// Says what is wrong with a source; stores nothing.
    public Checked check(String source) {
        return switch (parse(source)) {
            case ParsedFlow.Invalid(var problems) ->
                    new Checked(null, null, null, null, problems, List.of());
            case ParsedFlow.Valid(var flow, var _, var warnings) -> {
                var id = new FlowId(Caller.current().tenant(), flow.namespace(), flow.id());
                var stored =
                        access.allows(Permission.FLOW_READ, flow.namespace())
                                ? transactions.execute(_ -> newest(id))
                                : Optional.<FlowEntity>empty();
                yield new Checked(
                        flow.namespace(),
                        flow.id(),
                        flow.revision(),
                        stored.map(FlowEntity::revision).orElse(null),
                        List.of(),
                        Stream.concat(warnings.stream(), missing(id, flow, source).stream())
                                .toList());
            }
        };
    }

    /// Flows that the tasks start and that aren't there, as far as the caller may know.
    private List<Problem> missing(FlowId own, Flow flow, String source) {
        var missing = new ArrayList<Problem>();
        for (var started : FlowLinks.of(flow).starts()) {
            var id = new FlowId(own.tenant(), started.namespace(), started.id());
            if (id.equals(own)
                    || !access.allows(Permission.FLOW_READ, started.namespace())
                    || transactions.execute(_ -> newest(id)).isPresent()) {
                continue;
            }
            missing.add(
                    new Problem(
                            "tasks",
                            lineWith(source, started.id()),
                            1,
                            "The subflow '%s' is not found in namespace '%s'"
                                    .formatted(started.id(), started.namespace())));
        }
        return missing;
    }

    private static int lineWith(String source, String flowId) {
        var lines = source.lines().toList();
        for (int i = 0; i < lines.size(); i++) {
            if (lines.get(i).contains("flowId") && lines.get(i).contains(flowId)) {
                return i + 1;
            }
        }
        return 1;
    }

    /// Reads a source.
    ///
    /// @throws ServiceException.Invalid if there are problems
    public Source read(String source) {
        return switch (parse(source)) {
            case ParsedFlow.Valid valid -> new Source(valid, source);
            case ParsedFlow.Invalid(var problems) -> throw invalid(problems);
        };
    }

    /// Reads a request's body as a flow, with its tree.
    ///
    /// @throws ServiceException.Invalid if there are problems
    public ParsedFlow.Valid readDocument(InputStream body) throws IOException {
        return switch (parse(Sources.read(body, properties.maxSourceBytes()))) {
            case ParsedFlow.Valid valid -> valid;
            case ParsedFlow.Invalid(var problems) -> throw invalid(problems);
        };
    }

    /// A source as a flow, or what is wrong with it.
    public ParsedFlow parse(String source) {
        var chains = new HashMap<String, List<NamespaceSettings>>();
        Function<String, List<NamespaceSettings>> chain =
                namespace ->
                        chains.computeIfAbsent(
                                namespace, n -> settings.chain(Caller.current().tenant(), n));
        var parsed =
                parser.parse(
                        source,
                        namespace -> defaults(chain.apply(namespace)),
                        namespace ->
                                NamespaceRules.types(
                                        chain.apply(namespace), parser.catalog().olderNames()));
        if (parsed instanceof ParsedFlow.Valid(var flow, _, _)) {
            var refused = refusedUses(flow, source, chain);
            if (!refused.isEmpty()) {
                return new ParsedFlow.Invalid(refused);
            }
        }
        return parsed;
    }

    /// Flows of other namespaces that it names and may not use.
    private List<Problem> refusedUses(
            Flow flow, String source, Function<String, List<NamespaceSettings>> chain) {
        var links = FlowLinks.of(flow);
        var problems = new ArrayList<Problem>();
        for (var started : links.starts()) {
            if (!mayUse(flow.namespace(), started.namespace(), chain)) {
                problems.add(
                        refusedUse(
                                "tasks",
                                source,
                                "flowId",
                                started.id(),
                                flow,
                                started.namespace()));
            }
        }
        for (var upstream : links.follows()) {
            for (var pattern : upstream.anyOf()) {
                var namespace = pattern.namespace();
                if (namespace != null
                        && pattern.comparison() == FlowLinks.Comparison.EQUALS
                        && !mayUse(flow.namespace(), namespace, chain)) {
                    problems.add(
                            refusedUse(
                                    "triggers", source, "namespace", namespace, flow, namespace));
                }
            }
        }
        return problems;
    }

    private boolean mayUse(
            String own, String other, Function<String, List<NamespaceSettings>> chain) {
        return own.equals(other)
                || reach.mayUse(own, other, NamespaceRules.users(chain.apply(other)));
    }

    private static Problem refusedUse(
            String path, String source, String key, String value, Flow flow, String other) {
        var lines = source.lines().toList();
        for (int i = 0; i < lines.size(); i++) {
            int column = lines.get(i).indexOf(value);
            if (lines.get(i).contains(key) && column >= 0) {
                return new Problem(
                        path, i + 1, column + 1, TaskReach.refusedUse(flow.namespace(), other));
            }
        }
        return new Problem(path, 1, 1, TaskReach.refusedUse(flow.namespace(), other));
    }

    /// Plugin defaults from outside the flows of a namespace, the nearest first.
    private List<PluginDefault> defaults(List<NamespaceSettings> chain) {
        return Stream.concat(
                        NamespaceSettings.pluginDefaults(chain).stream(),
                        properties.defaults().stream())
                .toList();
    }

    /// All problems in one text, and each with its place.
    public static ServiceException.Invalid invalid(List<Problem> problems) {
        var message =
                "Invalid entity: "
                        + String.join("; ", problems.stream().map(Flows::text).limit(20).toList());
        return new ServiceException.Invalid(
                message,
                problems.stream()
                        .map(p -> Violation.at(p.path(), p.message(), p.line(), p.column()))
                        .toList());
    }

    public static String text(Problem problem) {
        return problem.path().isEmpty()
                ? problem.message()
                : problem.path() + ": " + problem.message();
    }

    /// What must be there before.
    private record Expectation(boolean mustExist, boolean mustBeAbsent, @Nullable String ifMatch) {
        static final Expectation ABSENT = new Expectation(false, true, null);
        static final Expectation ANY = new Expectation(false, false, null);
    }

    private FlowRevision store(Change change, Source source, Expectation expected) {
        var flow = source.flow();
        var caller = Caller.current();
        var id = new FlowId(caller.tenant(), flow.namespace(), flow.id());
        managed.requireEditable(id.tenant(), List.of(id.namespace()));
        var found = entities.lock(id);
        var existing = found.filter(e -> !e.deleted());
        if (expected.mustExist() && existing.isEmpty()) {
            throw notFound(id);
        }
        if (existing.isPresent()) {
            if (expected.mustBeAbsent()) {
                throw new ServiceException.Invalid("id", "Flow id already exists");
            }
            checkMatch(id, existing.get(), expected.ifMatch());
            var stored = entities.revision(id, existing.get().revision()).orElseThrow();
            if (stored.source().equals(source.text())) {
                return stored;
            }
            change.mustSettle();
        } else if (!flow.triggers().isEmpty()) {
            // what ends right after the answer must be heard
            change.mustSettle();
        }
        var entity = found.orElseGet(() -> new FlowEntity(id));
        var now = now();
        var labels = new String(Codec.encode(flow.labels()), StandardCharsets.UTF_8);
        entity.saved(flow.disabled(), labels, now, caller.subject());
        if (found.isEmpty()) {
            entities.add(entity);
        }
        var revision =
                new RevisionEntity(
                        id,
                        entity.revision(),
                        source.text(),
                        FlowDocument.json(source.parsed()),
                        KeptLinks.json(flow),
                        false,
                        now,
                        caller.subject());
        entities.add(revision);
        announce(
                revision.toRevision(), "saved", existing.isEmpty() ? "flow.create" : "flow.update");
        return revision.toRevision();
    }

    private void announce(FlowRevision revision, String event, String action) {
        var flow = revision.flow();
        outbox.add(
                OutgoingMessage.durable(
                        topology.flowsExchange(),
                        Topology.flowKey(flow.tenant(), flow.namespace(), event),
                        new FlowChanged(
                                UUID.randomUUID().toString(),
                                flow.tenant(),
                                flow.namespace(),
                                flow.id(),
                                event,
                                revision.revision(),
                                revision.deleted() ? null : revision.source(),
                                revision.at())));
        audit.changed(
                flow.tenant(),
                revision.by(),
                action,
                "flow/" + flow,
                Map.of("revision", Integer.toString(revision.revision())));
    }

    private static void checkMatch(FlowId flow, FlowEntity entity, @Nullable String ifMatch) {
        if (ifMatch == null || ifMatch.equals("*")) {
            return;
        }
        var newest = "\"" + entity.revision() + "\"";
        for (var tag : ifMatch.split(",")) {
            if (tag.strip().equals(newest)) {
                return;
            }
        }
        throw new ServiceException.Outdated(
                "Expected flow %s at revision %s but it is at %s".formatted(flow, ifMatch, newest));
    }

    private Optional<FlowEntity> newest(FlowId flow) {
        return entities.find(flow).filter(e -> !e.deleted());
    }

    /// Whether a transaction has changed what others may still go by.
    private static final class Change {
        private boolean mustSettle;

        void mustSettle() {
            mustSettle = true;
        }

        /// Returns when nobody goes by what was before any more.
        void settle() {
            if (!mustSettle) {
                return;
            }
            try {
                Thread.sleep(FlowFreshness.SETTLED);
            } catch (InterruptedException _) {
                // the change is committed; only its acknowledgement would come too soon
                Thread.currentThread().interrupt();
                throw new ServiceException.Unavailable("The service is stopping. Try again");
            }
        }
    }

    /// Runs in a transaction, again if another one got in between, and returns when the change
    /// counts everywhere.
    private <T> T changing(Function<Change, T> work) {
        for (int attempt = 1; ; attempt++) {
            var change = new Change();
            try {
                T result = transactions.execute(_ -> work.apply(change));
                change.settle();
                return result;
            } catch (DataIntegrityViolationException | ConcurrencyFailureException e) {
                if (attempt == ATTEMPTS) {
                    throw new ServiceException.Conflict(
                            "Somebody else is changing this flow. Try again");
                }
            }
        }
    }

    /// As the database keeps it.
    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MICROS);
    }

    private static ServiceException.NotFound notFound(FlowId flow) {
        return new ServiceException.NotFound("Not Found: flow " + flow);
    }
}
