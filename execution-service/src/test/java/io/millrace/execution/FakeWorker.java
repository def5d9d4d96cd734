// SPDX-License-Identifier: Apache-2.0
package io.millrace.execution;

import io.millrace.contracts.Job;
import io.millrace.contracts.LaneEvent;
import io.millrace.contracts.LaneMessage;
import io.millrace.contracts.LogLine;
import io.millrace.contracts.Topology;
import io.millrace.platform.broker.Broker;
import io.millrace.platform.broker.Delivery;
import io.millrace.platform.broker.OutgoingMessage;
import io.millrace.platform.broker.Subscription;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Ends each job at once, with what a test says.
final class FakeWorker implements AutoCloseable {
    private final Broker broker;
    private final Subscription subscription;
    private final Function<Job, @Nullable Map<String, @Nullable Object>> work;
    final Queue<Job> seen = new ConcurrentLinkedQueue<>();
    private final AtomicInteger underWay = new AtomicInteger();
    volatile boolean twice;

    /// @param work outputs of a job, or nothing to leave it without a result
    FakeWorker(
            Broker broker,
            String tenant,
            Function<Job, @Nullable Map<String, @Nullable Object>> work) {
        this.broker = broker;
        this.work = work;
        broker.declare(broker.topology().jobs("default", tenant));
        this.subscription =
                broker.consume(broker.topology().jobQueue("default", tenant), 200, this::run);
    }

    private void run(Delivery delivery) {
        underWay.incrementAndGet();
        Thread.ofVirtual()
                .start(() -> {
                    try {
                        end(delivery);
                    } finally {
                        underWay.decrementAndGet();
                    }
                });
    }

    private void end(Delivery delivery) {
        var job = delivery.as(Job.class);
        seen.add(job);
        var outputs = work.apply(job);
        if (outputs != null) {
            finish(job, outputs);
            if (twice) {
                finish(job, outputs);
            }
        }
        delivery.ack();
    }

    void finish(Job job, Map<String, @Nullable Object> outputs) {
        var now = Instant.now();
        send(
                job,
                new LaneEvent.TaskEnded(
                        job.taskRun(),
                        job.dispatch(),
                        "SUCCESS",
                        outputs,
                        null,
                        null,
                        List.of(
                                new LogLine(
                                        job.executionId(),
                                        job.namespace(),
                                        job.flowId(),
                                        job.taskRun(),
                                        job.taskId(),
                                        job.attempt(),
                                        "INFO",
                                        now,
                                        "ran " + job.taskId(),
                                        "worker")),
                        List.of(new LaneEvent.Metric("rows", "counter", 3, Map.of("a", "b"))),
                        now.minusMillis(1),
                        now,
                        "w1"));
    }

    void send(Job job, LaneEvent event) {
        var topology = broker.topology();
        broker.publisher()
                .publish(
                        OutgoingMessage.durable(
                                topology.lanesExchange(),
                                Topology.laneKey(topology.laneOf(job.executionId())),
                                LaneMessage.of(job.executionId(), event, Instant.now())));
    }

    /// What has its result is acknowledged first: else it comes to whoever works next.
    @Override
    public void close() {
        for (int i = 0; i < 100 && underWay.get() > 0; i++) {
            LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
        }
        subscription.close();
    }
}
