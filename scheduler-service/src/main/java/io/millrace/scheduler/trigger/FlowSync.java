// SPDX-License-Identifier: Apache-2.0
package io.millrace.scheduler.trigger;

import io.millrace.contracts.FlowChanged;
import io.millrace.contracts.FlowFreshness;
import io.millrace.platform.http.InternalClients;
import io.millrace.platform.tenancy.TenantScope;
import io.millrace.scheduler.trigger.TriggerRow.FlowKey;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.springframework.web.client.HttpClientErrorException;
import org.springframework.web.client.RestClient;

/// Makes sure that what was saved before a moment is known here: messages about flows may lag
/// behind those about executions, and behind webhooks.
@Component
class FlowSync {
    private final RestClient client;
    private final TriggerStore store;
    private final FlowChanges changes;
    private final ReentrantLock lock = new ReentrantLock();
    private final AtomicLong asked = new AtomicLong();
    private long answered;
    private long position = -1;

    /// When the last question was sent, by [System#nanoTime()].
    private volatile @Nullable Long readAt;

    FlowSync(InternalClients clients, TriggerStore store, FlowChanges changes) {
        this.client = clients.client("flow");
        this.store = store;
        this.changes = changes;
    }

    record Change(
            String tenant, String namespace, String id, int revision, boolean deleted, Instant at) {
        FlowKey key() {
            return new FlowKey(tenant, namespace, id);
        }
    }

    private record Changes(List<Change> changes, long next, boolean more) {}

    private record Revision(String source) {}

    /// Returns when all that was saved before the call is known. Calls that come while one is under
    /// way share the next one.
    ///
    /// @throws io.millrace.platform.problem.ServiceException.Unavailable if the flow-service is
    ///   away
    void catchUp() {
        long mine = asked.incrementAndGet();
        lock.lock();
        try {
            if (answered < mine) {
                long all = asked.get();
                // whoever asks, it is for all
                TenantScope.runAcross(this::read);
                answered = all;
            }
        } catch (HttpClientErrorException.NotFound _) {
            // a flow-service of the version before, during an upgrade: messages tell the same later
        } finally {
            lock.unlock();
        }
    }

    /// Like [#catchUp], but an answer counts for a while, as everywhere else: whoever replaced a
    /// revision, or made a flow with triggers, was told so only after that.
    void catchUpUnlessJustDone() {
        var begun = readAt;
        if (begun == null
                || Duration.ofNanos(System.nanoTime() - begun).compareTo(FlowFreshness.KEPT) >= 0) {
            catchUp();
        }
    }

    private void read() {
        long begun = System.nanoTime();

        if (position < 0) {
            position = store.flowPosition();
        }
        boolean more = true;
        boolean changed = false;
        while (more) {
            var page =
                    Objects.requireNonNull(
                            client.get()
                                    .uri("/internal/flows/changes?since={since}", position)
                                    .retrieve()
                                    .body(Changes.class));
            for (var change : store.unknown(page.changes())) {
                apply(change);
                changed = true;
            }
            position = page.next();
            more = page.more();
        }
        if (changed) {
            store.flowPosition(position);
        }
        readAt = begun;
    }

    private void apply(Change change) {
        var source = change.deleted() ? null : source(change);
        if (source == null && !change.deleted()) {
            return;
        }
        changes.apply(
                new FlowChanged(
                        "sync",
                        change.tenant(),
                        change.namespace(),
                        change.id(),
                        change.deleted() ? "deleted" : "saved",
                        change.revision(),
                        source,
                        change.at()));
    }

    private @Nullable String source(Change change) {
        try {
            var revision =
                    client.get()
                            .uri(
                                    "/internal/flows/{tenant}/{namespace}/{id}/{revision}",
                                    change.tenant(),
                                    change.namespace(),
                                    change.id(),
                                    change.revision())
                            .retrieve()
                            .body(Revision.class);
            return revision == null ? null : revision.source();
        } catch (HttpClientErrorException.NotFound _) {
            return null;
        }
    }
}
