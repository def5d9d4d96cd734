// SPDX-License-Identifier: Apache-2.0
package io.millrace.flow.trees;

import io.millrace.contracts.SettingsFreshness;
import io.millrace.flow.files.FileTrees;
import io.millrace.flow.flows.FlowId;
import io.millrace.flow.flows.FlowProperties;
import io.millrace.flow.flows.Flows;
import io.millrace.flow.settings.ManagedNamespaces;
import io.millrace.flow.settings.NamespaceRules;
import io.millrace.flow.settings.NamespaceSettings;
import io.millrace.flow.settings.SettingsStore;
import io.millrace.flow.tests.SuiteTrees;
import io.millrace.flow.trees.TreeReport.Change;
import io.millrace.flow.trees.TreeReport.Fault;
import io.millrace.flow.trees.TreeStore.Item;
import io.millrace.flow.trees.TreeStore.State;
import io.millrace.flow.trees.TreeStore.Stored;
import io.millrace.model.yaml.ParsedFlow;
import io.millrace.model.yaml.ParsedSuite;
import io.millrace.model.yaml.Problem;
import io.millrace.model.yaml.SourceEdit;
import io.millrace.platform.audit.AuditTrail;
import io.millrace.platform.problem.ServiceException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.zip.ZipFile;
import org.springframework.stereotype.Service;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/// Makes namespaces what a tree says: everything is read and checked, then the difference is
/// applied in one transaction.
@Service
class Trees {
    /// A test says so of itself.
    private static final Pattern TEST = Pattern.compile("(?m)^testCases\\s*:");

    private static final Pattern FLOW = Pattern.compile("(?m)^tasks\\s*:");

    /// `id` or `namespace` of what may be no YAML as a whole.
    private static final String FIELD = "(?m)^%s\\s*:\\s*[\"']?([A-Za-z0-9._-]+)";

    private static final Pattern ID = Pattern.compile(FIELD.formatted("id"));
    private static final Pattern NAMESPACE = Pattern.compile(FIELD.formatted("namespace"));
    private static final int TRIES = 5;

    private final TreeStore store;
    private final Flows flows;
    private final SuiteTrees suites;
    private final FileTrees files;
    private final SettingsStore settings;
    private final FlowProperties properties;
    private final AuditTrail audit;
    private final Clock clock;
    private final TransactionTemplate transactions;

    Trees(
            TreeStore store,
            Flows flows,
            SuiteTrees suites,
            FileTrees files,
            SettingsStore settings,
            FlowProperties properties,
            AuditTrail audit,
            Clock clock,
            PlatformTransactionManager transactionManager) {
        this.store = store;
        this.flows = flows;
        this.suites = suites;
        this.files = files;
        this.settings = settings;
        this.properties = properties;
        this.audit = audit;
        this.clock = clock;
        this.transactions = new TransactionTemplate(transactionManager);
    }

    /// Who replaces a tree.
    ///
    /// @param flow namespace/id of the flow whose task it is: it is never deleted by what it does
    record By(String tenant, String subject, String execution, String flow) {}

    /// What a tree comes to.
    private record Plan(
            List<Change> changes,
            List<Flows.Source> savedFlows,
            List<FlowId> deletedFlows,
            List<String> savedTests,
            List<SuiteTrees.Name> deletedTests,
            List<FileTrees.Change> files,
            List<Item> items) {
        Plan() {
            this(
                    new ArrayList<>(),
                    new ArrayList<>(),
                    new ArrayList<>(),
                    new ArrayList<>(),
                    new ArrayList<>(),
                    new ArrayList<>(),
                    new ArrayList<>());
        }
    }

