// SPDX-License-Identifier: Apache-2.0
package io.millrace.execution.workers;

import io.millrace.contracts.Heartbeat;
import io.millrace.contracts.LaneEvent;
import io.millrace.execution.dispatch.WorkerPresence;
import io.millrace.execution.lane.LaneRouter;
import io.millrace.execution.lane.TaskWatch;
import io.millrace.platform.broker.Broker;
import io.millrace.platform.broker.Delivery;
import io.millrace.platform.broker.Subscription;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.SmartLifecycle;
import org.springframework.scheduling.annotation.Scheduled;

/// Which workers live, by their heartbeats. The task runs of one that falls silent are lost: their
/// lanes are told. Every instance does so; telling it twice changes nothing.
public final class Workers implements TaskWatch, WorkerPresence, SmartLifecycle {
    private static final Logger log = LoggerFactory.getLogger(Workers.class);

    private final Broker broker;
    private final ObjectProvider<LaneRouter> router;
    private final Duration lostAfter;
    private final Clock clock;
    private final Map<String, Seen> workers = new ConcurrentHashMap<>();
    private @Nullable Subscription heartbeats;
    private volatile @Nullable Instant listeningSince;

    private static final class Seen {
        volatile Instant at;
        volatile @Nullable Heartbeat last;
        final Set<Heartbeat.Running> expected = ConcurrentHashMap.newKeySet();

        Seen(Instant at) {
            this.at = at;
        }
    }

    public Workers(
            Broker broker, ObjectProvider<LaneRouter> router, Duration lostAfter, Clock clock) {
        this.broker = broker;
        this.router = router;
        this.lostAfter = lostAfter;
        this.clock = clock;
    }

    @Override
    public void start() {
        heartbeats =
                broker.listen(broker.topology().heartbeatsExchange(), List.of("#"), this::beat);
        listeningSince = clock.instant();
    }

    private void beat(Delivery delivery) {
        var beat = delivery.as(Heartbeat.class);
        var now = clock.instant();
        var seen = workers.computeIfAbsent(beat.workerId(), _ -> new Seen(now));
        seen.at = now;
        seen.last = beat;
        // a worker that has been restarted under its old name runs nothing of what it ran before
        var expected = List.copyOf(seen.expected);
        seen.expected.clear();
        for (var task : expected) {
            if (!beat.running().contains(task)) {
                recheck(seen, task, now);
            }
        }
    }

    /// Task runs that the store says a worker runs, but its heartbeat doesn't: it ended them, and
    /// the result is under way, or it lost them.
    private void recheck(Seen seen, Heartbeat.Running task, Instant now) {
        var last = seen.last;
        if (last != null && last.startedAt().isAfter(now.minus(lostAfter))) {
            lost(task, "Worker was restarted");
        }
    }

    /// A lane that came to this instance has a task that this worker is said to run.
    @Override
    public void running(String workerId, String executionId, int taskRun, int dispatch) {
        workers.computeIfAbsent(workerId, _ -> new Seen(clock.instant()))
                .expected
                .add(new Heartbeat.Running(executionId, taskRun, dispatch));
    }

    /// Tells the lanes what was lost with workers that are silent.
    @Scheduled(fixedDelay = 1000)
    void lookForLost() {
        var silentSince = clock.instant().minus(lostAfter);
        for (var entry : Map.copyOf(workers).entrySet()) {
            var seen = entry.getValue();
            if (seen.at.isBefore(silentSince) && workers.remove(entry.getKey(), seen)) {
                var tasks = new HashSet<>(seen.expected);
                var last = seen.last;
                if (last != null) {
                    tasks.addAll(last.running());
                }
                log.atWarn()
                        .addKeyValue("worker", entry.getKey())
                        .addKeyValue("tasks", tasks.size())
                        .log("Worker lost");
                tasks.forEach(task -> lost(task, "Worker " + entry.getKey() + " is silent"));
            }
        }
    }

    private void lost(Heartbeat.Running task, String reason) {
        try {
            router.getObject()
                    .send(
                            task.executionId(),
                            new LaneEvent.TaskLost(task.taskRun(), task.dispatch(), reason));
        } catch (RuntimeException e) {
            log.atWarn()
                    .setCause(e)
                    .log("A lane was not told of a lost task; the sweep sees to it");
        }
    }

    /// Whether a worker has been heard of within the time after which it counts as lost.
    boolean lives(String workerId) {
        var seen = workers.get(workerId);
        return seen != null && seen.at.isAfter(clock.instant().minus(lostAfter));
    }

    /// Whether another worker than this says that it runs this dispatch.
    boolean runsElsewhere(Heartbeat.Running task, String workerId) {
        return workers.entrySet().stream()
                .filter(entry -> !entry.getKey().equals(workerId) && lives(entry.getKey()))
                .map(entry -> entry.getValue().last)
                .anyMatch(last -> last != null && last.running().contains(task));
    }

    @Override
    public boolean mayServe(String group) {
        var since = listeningSince;
        return since == null
                || clock.instant().isBefore(since.plus(lostAfter))
                || living().stream().anyMatch(w -> w.group().equals(group) && !w.draining());
    }

    /// Workers that live, as they last said.
    List<Heartbeat> living() {
        return workers.keySet().stream()
                .filter(this::lives)
                .map(workers::get)
                .map(seen -> seen == null ? null : seen.last)
                .filter(java.util.Objects::nonNull)
                .toList();
    }

    @Override
    public void stop() {
        var open = heartbeats;
        heartbeats = null;
        if (open != null) {
            open.close();
        }
    }

    @Override
    public boolean isRunning() {
        return heartbeats != null;
    }

    /// Before the lanes, which tell of tasks as they are taken.
    @Override
    public int getPhase() {
        return Integer.MIN_VALUE + 1500;
    }
}
