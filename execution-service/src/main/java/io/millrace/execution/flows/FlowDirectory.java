// SPDX-License-Identifier: Apache-2.0
package io.millrace.execution.flows;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.millrace.contracts.FlowFreshness;
import io.millrace.engine.FlowPlan;
import io.millrace.execution.flows.FlowClient.FlowName;
import io.millrace.expressions.Expressions;
import io.millrace.model.Task;
import io.millrace.model.TypeRules;
import io.millrace.model.yaml.FlowParser;
import io.millrace.model.yaml.ParsedFlow;
import io.millrace.model.yaml.TemplateSource;
import io.millrace.platform.access.TaskReach;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// Flows as executions need them: which revision is the newest is asked again and again, what a
/// revision is never changes and is kept. What its namespace gives to it may change: then plans are
/// made anew, and executions that are under way go on with them.
public final class FlowDirectory implements FlowPlans {
    private final FlowClient client;
    private final NewestFlows newest;
    private final Expressions expressions;
    private final Map<String, @Nullable Object> installation;
    private final TaskReach reach;
    private final FlowParser parser = FlowParser.trusting();
    private final Cache<FlowRef, Kept> plans = Caffeine.newBuilder().maximumSize(5_000).build();
    private final Map<FlowRef, CompletableFuture<FlowPlan>> loading = new ConcurrentHashMap<>();
    private final AtomicLong generation = new AtomicLong();
    private final Executor beside;

    /// @param installation variables that all flows see
    /// @param reach whose flows may start whose
    /// @param beside on which flows are fetched
    public FlowDirectory(
            FlowClient client,
            Expressions expressions,
            Map<String, @Nullable Object> installation,
            TaskReach reach,
            Executor beside) {
        this.client = client;
        this.reach = reach;
        this.newest = new NewestFlows(client);
        this.expressions = expressions;
        this.installation = installation;
        this.beside = beside;
    }

    /// A plan. What templates it holds may change, although its revision doesn't.
    private record Kept(FlowPlan plan, @Nullable List<String> users, boolean templated, long at) {
        boolean counts() {
            return !templated || System.nanoTime() - at < FlowFreshness.TEMPLATES_KEPT.toNanos();
        }
    }

    /// Forgets plans if what namespaces give to flows has changed.
    ///
    /// @throws FlowServiceUnavailableException if it can't be asked
    public void refresh() {
        long now = client.settings();
        if (generation.getAndSet(now) != now) {
            // what is being fetched may be of before, and be put after this
            loading.clear();
            plans.invalidateAll();
        }
    }

    /// The plan of a flow as it is at this moment, or of one of its revisions.
    ///
    /// @param revision absent for the newest
    /// @return ends exceptionally with a [FlowUnusableException] if the flow can't be run
    public CompletableFuture<FlowPlan> toStart(
            String tenant, String namespace, String flowId, @Nullable Integer revision) {
        return newest.ask(new FlowName(tenant, namespace, flowId))
                .thenCompose(answer -> {
                    var now =
                            answer.orElseThrow(() ->
                                    FlowUnusableException.missing(
                                            "Not Found: Flow not found: "
                                                    + namespace
                                                    + "."
                                                    + flowId));
                    if (now.disabled()) {
                        throw FlowUnusableException.refused(
                                "Illegal state: Cannot execute a disabled flow");
                    }
                    return load(
                            new FlowRef(
                                    tenant,
                                    namespace,
                                    flowId,
                                    revision == null ? now.revision() : revision));
                });
    }

    /// The same for an execution that starts it as a subflow.
    ///
    /// @param by namespace of the flow that starts it
    /// @return ends exceptionally with a [FlowUnusableException] if that isn't allowed to
    public CompletableFuture<FlowPlan> toStartFrom(
            String by, String tenant, String namespace, String flowId, @Nullable Integer revision) {
        return toStart(tenant, namespace, flowId, revision)
                .thenApply(plan -> {
                    var kept =
                            plans.getIfPresent(
                                    new FlowRef(tenant, namespace, flowId, plan.revision()));
                    // gone again at once: asked for anew when the child is begun again
                    if (!by.equals(namespace)
                            && (kept == null || !reach.mayUse(by, namespace, kept.users()))) {
                        throw FlowUnusableException.refused(TaskReach.refusedUse(by, namespace));
                    }
                    return plan;
                });
    }

