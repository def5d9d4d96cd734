// SPDX-License-Identifier: Apache-2.0
package io.millrace.execution.flows;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.millrace.contracts.FlowFreshness;
import io.millrace.execution.flows.FlowClient.FlowName;
import io.millrace.execution.flows.FlowClient.Newest;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/// Asks for newest revisions: questions that come while a call is under way share the next one, and
/// an answer counts for as long as the flow-service stands by it ([FlowFreshness]). That there is
/// no such flow is never kept.
final class NewestFlows {
    private static final int MOST = 500;

    private final FlowClient client;
    private final Cache<FlowName, Kept> kept = Caffeine.newBuilder().maximumSize(10_000).build();
    private final Map<FlowName, CompletableFuture<Optional<Newest>>> waiting =
            new LinkedHashMap<>();
    private boolean asking;

    NewestFlows(FlowClient client) {
        this.client = client;
    }

    /// @param asked when the question was about to be sent, in [System#nanoTime()]
    private record Kept(CompletableFuture<Optional<Newest>> answer, long asked) {

        Kept(Newest newest, long asked) {
            this(CompletableFuture.completedFuture(Optional.of(newest)), asked);
        }

        boolean counts() {
            return System.nanoTime() - asked < FlowFreshness.KEPT.toNanos();
        }
    }

    CompletableFuture<Optional<Newest>> ask(FlowName flow) {
        if (!flow.isPossible()) {
            // among others it would have the whole question refused
            return CompletableFuture.completedFuture(Optional.empty());
        }
        var known = kept.getIfPresent(flow);
        if (known != null && known.counts()) {
            return known.answer();
        }
        synchronized (waiting) {
            var answer = waiting.computeIfAbsent(flow, _ -> new CompletableFuture<>());
            if (!asking) {
                asking = true;
                Thread.ofVirtual().name("newest-flows").start(this::askAll);
            }
            return answer;
        }
    }

    private void askAll() {
        for (var batch = next(); !batch.isEmpty(); batch = next()) {
            var flows = List.copyOf(batch.keySet());
            long asked = System.nanoTime();
            try {
                List<@Nullable Newest> answers = client.newest(flows);
                for (int i = 0; i < flows.size(); i++) {
                    var newest = answers.get(i);
                    if (newest != null) {
                        kept.put(flows.get(i), new Kept(newest, asked));
                    }
                    var waits = batch.get(flows.get(i));
                    if (waits != null) {
                        waits.complete(Optional.ofNullable(newest));
                    }
                }
            } catch (RuntimeException e) {
                batch.values().forEach(waits -> waits.completeExceptionally(e));
            }
        }
    }

    private Map<FlowName, CompletableFuture<Optional<Newest>>> next() {
        synchronized (waiting) {
            var batch = new LinkedHashMap<FlowName, CompletableFuture<Optional<Newest>>>();
            for (var flow : new ArrayList<>(waiting.keySet())) {
                var waits = waiting.get(flow);
                if (batch.size() < MOST && waits != null) {
                    batch.put(flow, waits);
                }
            }
            waiting.keySet().removeAll(batch.keySet());
            asking = !batch.isEmpty();
            return batch;
        }
    }
}
