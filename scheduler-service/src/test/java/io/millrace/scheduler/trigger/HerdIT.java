// SPDX-License-Identifier: Apache-2.0
package io.millrace.scheduler.trigger;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.millrace.contracts.Codec;
import io.millrace.contracts.LaneMessage;
import io.millrace.contracts.Topology;
import io.millrace.expressions.Expressions;
import io.millrace.model.yaml.FlowParser;
import io.millrace.platform.broker.BrokerUnavailableException;
import io.millrace.platform.broker.OutgoingMessage;
import io.millrace.scheduler.condition.Conditions;
import io.millrace.scheduler.flowtrigger.FlowTriggers;
import io.millrace.scheduler.schedule.Fixtures;
import io.millrace.scheduler.schedule.FlowInputs;
import io.millrace.test.TestDatabase;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/// Ten thousand schedules that are due in the same second, and two schedulers of which one dies.
class HerdIT {
    private static final Instant NOON = Instant.parse("2024-05-15T12:00:00Z");
    private static final int FLOWS = 100;
    private static final int TRIGGERS = 100;
    private static final int BATCH = 100;

    private final Set<String> ids = ConcurrentHashMap.newKeySet();
    private final AtomicInteger asked = new AtomicInteger();
    private final Queue<Long> lateness = new ConcurrentLinkedQueue<>();
    private volatile long due;

    @Test
    void noneIsMissingAndNoneIsDoubleAlthoughOneSchedulerDies() throws Exception {
        try (var database = TestDatabase.create()) {
            Schema.create(database);
            var jdbc = JdbcClient.create(Schema.source(database));
            fill(jdbc);
            var batches = new AtomicInteger();
            var killed = new CountDownLatch(1);
            var dying =
                    ticks(
                            database,
                            messages -> {
                                record(messages);
                                if (batches.incrementAndGet() == 20) {
                                    killed.countDown();
                                    throw new BrokerUnavailableException("killed here", null);
                                }
                            });
            // however slow the dying one is, it gets as far as its end
            var others = new AtomicInteger();
            var living =
                    ticks(
                            database,
                            messages -> {
                                if (others.incrementAndGet() == 50) {
                                    awaitEnd(killed);
                                }
                                record(messages);
                            });

            due = System.nanoTime();
            try (var threads = Executors.newFixedThreadPool(2)) {
                var dead = threads.submit(() -> fireAll(dying));
                var alive = threads.submit(() -> fireAll(living));
                assertThat(dead.get()).isFalse();
                assertThat(alive.get()).isTrue();
            }
            // what the dead one held
            fireAll(living);
            tell();

            assertThat(ids).hasSize(FLOWS * TRIGGERS);
            // its last batch was asked for again, under the same ids
            assertThat(asked.get()).isEqualTo(FLOWS * TRIGGERS + BATCH);
            assertThat(
                            jdbc.sql(
                                            "select count(*) from trigger where next_at = timestamptz '2024-05-15T12:00:00Z'")
                                    .query(Long.class)
                                    .single())
                    .isZero();
        }
    }

    /// By how much they were asked for late.
    private void tell() {
        var sorted = lateness.stream().sorted().map(Duration::ofNanos).toList();
        System.out.printf(
                "%,d schedules due at once, two schedulers, one killed: median %d ms, p99 %d ms%n",
                sorted.size(),
                sorted.get(sorted.size() / 2).toMillis(),
                sorted.get(sorted.size() * 99 / 100).toMillis());
    }

    private static boolean fireAll(Ticks ticks) {
        try {
            while (ticks.fire(NOON.plusSeconds(1)).triggers() > 0) {
                // there may be more
            }
            return true;
        } catch (BrokerUnavailableException _) {
            return false;
        }
    }

    private static void awaitEnd(CountDownLatch latch) {
        try {
            assertThat(latch.await(1, TimeUnit.MINUTES)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private void record(List<OutgoingMessage> messages) {
        for (var message : messages) {
            lateness.add(System.nanoTime() - due);
            ids.add(Codec.decode(message.body(), LaneMessage.class).executionId());
            asked.incrementAndGet();
        }
    }

    private static void fill(JdbcClient jdbc) {
        var source =
                new StringBuilder(
                        """
                        id: herd
                        namespace: herd
                        tasks: [{id: log, type: io.kestra.plugin.core.log.Log, message: m}]
                        triggers:
                        """);
        for (int i = 1; i <= TRIGGERS; i++) {
            source.append(
                    "  - {id: t%d, type: io.kestra.plugin.core.trigger.Schedule, cron: '0 12 * * *'}\n"
                            .formatted(i));
        }
        jdbc.sql(
                        """
                        insert into flow (tenant, namespace, flow_id, revision, deleted, source)
                        select 'main', 'herd', 'f' || n, 1, false, :source
                          from generate_series(1, :flows) n
                        """)
                .param("source", source.toString())
                .param("flows", FLOWS)
                .update();
        jdbc.sql(
                        """
                        insert into trigger (tenant, namespace, flow_id, trigger_id, type,
                                             fingerprint, active, disabled, next_at, last_at,
                                             updated_at)
                        select 'main', 'herd', 'f' || n, 't' || t,
                               'io.kestra.plugin.core.trigger.Schedule', '', true, false,
                               '2024-05-15T12:00:00Z', '2024-05-14T12:00:00Z', '2024-05-15T00:00:00Z'
                          from generate_series(1, :flows) n, generate_series(1, :triggers) t
                        """)
                .param("flows", FLOWS)
                .param("triggers", TRIGGERS)
                .update();
    }

    private static Ticks ticks(TestDatabase database, Consumer<List<OutgoingMessage>> publisher) {
        var source = Schema.source(database);
        var jdbc = JdbcClient.create(source);
        var expressions = new Expressions();
        var transaction = new TransactionTemplate(new JdbcTransactionManager(source));
        var store = new TriggerStore(jdbc);
        var flows = new KnownFlows(store, FlowParser.trusting(), Fixtures.schedules(expressions));
        var topology = new Topology("test", 16);
        var properties =
                new SchedulerProperties(
                        Duration.ofSeconds(10),
                        Duration.ofSeconds(5),
                        Duration.ofSeconds(1),
                        Duration.ofSeconds(60),
                        Duration.ofSeconds(15),
                        1_000,
                        BATCH);
        var executions = new FakeExecutions();
        var polls =
                new Polls(
                        new PollStore(jdbc),
                        store,
                        flows,
                        new Conditions(expressions),
                        expressions,
                        new FlowInputs(expressions),
                        topology,
                        message -> publisher.accept(List.of(message)),
                        transaction,
                        properties,
                        new FakeStores(),
                        Clock.fixed(NOON, ZoneOffset.UTC));
        return new Ticks(
                store,
                flows,
                Fixtures.tickRequests(expressions),
                executions,
                polls,
                new Deadlines(
                        new FlowTriggers(expressions, new Conditions(expressions)),
                        new HeardStore(jdbc)),
                topology,
                publisher,
                transaction,
                new ScheduleMetrics(new SimpleMeterRegistry()),
                properties,
                new FakeStores(),
                Runnable::run);
    }
}