    @Override
    public Optional<FlowPlan> cached(FlowRef flow) {
        return Optional.ofNullable(plans.getIfPresent(flow)).filter(Kept::counts).map(Kept::plan);
    }

    @Override
    public CompletableFuture<FlowPlan> load(FlowRef flow) {
        var cached = cached(flow);
        if (cached.isPresent()) {
            return CompletableFuture.completedFuture(cached.get());
        }
        var mine = new CompletableFuture<FlowPlan>();
        var other = loading.putIfAbsent(flow, mine);
        if (other != null) {
            return other;
        }
        // begun when it is in the map: one that ends at once must find itself there
        var _ =
                mine.completeAsync(() -> fetch(flow), beside)
                        .whenComplete((_, _) -> loading.remove(flow, mine));
        return mine;
    }

    /// The plan, waited for.
    ///
    /// @throws FlowUnusableException if there is no such revision
    /// @throws FlowServiceUnavailableException if it can't be asked for now
    public FlowPlan get(FlowRef flow) {
        return await(load(flow));
    }

    /// @throws FlowUnusableException if the flow can't be run
    /// @throws FlowServiceUnavailableException if it can't be asked for now
    public FlowPlan getToStart(
            String tenant, String namespace, String flowId, @Nullable Integer revision) {
        return await(toStart(tenant, namespace, flowId, revision));
    }

    private static FlowPlan await(CompletableFuture<FlowPlan> plan) {
        try {
            return plan.join();
        } catch (CompletionException e) {
            switch (e.getCause()) {
                case FlowUnusableException unusable -> throw unusable;
                case FlowServiceUnavailableException away -> throw away;
                case null, default -> throw e;
            }
        }
    }

    private FlowPlan fetch(FlowRef flow) {
        long asked = generation.get();
        var revision =
                client.revision(flow)
                        .orElseThrow(() ->
                                FlowUnusableException.missing(
                                        "Not Found: Flow not found: "
                                                + flow.namespace()
                                                + "."
                                                + flow.flowId()
                                                + " revision "
                                                + flow.revision()));
        var inherited =
                Objects.requireNonNullElse(
                                revision.pluginDefaults(), List.<FlowClient.PluginDefault>of())
                        .stream()
                        .map(FlowClient.PluginDefault::toFlow)
                        .toList();
        long at = System.nanoTime();
        var plan =
                switch (parser.parse(revision.source(), inherited, templatesOf(flow))) {
                    case ParsedFlow.Valid(var parsed, _, _) ->
                            FlowPlan.compile(
                                    parsed.workerGroup() == null
                                            ? parsed.withWorkerGroup(revision.workerGroup())
                                            : parsed,
                                    flow.revision(),
                                    expressions,
                                    seen(revision.variables()),
                                    Objects.requireNonNullElse(revision.types(), TypeRules.NONE));
                    case ParsedFlow.Invalid(var problems) ->
                            throw FlowUnusableException.refused(
                                    "Invalid flow "
                                            + flow.namespace()
                                            + "."
                                            + flow.flowId()
                                            + ": "
                                            + problems.getFirst().message());
                };
        boolean templated =
                plan.flow().allTasks().stream().anyMatch(Task.Template.class::isInstance);
        plans.put(flow, new Kept(plan, revision.allowedNamespaces(), templated, at));
        if (generation.get() != asked) {
            // it may have been fetched before the change
            plans.invalidate(flow);
        }
        return plan;
    }

    /// Templates of the flow's namespace and of those above it.
    private TemplateSource templatesOf(FlowRef flow) {
        return (namespace, id) ->
                (flow.namespace() + ".").startsWith(namespace + ".")
                        ? client.template(flow.tenant(), namespace, id)
                        : Optional.empty();
    }

    /// What the flows of a namespace see beside their own.
    private Map<String, @Nullable Object> seen(
            @Nullable Map<String, @Nullable Object> ofNamespace) {
        var seen = new LinkedHashMap<String, @Nullable Object>(installation);
        seen.put("namespace", ofNamespace == null ? Map.of() : ofNamespace);
        return seen;
    }
}
