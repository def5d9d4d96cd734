// SPDX-License-Identifier: Apache-2.0
package io.millrace.scheduler.trigger;

import io.millrace.contracts.Codec;
import io.millrace.contracts.FeedEvent;
import io.millrace.contracts.FlowChanged;
import io.millrace.platform.broker.BatchWorker;
import io.millrace.platform.broker.Broker;
import java.util.ArrayList;
import java.util.List;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/// Takes changes of flows and ends of executions from the scheduler's queues.
@Component
class FlowEvents implements SmartLifecycle {
    private static final int BATCH = 100;

    private final Broker broker;
    private final FlowChanges changes;
    private final ExecutionEnds ends;
    private final SchedulerLoop loop;
    private final List<BatchWorker> workers = new ArrayList<>();

    FlowEvents(Broker broker, FlowChanges changes, ExecutionEnds ends, SchedulerLoop loop) {
        this.broker = broker;
        this.changes = changes;
        this.ends = ends;
        this.loop = loop;
    }

    @Override
    public void start() {
        var topology = broker.topology();
        workers.add(
                new BatchWorker(
                        broker,
                        topology.schedulerFlowsQueue(),
                        BATCH,
                        batch -> {
                            for (var delivery : batch) {
                                changes.apply(Codec.decode(delivery.body(), FlowChanged.class));
                            }
                            loop.wake();
                        }));
        workers.add(
                new BatchWorker(
                        broker,
                        topology.schedulerEndsQueue(),
                        BATCH,
                        batch -> {
                            for (var delivery : batch) {
                                ends.apply(Codec.decode(delivery.body(), FeedEvent.class));
                            }
                        }));
    }

    @Override
    public void stop() {
        workers.forEach(BatchWorker::close);
        workers.clear();
    }

    @Override
    public boolean isRunning() {
        return !workers.isEmpty();
    }
}
