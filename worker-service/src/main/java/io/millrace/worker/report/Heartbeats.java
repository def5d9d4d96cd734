// SPDX-License-Identifier: Apache-2.0
package io.millrace.worker.report;

import io.millrace.contracts.Heartbeat;
import io.millrace.contracts.Topology;
import io.millrace.platform.broker.BrokerUnavailableException;
import io.millrace.platform.broker.OutgoingMessage;
import io.millrace.platform.broker.Publisher;
import io.millrace.worker.WorkerProperties;
import io.millrace.worker.run.RunningTask;
import io.millrace.worker.run.TaskRunner;
import io.millrace.worker.take.JobTaker;
import java.time.Instant;
import java.time.InstantSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Says every few seconds that this worker lives, and what it runs.
public final class Heartbeats {
    private static final Logger log = LoggerFactory.getLogger(Heartbeats.class);

    private final WorkerProperties properties;
    private final Publisher publisher;
    private final Topology topology;
    private final TaskRunner runner;
    private final JobTaker taker;
    private final InstantSource clock;
    private final Instant startedAt;

    public Heartbeats(
            WorkerProperties properties,
            Publisher publisher,
            Topology topology,
            TaskRunner runner,
            JobTaker taker,
            InstantSource clock) {
        this.properties = properties;
        this.publisher = publisher;
        this.topology = topology;
        this.runner = runner;
        this.taker = taker;
        this.clock = clock;
        this.startedAt = clock.instant();
    }

    public void beat() {
        var heartbeat =
                new Heartbeat(
                        runner.workerId(),
                        properties.group(),
                        startedAt,
                        clock.instant(),
                        properties.slots(),
                        taker.used(),
                        taker.draining(),
                        runner.running().stream()
                                .filter(RunningTask::startReported)
                                .map(RunningTask::key)
                                .map(k ->
                                        new Heartbeat.Running(
                                                k.executionId(), k.taskRun(), k.dispatch()))
                                .toList(),
                        Heartbeats.class.getPackage().getImplementationVersion());
        try {
            publisher.publish(
                    OutgoingMessage.transientEvent(
                            topology.heartbeatsExchange(), "worker", heartbeat));
        } catch (BrokerUnavailableException e) {
            log.atDebug().setCause(e).log("No heartbeat: the broker is away");
        }
    }
}
