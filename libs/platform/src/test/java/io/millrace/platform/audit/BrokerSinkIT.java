// SPDX-License-Identifier: Apache-2.0
package io.millrace.platform.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.contracts.AuditBatch;
import io.millrace.contracts.AuditEvent;
import io.millrace.platform.broker.Broker;
import io.millrace.platform.broker.BrokerDialect;
import io.millrace.platform.broker.BrokerProperties;
import io.millrace.test.TestBroker;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.support.GenericApplicationContext;

class BrokerSinkIT {

    private static AuditEvent event(String id) {
        return new AuditEvent(
                id,
                Instant.EPOCH,
                "main",
                "alice",
                null,
                null,
                "flow.create",
                "flow/x",
                "success",
                Map.of());
    }

    private static Broker connect(TestBroker server) {
        return new Broker(
                new BrokerProperties(
                        server.uri(),
                        BrokerDialect.EMBEDDED,
                        server.installation(),
                        Duration.ofSeconds(20),
                        Duration.ofSeconds(3)),
                server.topology(1),
                "test");
    }

    /// Stands for the web server, which waits for its last requests when it is stopped.
    private static final class LastRequest implements SmartLifecycle {
        private final AuditSink sink;
        private final AtomicReference<@Nullable String> answer;
        private volatile boolean running;

        LastRequest(AuditSink sink, AtomicReference<@Nullable String> answer) {
            this.sink = sink;
            this.answer = answer;
        }

        @Override
        public void start() {
            running = true;
        }

        @Override
        public void stop() {
            sink.write(event("last"));
            answer.set("acknowledged");
            running = false;
        }

        @Override
        public boolean isRunning() {
            return running;
        }

        @Override
        public int getPhase() {
            return WebServerApplicationContext.START_STOP_LIFECYCLE_PHASE;
        }
    }

    @Test
    void whatTheLastRequestChangesIsOnRecordBeforeItIsAcknowledged() throws Exception {
        try (var server = TestBroker.createEmbedded();
                var reader = connect(server)) {
            reader.start();
            var recorded = new CopyOnWriteArrayList<String>();
            reader.consume(
                    reader.topology().auditStoreQueue(),
                    10,
                    delivery -> {
                        delivery.as(AuditBatch.class).events().stream()
                                .map(AuditEvent::id)
                                .forEach(recorded::add);
                        delivery.ack();
                    });
            var answer = new AtomicReference<@Nullable String>();
            var context = new GenericApplicationContext();
            var broker = connect(server);
            var sink = new BrokerSink(broker);
            context.registerBean("broker", Broker.class, () -> broker);
            context.registerBean("audit", BrokerSink.class, () -> sink);
            context.registerBean("web", LastRequest.class, () -> new LastRequest(sink, answer));
            context.refresh();
            sink.write(event("first"));

            context.close();

            assertThat(answer.get()).isEqualTo("acknowledged");
            assertThat(sink.isRunning()).isFalse();
            await().untilAsserted(() -> assertThat(recorded).isEqualTo(List.of("first", "last")));
        }
    }
}
