// SPDX-License-Identifier: Apache-2.0
package io.millrace.execution.flows;

import io.millrace.execution.flows.FlowClient.FlowName;
import io.millrace.execution.flows.FlowClient.Newest;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/// Asks for newest revisions: questions that come while a call is under way share the next one. An
/// answer is never older than its question.
final class NewestFlows {
    private static final int MOST = 500;

    private final FlowClient client;
    private final Map<FlowName, CompletableFuture<Optional<Newest>>> waiting =
            new LinkedHashMap<>();
    private boolean asking;

    NewestFlows(FlowClient client) {
        this.client = client;
    }

    CompletableFuture<Optional<Newest>> ask(FlowName flow) {
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
            try {
                List<@Nullable Newest> answers = client.newest(flows);
                for (int i = 0; i < flows.size(); i++) {
                    var waits = batch.get(flows.get(i));
                    if (waits != null) {
                        waits.complete(Optional.ofNullable(answers.get(i)));
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
