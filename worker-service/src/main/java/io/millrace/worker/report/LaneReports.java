// SPDX-License-Identifier: Apache-2.0
package io.millrace.worker.report;

import io.millrace.contracts.Job;
import io.millrace.contracts.LaneEvent;
import io.millrace.contracts.LaneMessage;
import io.millrace.contracts.Topology;
import io.millrace.platform.boot.Endless;
import io.millrace.platform.broker.BrokerUnavailableException;
import io.millrace.platform.broker.Outage;
import io.millrace.platform.broker.OutgoingMessage;
import io.millrace.platform.broker.Publisher;
import io.millrace.platform.broker.UnroutableException;
import io.millrace.worker.run.TaskReports;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Publishes what all tasks report, as much as has gathered in one batch, and waits for its
/// confirms once. While the broker is away reports wait here.
public final class LaneReports implements TaskReports, AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(LaneReports.class);
    private static final int BATCH = 256;
    private static final long RETRY_MILLIS = 300;
    private static final int TRIES_WITHOUT_QUEUE = 20;
    private static final int MOST_BREAKS = 10;

    private record Report(OutgoingMessage message, Runnable whenConfirmed) {}

    private final Outage outage = new Outage(log, "Reports wait for the broker");
    private final Publisher publisher;
    private final Topology topology;
    private final InstantSource clock;
    private final BlockingQueue<Report> reports = new LinkedBlockingQueue<>();

    /// What is being sent. It is here when an Error has ended the loop, and goes first then: lanes
    /// know what they have had already.
    private final List<Report> inHand = new ArrayList<>(BATCH);

    /// How often the loop broke with what is in hand.
    private int breaks;

    private final Thread thread =
            Thread.ofVirtual().name("lane-reports").unstarted(Endless.loop(this::run));

    public LaneReports(Publisher publisher, Topology topology, InstantSource clock) {
        this.publisher = publisher;
        this.topology = topology;
        this.clock = clock;
        thread.start();
    }

    @Override
    public void report(Job job, LaneEvent event, Runnable whenConfirmed) {
        var message =
                new LaneMessage(
                        job.executionId(), event, clock.instant(), null, null, job.traceparent());
        var key =
                job.replyTo() != null
                        ? job.replyTo()
                        : Topology.laneKey(topology.laneOf(job.executionId()));
        reports.add(
                new Report(
                        OutgoingMessage.durable(topology.lanesExchange(), key, message),
                        whenConfirmed));
    }

    private void run() {
        try {
            while (true) {
                if (inHand.isEmpty()) {
                    inHand.add(reports.take());
                    reports.drainTo(inHand, BATCH - 1);
                    breaks = 0;
                } else {
                    breaks++;
                }
                publish();
                while (!inHand.isEmpty()) {
                    acknowledge(inHand.removeFirst());
                }
            }
        } catch (InterruptedException _) {
            // closed
        }
    }

    private static void acknowledge(Report report) {
        try {
            report.whenConfirmed().run();
        } catch (BrokerUnavailableException e) {
            // the job comes again, and is known to have ended
            log.atDebug().setCause(e).log("A job could not be acknowledged");
        }
    }

    private void publish() throws InterruptedException {
        if (breaks > MOST_BREAKS) {
            giveUp("Reports were given up: sending them broke the loop each time");
            return;
        }
        var messages = inHand.stream().map(Report::message).toList();
        for (int withoutQueue = 0; withoutQueue < TRIES_WITHOUT_QUEUE; ) {
            try {
                publisher.publish(messages);
                outage.over();
                return;
            } catch (UnroutableException e) {
                withoutQueue++;
                log.atWarn().setCause(e).log("A lane has no queue");
            } catch (BrokerUnavailableException e) {
                outage.failed(e);
            }
            Thread.sleep(RETRY_MILLIS);
        }
        giveUp("Reports were given up: their lanes have no queue");
    }

    private void giveUp(String why) {
        log.atError().addKeyValue("reports", inHand.size()).log(why);
    }

    /// Call it when nothing more is reported and all that matters is confirmed.
    @Override
    public void close() {
        thread.interrupt();
    }
}