    /// Another synchronisation, or a pin, came between the plan and its turn.
    private static final class OvertakenException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        OvertakenException() {
            super(null, null, false, false);
        }
    }

    TreeReport replace(ZipFile archive, TreeRequest request, By by) throws Exception {
        for (int tries = 1; tries <= TRIES; tries++) {
            try {
                return replaceOnce(archive, request, by);
            } catch (OvertakenException _) {
                // it is planned anew, over what the other one has made
            }
        }
        throw new ServiceException.Conflict(
                "Others replace namespace %s at the same time. Try again"
                        .formatted(request.namespace()));
    }

    private TreeReport replaceOnce(ZipFile archive, TreeRequest request, By by) throws Exception {
        var present = store.state(by.tenant(), request.namespace());
        if (!request.pin() && !request.dryRun() && present.filter(State::pinned).isPresent()) {
            return new TreeReport(
                    false, true, present.get().origin().commit(), List.of(), List.of());
        }
        var content = new TreeContent(archive, request, properties.maxSourceBytes());
        var faults = new ArrayList<>(content.faults());
        var plan = plan(content, request, by, faults);
        boolean refused = !faults.isEmpty() && !request.ignoreInvalid();
        var commit = request.origin().commit();
        if (refused || request.dryRun()) {
            var report =
                    new TreeReport(
                            false,
                            false,
                            present.map(s -> s.origin().commit()).orElse(""),
                            plan.changes(),
                            faults);
            if (refused && !request.dryRun()) {
                transactions.executeWithoutResult(_ ->
                        store.addSync(
                                by.tenant(),
                                request.namespace(),
                                now(),
                                commit,
                                by.execution(),
                                report));
            }
            return report;
        }
        var report = new TreeReport(true, request.pin(), commit, plan.changes(), faults);
        ManagedNamespaces.as(
                manager(request.origin().url()),
                () -> {
                    apply(plan, present, request, by, report);
                    return report;
                });
        if (request.managed() != present.filter(State::managed).isPresent()) {
            // what manages a namespace goes with its settings
            Thread.sleep(SettingsFreshness.SETTLED);
        }
        return report;
    }

    static String manager(String url) {
        return "Git (" + url + ")";
    }

    // ---- what has to change

    private Plan plan(TreeContent content, TreeRequest request, By by, List<Fault> faults)
            throws IOException {
        var plan = new Plan();
        var seen = new HashMap<String, String>();
        var presentFlows =
                byName(store.flows(by.tenant(), request.namespace(), request.children()));
        var presentTests =
                byName(store.tests(by.tenant(), request.namespace(), request.children()));
        // who can't be told may be anybody: then nobody is deleted for not being there
        boolean allKnown = content.faults().isEmpty();
        for (var source : content.sources()) {
            int before = faults.size();
            boolean test =
                    TEST.matcher(source.text()).find() && !FLOW.matcher(source.text()).find();
            if (test && request.has("tests")) {
                planTest(source, request, plan, presentTests, seen, faults);
            } else if (!test && request.has("flows")) {
                planFlow(source, request, plan, presentFlows, seen, faults);
            }
            if (faults.size() > before) {
                allKnown &=
                        spare(
                                source,
                                request,
                                plan,
                                test ? "test" : "flow",
                                test ? presentTests : presentFlows);
            }
        }
        if (request.delete() && !allKnown) {
            presentFlows.values().forEach(f -> plan.changes().add(skipped("flow", f, "")));
            presentTests.values().forEach(t -> plan.changes().add(skipped("test", t, "")));
        } else if (request.delete()) {
            if (request.has("flows")) {
                deleteFlows(plan, presentFlows, by);
            }
            if (request.has("tests")) {
                presentTests
                        .values()
                        .forEach(test -> {
                            plan.deletedTests()
                                    .add(new SuiteTrees.Name(test.namespace(), test.id()));
                            plan.changes()
                                    .add(
                                            new Change(
                                                    "delete",
                                                    "test",
                                                    test.namespace(),
                                                    test.id(),
                                                    ""));
                        });
            }
        }
        if (request.has("files")) {
            planFiles(content, request, by, plan);
        }
        return plan;
    }

    /// Leaves alone what a source with faults may be of, if that is there: a slip deletes nothing.
    ///
    /// @return whether the source says which it is
    private static boolean spare(
            TreeContent.Source source,
            TreeRequest request,
            Plan plan,
            String kind,
            Map<String, Stored> present) {
        var id = ID.matcher(source.text());
        var namespace = NAMESPACE.matcher(source.text());
        if (!id.find()) {
            return false;
        }
        boolean says = !request.mapped() && namespace.find();
        var spared =
                present.remove(
                        (says ? namespace.group(1) : source.namespace()) + "/" + id.group(1));
        if (spared != null) {
            plan.changes().add(skipped(kind, spared, source.path()));
        }
        return true;
    }

    private static Change skipped(String kind, Stored stored, String path) {
        return new Change("skip", kind, stored.namespace(), stored.id(), path);
    }

    private static Map<String, Stored> byName(List<Stored> stored) {
        var byName = new LinkedHashMap<String, Stored>();
        stored.forEach(s -> byName.put(s.namespace() + "/" + s.id(), s));
        return byName;
    }

    private void planFlow(
            TreeContent.Source source,
            TreeRequest request,
            Plan plan,
            Map<String, Stored> present,
            Map<String, String> seen,
            List<Fault> faults) {
        boolean meant = request.mapped() || source.path().contains("_flows/");
        if (!meant && !FLOW.matcher(source.text()).find()) {
            return; // some other YAML
        }
        var text = source.text();
        if (request.mapped()) {
            try {
                text = SourceEdit.set(text, "namespace", source.namespace());
            } catch (IllegalArgumentException e) {
                faults.add(new Fault(source.path(), 0, 0, String.valueOf(e.getMessage())));
                return;
            }
        }
        switch (flows.parse(text)) {
            case ParsedFlow.Invalid(var problems) -> add(faults, source.path(), problems);
            case ParsedFlow.Valid valid -> {
                var flow = valid.flow();
                var name = flow.namespace() + "/" + flow.id();
                if (!covered(request, source, flow.namespace(), faults)
                        || twice("flow " + name, source, seen, faults)) {
                    return;
                }
                var stored = present.remove(name);
                if (stored == null || !stored.source().equals(text)) {
                    plan.savedFlows().add(new Flows.Source(valid, text));
                }
                plan.items().add(new Item("flow", flow.namespace(), flow.id(), hash(text)));
                plan.changes()
                        .add(
                                new Change(
                                        action(stored, text),
                                        "flow",
                                        flow.namespace(),
                                        flow.id(),
                                        source.path()));
            }
        }
    }

    private void planTest(
            TreeContent.Source source,
            TreeRequest request,
            Plan plan,
            Map<String, Stored> present,
            Map<String, String> seen,
            List<Fault> faults) {
        switch (suites.parse(source.text())) {
            case ParsedSuite.Invalid(var problems) -> add(faults, source.path(), problems);
            case ParsedSuite.Valid(var suite, var _) -> {
                var name = suite.namespace() + "/" + suite.id();
                if (!covered(request, source, suite.namespace(), faults)
                        || twice("test " + name, source, seen, faults)) {
                    return;
                }
                var stored = present.remove(name);
                if (stored == null || !stored.source().equals(source.text())) {
                    plan.savedTests().add(source.text());
                }
                plan.items()
                        .add(new Item("test", suite.namespace(), suite.id(), hash(source.text())));
                plan.changes()
                        .add(
                                new Change(
                                        action(stored, source.text()),
                                        "test",
                                        suite.namespace(),
                                        suite.id(),
                                        source.path()));
            }
        }
    }

    private static String action(@org.jspecify.annotations.Nullable Stored stored, String text) {
        if (stored == null) {
            return "create";
        }
        return stored.source().equals(text) ? "unchanged" : "update";
    }

    private static boolean covered(
            TreeRequest request, TreeContent.Source source, String namespace, List<Fault> faults) {
        if (request.covers(namespace)) {
            return true;
        }
        faults.add(
                new Fault(
                        source.path(),
                        line(source.text(), "namespace"),
                        1,
                        "Expected namespace %s%s but got %s"
                                .formatted(
                                        request.namespace(),
                                        request.children() ? " or one below it" : "",
                                        namespace)));
        return false;
    }

    private static boolean twice(
            String name, TreeContent.Source source, Map<String, String> seen, List<Fault> faults) {
        var before = seen.putIfAbsent(name, source.path());
        if (before == null) {
            return false;
        }
        faults.add(
                new Fault(
                        source.path(),
                        line(source.text(), "id"),
                        1,
                        "Expected one %s but %s is it, too".formatted(name, before)));
        return true;
    }

    private static int line(String text, String key) {
        var lines = text.lines().toList();
        for (int i = 0; i < lines.size(); i++) {
            if (lines.get(i).startsWith(key + ":")) {
                return i + 1;
            }
        }
        return 1;
    }

    private static void add(List<Fault> faults, String path, List<Problem> problems) {
        problems.stream()
                .limit(20)
                .forEach(p ->
                        faults.add(
                                new Fault(
                                        path,
                                        p.line(),
                                        p.column(),
                                        p.path().isEmpty()
                                                ? p.message()
                                                : p.path() + ": " + p.message())));
    }

    private static void deleteFlows(Plan plan, Map<String, Stored> present, By by) {
        present.forEach((name, flow) -> {
            if (name.equals(by.flow())) {
                plan.changes().add(skipped("flow", flow, ""));
            } else {
                plan.deletedFlows().add(new FlowId(by.tenant(), flow.namespace(), flow.id()));
                plan.changes().add(new Change("delete", "flow", flow.namespace(), flow.id(), ""));
            }
        });
    }

    private void planFiles(TreeContent content, TreeRequest request, By by, Plan plan)
            throws IOException {
        var namespaces =
                new TreeSet<>(
                        store.withFiles(by.tenant(), request.namespace(), request.children()));
        content.files().forEach(f -> namespaces.add(f.namespace()));
        for (var change : files.plan(by.tenant(), namespaces, content.files(), request.delete())) {
            plan.files().add(change);
            plan.changes()
                    .add(
                            new Change(
                                    change.action(),
                                    "file",
                                    change.namespace(),
                                    change.path(),
                                    change.wanted() == null ? "" : change.path()));
        }
    }

    // ---- the change

    private void apply(
            Plan plan, Optional<State> planned, TreeRequest request, By by, TreeReport report)
            throws IOException {
        try (var prepared = files.prepare(by.tenant(), plan.files())) {
            flows.replace(
                    plan.savedFlows(),
                    plan.deletedFlows(),
                    () -> {
                        store.lock(by.tenant(), request.namespace());
                        if (!store.state(by.tenant(), request.namespace()).equals(planned)) {
                            throw new OvertakenException();
                        }
                        suites.replace(plan.savedTests(), plan.deletedTests());
                        prepared.apply(by.subject());
                        manage(request, by);
                        note(plan, request, by, report);
                    });
            prepared.settle();
        }
    }

    private void note(Plan plan, TreeRequest request, By by, TreeReport report) {
        var now = now();
        var items = new ArrayList<>(plan.items());
        var namespaces = new TreeSet<String>();
        plan.files().forEach(f -> namespaces.add(f.namespace()));
        for (var namespace : namespaces) {
            files.revisions(by.tenant(), namespace)
                    .forEach((path, revision) ->
                            items.add(
                                    new Item("file", namespace, path, Integer.toString(revision))));
        }
        var kinds = request.kinds().stream().map(k -> k.substring(0, k.length() - 1)).toList();
        store.saveItems(by.tenant(), request.namespace(), kinds, items);
        store.save(
                by.tenant(),
                new State(
                        request.namespace(),
                        request.origin(),
                        request.pin(),
                        request.managed(),
                        now,
                        by.execution(),
                        by.flow()));
        store.addSync(
                by.tenant(), request.namespace(), now, report.commit(), by.execution(), report);
        audit.changed(
                by.tenant(),
                by.subject(),
                "namespace.sync",
                "namespace/" + request.namespace(),
                Map.of("commit", report.commit(), "url", request.origin().url()));
    }

    private void manage(TreeRequest request, By by) {
        setManager(
                by.tenant(),
                request.namespace(),
                by.subject(),
                request.managed() ? manager(request.origin().url()) : null);
    }

    /// Says what manages a namespace, in the caller's transaction.
    private void setManager(
            String tenant,
            String namespace,
            String subject,
            @org.jspecify.annotations.Nullable String manager) {
        var present = settings.find(tenant, namespace);
        if (present.isEmpty() && manager == null) {
            return;
        }
        if (present.isEmpty()) {
            settings.insert(
                    new NamespaceSettings(
                            tenant,
                            namespace,
                            null,
                            Map.of(),
                            List.of(),
                            NamespaceRules.NONE,
                            manager,
                            1,
                            now()),
                    subject);
            return;
        }
        var s = present.get();
        if (java.util.Objects.equals(s.managedBy(), manager)) {
            return;
        }
        boolean done =
                settings.update(
                        new NamespaceSettings(
                                tenant,
                                namespace,
                                s.description(),
                                s.variables(),
                                s.pluginDefaults(),
                                s.rules(),
                                manager,
                                s.version(),
                                now()),
                        subject);
        if (!done) {
            throw new ServiceException.Conflict(
                    "Somebody else is changing this namespace. Try again");
        }
    }

    /// Lets anyone who is allowed to change the namespaces of a tree again.
    void release(String tenant, String namespace, String subject) throws InterruptedException {
        transactions.executeWithoutResult(_ -> {
            store.setManaged(tenant, namespace, false);
            setManager(tenant, namespace, subject, null);
            audit.changed(tenant, subject, "namespace.release", "namespace/" + namespace, Map.of());
        });
        Thread.sleep(SettingsFreshness.SETTLED);
    }

    // ---- what is different from what was applied

    /// @param what `changed`, `missing` or `added`
    record Drift(String what, String kind, String namespace, String id) {}

    List<Drift> drift(String tenant, State state) {
        var applied = new LinkedHashMap<String, Item>();
        store.items(tenant, state.namespace())
                .forEach(i -> applied.put(key(i.kind(), i.namespace(), i.id()), i));
        var kinds = applied.values().stream().map(Item::kind).distinct().toList();
        var present = new ArrayList<Item>();
        if (kinds.contains("flow")) {
            store.flows(tenant, state.namespace(), true)
                    .forEach(f ->
                            present.add(new Item("flow", f.namespace(), f.id(), hash(f.source()))));
        }
        if (kinds.contains("test")) {
            store.tests(tenant, state.namespace(), true)
                    .forEach(f ->
                            present.add(new Item("test", f.namespace(), f.id(), hash(f.source()))));
        }
        if (kinds.contains("file")) {
            for (var namespace : store.withFiles(tenant, state.namespace(), true)) {
                files.revisions(tenant, namespace)
                        .forEach((path, revision) ->
                                present.add(
                                        new Item(
                                                "file",
                                                namespace,
                                                path,
                                                Integer.toString(revision))));
            }
        }
        var drift = new ArrayList<Drift>();
        for (var item : present) {
            var was = applied.remove(key(item.kind(), item.namespace(), item.id()));
            boolean own = (item.namespace() + "/" + item.id()).equals(state.flow());
            if (was == null && !own) {
                drift.add(new Drift("added", item.kind(), item.namespace(), item.id()));
            } else if (was != null && !was.mark().equals(item.mark())) {
                drift.add(new Drift("changed", item.kind(), item.namespace(), item.id()));
            }
        }
        applied.values()
                .forEach(i -> drift.add(new Drift("missing", i.kind(), i.namespace(), i.id())));
        return drift;
    }

    private static String key(String kind, String namespace, String id) {
        return kind + " " + namespace + "/" + id;
    }

    private static String hash(String text) {
        try {
            return HexFormat.of()
                    .formatHex(
                            MessageDigest.getInstance("SHA-256")
                                    .digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MICROS);
    }
}
