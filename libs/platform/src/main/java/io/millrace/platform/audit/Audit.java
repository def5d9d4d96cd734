// SPDX-License-Identifier: Apache-2.0
package io.millrace.platform.audit;

import io.millrace.contracts.AuditEvent;
import io.millrace.platform.access.Identity;
import io.millrace.platform.broker.Broker;
import io.millrace.platform.broker.BrokerUnavailableException;
import io.millrace.platform.broker.OutgoingMessage;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.web.context.request.RequestContextHolder;
import org.springframework.web.context.request.ServletRequestAttributes;

/// Tells the audit log who did what. Events go out in batches with confirms and wait here while the
/// broker is away; when too many wait, the request that makes one waits, too.
///
/// What must not be lost with this process, such as a change, is written to the outbox in the
/// change's transaction: [#message] makes the message for it.
public final class Audit implements SmartLifecycle {
    private static final Logger log = LoggerFactory.getLogger(Audit.class);
    private static final int BATCH = 500;
    private static final Duration PAUSE = Duration.ofMillis(500);

    private final Broker broker;
    private final Clock clock;
    private final BlockingQueue<OutgoingMessage> waiting = new ArrayBlockingQueue<>(10_000);
    private volatile @Nullable Thread thread;

    public Audit(Broker broker, Clock clock) {
        this.broker = broker;
        this.clock = clock;
    }

    /// @param action such as `flow.create`
    /// @param resource such as `flow/company.team/etl`
    /// @param outcome `done` or `refused`
    /// @param details never a secret value
    public void record(
            String tenant,
            String action,
            String resource,
            String outcome,
            Map<String, String> details) {
        try {
            waiting.put(message(tenant, action, resource, outcome, details));
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /// The event by whoever is behind the present request, as a message for the outbox.
    public OutgoingMessage message(
            String tenant,
            String action,
            String resource,
            String outcome,
            Map<String, String> details) {
        var event =
                new AuditEvent(
                        UUID.randomUUID().toString(),
                        clock.instant(),
                        tenant,
                        Identity.current().map(Identity::subject).orElse("system"),
                        null,
                        address(),
                        action,
                        resource,
                        outcome,
                        Map.copyOf(details));
        return OutgoingMessage.event(broker.topology().auditExchange(), tenant, event);
    }

    private static @Nullable String address() {
        if (RequestContextHolder.getRequestAttributes() instanceof ServletRequestAttributes s) {
            var forwarded = s.getRequest().getHeader("X-Forwarded-For");
            return forwarded == null ? s.getRequest().getRemoteAddr() : forwarded;
        }
        return null;
    }

    @Override
    public void start() {
        thread = Thread.ofVirtual().name("audit").start(this::run);
    }

    private void run() {
        try {
            while (true) {
                var batch = new ArrayList<OutgoingMessage>();
                batch.add(waiting.take());
                waiting.drainTo(batch, BATCH - 1);
                publish(batch);
            }
        } catch (InterruptedException _) {
            // stopped
        }
    }

    private void publish(List<OutgoingMessage> batch) throws InterruptedException {
        while (true) {
            try {
                broker.publisher().publish(batch);
                return;
            } catch (BrokerUnavailableException e) {
                log.atWarn()
                        .addKeyValue("waiting", waiting.size() + batch.size())
                        .log("Audit events wait for the broker");
                Thread.sleep(PAUSE);
            }
        }
    }

    @Override
    public void stop() {
        var current = thread;
        if (current != null) {
            var rest = new ArrayList<OutgoingMessage>();
            waiting.drainTo(rest);
            try {
                broker.publisher().publish(rest);
            } catch (BrokerUnavailableException e) {
                log.atWarn().addKeyValue("lost", rest.size()).log("Audit events lost at the stop");
            }
            current.interrupt();
            thread = null;
        }
    }

    @Override
    public boolean isRunning() {
        return thread != null;
    }
}
