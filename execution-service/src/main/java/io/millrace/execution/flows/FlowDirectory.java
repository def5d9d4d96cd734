// SPDX-License-Identifier: Apache-2.0
package io.millrace.execution.flows;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.millrace.engine.FlowPlan;
import io.millrace.execution.flows.FlowClient.FlowName;
import io.millrace.expressions.Expressions;
import io.millrace.model.yaml.FlowParser;
import io.millrace.model.yaml.ParsedFlow;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/// Flows as executions need them: which revision is the newest is asked again and again, what a
/// revision is never changes and is kept.
public final class FlowDirectory implements FlowPlans {
    private final FlowClient client;
    private final NewestFlows newest;
    private final Expressions expressions;
    private final Map<String, @Nullable Object> installation;
    private final FlowParser parser = FlowParser.trusting();
    private final Cache<FlowRef, FlowPlan> plans = Caffeine.newBuilder().maximumSize(5_000).build();
    private final Map<FlowRef, CompletableFuture<FlowPlan>> loading = new ConcurrentHashMap<>();
    private final Executor beside = Executors.newVirtualThreadPerTaskExecutor();

    /// @param installation variables that all flows see
    public FlowDirectory(
            FlowClient client,
            Expressions expressions,
            Map<String, @Nullable Object> installation) {
        this.client = client;
        this.newest = new NewestFlows(client);
        this.expressions = expressions;
        this.installation = installation;
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

    @Override
    public Optional<FlowPlan> cached(FlowRef flow) {
        return Optional.ofNullable(plans.getIfPresent(flow));
    }

    @Override
    public CompletableFuture<FlowPlan> load(FlowRef flow) {
        var cached = plans.getIfPresent(flow);
        if (cached != null) {
            return CompletableFuture.completedFuture(cached);
        }
        return loading.computeIfAbsent(
                flow,
                _ ->
                        CompletableFuture.supplyAsync(() -> fetch(flow), beside)
                                .whenComplete((_, _) -> loading.remove(flow)));
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
        var plan =
                switch (parser.parse(revision.source(), inherited)) {
                    case ParsedFlow.Valid(var parsed, _, _) ->
                            FlowPlan.compile(parsed, flow.revision(), expressions, installation);
                    case ParsedFlow.Invalid(var problems) ->
                            throw FlowUnusableException.refused(
                                    "Invalid flow "
                                            + flow.namespace()
                                            + "."
                                            + flow.flowId()
                                            + ": "
                                            + problems.getFirst().message());
                };
        plans.put(flow, plan);
        return plan;
    }
}
