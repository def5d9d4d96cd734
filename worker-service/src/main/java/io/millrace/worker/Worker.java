// SPDX-License-Identifier: Apache-2.0
package io.millrace.worker;

import io.millrace.plugin.PluginCatalog;
import io.millrace.plugin.PluginSettings;
import io.millrace.worker.log.LogShipper;
import io.millrace.worker.report.Heartbeats;
import io.millrace.worker.report.LaneReports;
import io.millrace.worker.run.TaskRunner;
import io.millrace.worker.take.JobTaker;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/// Starts the parts of a worker in their order, keeps them going, and drains it at shutdown: takes
/// no more jobs, lets tasks finish, hands back the rest.
final class Worker implements SmartLifecycle {
    private static final Logger log = LoggerFactory.getLogger(Worker.class);
    private static final Duration WATCH_EVERY = Duration.ofMillis(100);

    private final WorkerProperties properties;
    private final PluginCatalog catalog;
    private final PluginSettings settings;
    private final TaskRunner runner;
    private final JobTaker taker;
    private final Heartbeats heartbeats;
    private final LogShipper shipper;
    private final LaneReports reports;
    private final ScheduledExecutorService clockwork =
            Executors.newScheduledThreadPool(
                    3, Thread.ofPlatform().daemon().name("worker-clock-", 0).factory());
    private volatile boolean running;

    Worker(
            WorkerProperties properties,
            PluginCatalog catalog,
            PluginSettings settings,
            TaskRunner runner,
            JobTaker taker,
            Heartbeats heartbeats,
            LogShipper shipper,
            LaneReports reports) {
        this.properties = properties;
        this.catalog = catalog;
        this.settings = settings;
        this.runner = runner;
        this.taker = taker;
        this.heartbeats = heartbeats;
        this.shipper = shipper;
        this.reports = reports;
    }

    @Override
    public void start() {
        catalog.start(settings);
        every(WATCH_EVERY, runner::watch);
        every(properties.heartbeatEvery(), heartbeats::beat);
        taker.start();
        every(properties.discoverEvery(), taker::discover);
        every(properties.discoverEvery(), taker::reviewDirectories);
        running = true;
        log.atInfo()
                .addKeyValue("worker", runner.workerId())
                .addKeyValue("group", properties.group())
                .addKeyValue("slots", properties.slots())
                .log("Worker started");
    }

    private void every(Duration pause, Runnable action) {
        var _ =
                clockwork.scheduleWithFixedDelay(
                        () -> guarded(action), 0, pause.toMillis(), TimeUnit.MILLISECONDS);
    }

    /// A failure must not end the repetition.
    private static void guarded(Runnable action) {
        try {
            action.run();
        } catch (RuntimeException e) {
            log.atError().setCause(e).log("A regular duty failed");
        }
    }

    @Override
    public void stop() {
        if (!running) {
            return;
        }
        running = false;
        taker.stopTaking();
        heartbeats.beat();
        try {
            runner.drain(properties.drainGrace());
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        taker.close();
        shipper.close();
        reports.close();
        clockwork.shutdownNow();
        catalog.close();
        log.atInfo().addKeyValue("worker", runner.workerId()).log("Worker drained");
    }

    @Override
    public boolean isRunning() {
        return running;
    }
}
