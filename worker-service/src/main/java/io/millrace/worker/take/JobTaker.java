// SPDX-License-Identifier: Apache-2.0
package io.millrace.worker.take;

import io.millrace.contracts.Claims;
import io.millrace.contracts.Control;
import io.millrace.contracts.Job;
import io.millrace.contracts.Topology;
import io.millrace.platform.boot.Endless;
import io.millrace.platform.broker.Broker;
import io.millrace.platform.broker.BrokerUnavailableException;
import io.millrace.platform.broker.Delivery;
import io.millrace.platform.broker.Outage;
import io.millrace.platform.broker.Subscription;
import io.millrace.plugin.PluginCatalog;
import io.millrace.plugin.PluginDescriptor;
import io.millrace.worker.WorkerProperties;
import io.millrace.worker.run.DispatchKey;
import io.millrace.worker.run.RunningTask;
import io.millrace.worker.run.TaskRunner;
import java.io.UncheckedIOException;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;

/// Holds a few jobs of each tenant and starts them in turn, one of a tenant after one of the next,
/// while slots are free.
///
/// A task that weighs more than what is free starts all the same if anything is free: so light
/// tasks can't keep it waiting for ever.
public final class JobTaker implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(JobTaker.class);
    private static final int CLAIMS_AT_ONCE = 200;
    private static final int REMEMBERED_ENDS = 10_000;

    private final Outage unclaimed = new Outage(log, "Jobs wait, for they can't be claimed");
    private final WorkerProperties properties;
    private final Broker broker;
    private final PluginCatalog catalog;
    private final TaskRunner runner;
    private final Claiming claiming;
    private final InstantSource clock;
    private final KillMemory kills;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final List<Tenant> tenants = new ArrayList<>();
    private final Map<DispatchKey, WaitingJob> waiting = new HashMap<>();
    private final Deque<DispatchKey> ended = new ArrayDeque<>();
    private final HashSet<DispatchKey> endedKeys = new HashSet<>();
    private int turn;
    private int used;
    private boolean open = true;
    private boolean draining;
    private final Thread thread =
            Thread.ofVirtual().name("job-taker").unstarted(Endless.loop(this::run));

    private static final class Tenant {
        final String name;
        final Deque<WaitingJob> jobs = new ArrayDeque<>();
        @Nullable Subscription subscription;

        Tenant(String name) {
            this.name = name;
        }
    }

    public JobTaker(
            WorkerProperties properties,
            Broker broker,
            PluginCatalog catalog,
            TaskRunner runner,
            Claiming claiming,
            InstantSource clock) {
        this.properties = properties;
        this.broker = broker;
        this.catalog = catalog;
        this.runner = runner;
        this.claiming = claiming;
        this.clock = clock;
        this.kills = new KillMemory(properties.killMemory(), clock);
    }

    public void start() {
        broker.listen(
                broker.topology().controlExchange(),
                List.of("#"),
                delivery -> obey(delivery.as(Control.class)));
        broker.listen(
                broker.topology().jobsExchange(),
                List.of(Topology.workerKey(runner.workerId())),
                this::arrivedForDirectory);
        properties.tenants().forEach(this::serve);
        thread.start();
    }

    /// A job that runs in a directory that is open here, beside the slots: the directory has them.
    private void arrivedForDirectory(Delivery delivery) {
        Job job;
        try {
            job = delivery.as(Job.class);
        } catch (JacksonException e) {
            log.atError().setCause(e).log("A job for a directory can't be read");
            return;
        }
        var key = DispatchKey.of(job);
        if (job.type().equals(Job.CLOSE_DIRECTORY)) {
            if (!runner.closeDirectory(key) && runner.find(key) == null && !hasEnded(key)) {
                runner.reportNoDirectory(job);
            }
            return;
        }
        if (runner.find(key) != null || hasEnded(key) || kills.isKilled(key)) {
            return;
        }
        var task = new RunningTask(job, null);
        if (!runner.startInDirectory(task, t -> freed(t, 0))) {
            runner.reportNoDirectory(job);
        } else if (kills.isKilled(key)) {
            task.stop(RunningTask.Stop.KILL);
        }
    }

    private boolean hasEnded(DispatchKey key) {
        lock.lock();
        try {
            return endedKeys.contains(key);
        } finally {
            lock.unlock();
        }
    }

    /// Looks after directories that nobody uses: says again that they are open, and gives up those
    /// that nobody waits for any longer.
    public void reviewDirectories() {
        runner.reportOpenDirectories();
        var idle = runner.idleDirectories(properties.claimAfter());
        if (idle.isEmpty()) {
            return;
        }
        try {
            var asked = idle.stream().map(JobTaker::claimOf).toList();
            var granted =
                    new HashSet<>(
                            claiming.claim(
                                    asked, tokens(idle.stream().map(RunningTask::job).toList())));
            for (var task : idle) {
                if (!granted.contains(claimOf(task))) {
                    task.stop(RunningTask.Stop.KILL);
                }
            }
        } catch (UncheckedIOException e) {
            log.atDebug().setCause(e).log("It could not be asked for directories");
        }
    }

    private static Map<String, String> tokens(List<Job> jobs) {
        var tokens = new HashMap<String, String>();
        jobs.forEach(job -> tokens.put(job.executionId(), job.token()));
        return tokens;
    }

    private static Claims.Claim claimOf(RunningTask task) {
        var job = task.job();
        return new Claims.Claim(job.executionId(), job.taskRun(), job.dispatch());
    }

    /// Takes jobs of this tenant, too, from now on.
    void serve(String name) {
        var tenant = new Tenant(name);
        lock.lock();
        try {
            if (!open || draining || tenants.stream().anyMatch(t -> t.name.equals(name))) {
                return;
            }
            tenants.add(tenant);
        } finally {
            lock.unlock();
        }
        try {
            var binding = broker.topology().jobs(properties.group(), name);
            broker.declare(binding);
            var subscription =
                    broker.consume(binding.queue(), properties.prefetch(), d -> arrived(tenant, d));
            log.atInfo().addKeyValue("queue", binding.queue()).log("Taking jobs");
            lock.lock();
            try {
                tenant.subscription = subscription;
                if (draining) {
                    subscription.pause();
                }
            } finally {
                lock.unlock();
            }
        } catch (BrokerUnavailableException e) {
            log.atInfo().addKeyValue("tenant", name).log("Jobs can't be taken yet");
            lock.lock();
            try {
                tenants.remove(tenant);
            } finally {
                lock.unlock();
            }
        }
    }

    /// Looks for tenants that it doesn't serve yet.
    public void discover() {
        properties.tenants().forEach(this::serve);
        try {
            claiming.tenants(properties.group()).forEach(this::serve);
        } catch (UncheckedIOException e) {
            log.atDebug().setCause(e).log("Tenants could not be asked for");
        }
        kills.forgetOld();
    }

    private void obey(Control control) {
        switch (control) {
            case Control.Kill(var taskRuns) -> taskRuns.forEach(this::kill);
            case Control.Drain(var workerId) when isThis(workerId) -> drain();
            case Control.Resume(var workerId) when isThis(workerId) -> resume();
            case Control.Drain _, Control.Resume _ -> {
                // another worker
            }
            case Control.JobQueueAdded(var group, var tenant) -> {
                if (group.equals(properties.group())) {
                    var _ = Thread.ofVirtual().start(() -> serve(tenant));
                }
            }
            case Control.SecretRotated _ -> {
                // secrets are read anew for each task
            }
        }
    }

    private boolean isThis(@Nullable String workerId) {
        return workerId == null || workerId.equals(runner.workerId());
    }

    private void kill(Control.TaskRun killed) {
        kills.remember(killed);
        for (var task : runner.running()) {
            if (kills.isKilled(task.key())) {
                task.stop(RunningTask.Stop.KILL);
            }
        }
    }

    private void arrived(Tenant tenant, Delivery delivery) {
        Job job;
        try {
            job = delivery.as(Job.class);
        } catch (JacksonException e) {
            var _ = Thread.ofVirtual().start(() -> broker.bury(delivery, e));
            return;
        }
        var key = DispatchKey.of(job);
        lock.lock();
        try {
            var running = runner.find(key);
            var held = waiting.get(key);
            if (running != null) {
                running.redelivered(delivery);
            } else if (endedKeys.contains(key)) {
                delivery.ack();
            } else if (held != null) {
                held.redelivered(delivery);
            } else if (!open || draining) {
                delivery.requeue();
            } else {
                var fresh = new WaitingJob(job, delivery);
                waiting.put(key, fresh);
                tenant.jobs.add(fresh);
                changed.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    private void run() {
        lock.lock();
        try {
            while (open) {
                var job = used < properties.slots() ? next() : null;
                if (job == null) {
                    // a held claim ends without a signal: look again now and then
                    var _ = changed.await(500, TimeUnit.MILLISECONDS);
                } else {
                    startOrBury(job);
                }
            }
        } catch (InterruptedException _) {
            // closed
        } finally {
            lock.unlock();
        }
    }

    /// The next tenant's first job that may start.
    private @Nullable WaitingJob next() {
        for (int i = 0; i < tenants.size(); i++) {
            int at = (turn + i) % tenants.size();
            var job = first(tenants.get(at).jobs);
            if (job != null) {
                turn = at + 1;
                waiting.remove(job.key());
                return job;
            }
        }
        return null;
    }

    /// Takes the first that may start; those that must be claimed first let others pass.
    private @Nullable WaitingJob first(Deque<WaitingJob> jobs) {
        for (var each = jobs.iterator(); each.hasNext(); ) {
            var job = each.next();
            if (job.claiming()) {
                continue;
            }
            if (needsClaim(job) && !kills.isKilled(job.key())) {
                claimAll();
                continue;
            }
            each.remove();
            return job;
        }
        return null;
    }

    private boolean needsClaim(WaitingJob job) {
        return job.needsClaim(clock.instant(), properties.claimAfter(), properties.claimHolds());
    }

    /// One that can't even be started must not end the thread that starts all others.
    private void startOrBury(WaitingJob job) {
        try {
            start(job);
        } catch (RuntimeException | LinkageError | StackOverflowError e) {
            log.atError()
                    .addKeyValue("execution", job.job().executionId())
                    .addKeyValue("taskRun", job.job().taskRun())
                    .setCause(e)
                    .log("A job can't be started");
            var _ = Thread.ofVirtual().start(() -> broker.bury(job.delivery(), e));
        }
    }

    private void start(WaitingJob job) {
        var task = new RunningTask(job.job(), job.delivery());
        int weight = weightOf(job.job());
        used += weight;
        if (kills.isKilled(job.key())) {
            runner.refuse(task, t -> freed(t, weight));
        } else {
            runner.start(task, t -> freed(t, weight));
            // a kill that came between the question and the start found nothing to stop
            if (kills.isKilled(job.key())) {
                task.stop(RunningTask.Stop.KILL);
            }
        }
    }

    private int weightOf(Job job) {
        var descriptor = catalog.descriptor(job.type());
        var type = descriptor.map(PluginDescriptor::type).orElse(job.type());
        int weight =
                properties
                        .weights()
                        .getOrDefault(type, descriptor.map(PluginDescriptor::weight).orElse(1));
        return Math.clamp(weight, 1, properties.slots());
    }

    private void freed(RunningTask task, int weight) {
        lock.lock();
        try {
            used -= weight;
            if (endedKeys.add(task.key())) {
                ended.add(task.key());
            }
            if (ended.size() > REMEMBERED_ENDS) {
                endedKeys.remove(ended.remove());
            }
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /// Claims all that must be claimed, beside this thread.
    private void claimAll() {
        var batch = new ArrayList<WaitingJob>();
        for (var job : waiting.values()) {
            if (!job.claiming() && needsClaim(job) && batch.size() < CLAIMS_AT_ONCE) {
                job.startClaim();
                batch.add(job);
            }
        }
        Thread.ofVirtual().name("claim").start(() -> claim(batch));
    }

    private void claim(List<WaitingJob> batch) {
        if (batch.stream().anyMatch(WaitingJob::isRedelivered)) {
            // Another worker may have run it: let its result arrive before asking.
            LockSupport.parkNanos(properties.redeliveryWait().toNanos());
        }
        try {
            var askedAt = clock.instant();
            var granted =
                    new HashSet<>(
                            claiming.claim(
                                    batch.stream().map(WaitingJob::claim).toList(),
                                    tokens(batch.stream().map(WaitingJob::job).toList())));
            unclaimed.over();
            lock.lock();
            try {
                for (var job : batch) {
                    job.endClaim(askedAt);
                    if (!granted.contains(job.claim())) {
                        drop(job);
                    }
                }
                changed.signalAll();
            } finally {
                lock.unlock();
            }
        } catch (UncheckedIOException e) {
            unclaimed.failed(e);
            lock.lock();
            try {
                batch.forEach(job -> job.endClaim(null));
            } finally {
                lock.unlock();
            }
        }
    }

    private void drop(WaitingJob stale) {
        if (waiting.remove(stale.key(), stale)) {
            tenants.forEach(tenant -> tenant.jobs.remove(stale));
            stale.delivery().ack();
            log.atInfo()
                    .addKeyValue("execution", stale.job().executionId())
                    .addKeyValue("taskRun", stale.job().taskRun())
                    .log("A stale job was dropped");
        }
    }

    public int used() {
        lock.lock();
        try {
            return used;
        } finally {
            lock.unlock();
        }
    }

    public boolean draining() {
        lock.lock();
        try {
            return !open || draining;
        } finally {
            lock.unlock();
        }
    }

    /// Takes no more jobs until it is told to, and gives back those that wait. What runs goes on.
    private void drain() {
        List<Subscription> open;
        lock.lock();
        try {
            if (draining) {
                return;
            }
            draining = true;
            giveBackWaiting();
            open = subscriptions();
        } finally {
            lock.unlock();
        }
        open.forEach(Subscription::pause);
        log.atInfo().addKeyValue("worker", runner.workerId()).log("Takes no more jobs");
    }

    private void resume() {
        List<Subscription> open;
        lock.lock();
        try {
            if (!draining) {
                return;
            }
            draining = false;
            open = subscriptions();
        } finally {
            lock.unlock();
        }
        open.forEach(Subscription::resume);
        log.atInfo().addKeyValue("worker", runner.workerId()).log("Takes jobs again");
    }

    private List<Subscription> subscriptions() {
        return tenants.stream()
                .map(tenant -> tenant.subscription)
                .filter(Objects::nonNull)
                .toList();
    }

    private void giveBackWaiting() {
        waiting.values().forEach(job -> job.delivery().requeue());
        waiting.clear();
        tenants.forEach(tenant -> tenant.jobs.clear());
        changed.signalAll();
    }

    /// Starts no more jobs and gives back those that wait.
    public void stopTaking() {
        lock.lock();
        try {
            open = false;
            giveBackWaiting();
        } finally {
            lock.unlock();
        }
    }

    /// Gives back what came after [#stopTaking], and what runs and isn't acknowledged.
    @Override
    public void close() {
        stopTaking();
        List<Tenant> all;
        lock.lock();
        try {
            all = List.copyOf(tenants);
        } finally {
            lock.unlock();
        }
        for (var tenant : all) {
            if (tenant.subscription != null) {
                tenant.subscription.close();
            }
        }
        thread.interrupt();
    }
}
