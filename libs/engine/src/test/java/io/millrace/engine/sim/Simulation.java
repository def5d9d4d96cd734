// SPDX-License-Identifier: Apache-2.0
package io.millrace.engine.sim;

import static java.util.Objects.requireNonNull;

import io.millrace.engine.Command;
import io.millrace.engine.Decision;
import io.millrace.engine.Engine;
import io.millrace.engine.Execution;
import io.millrace.engine.ExecutionEvent;
import io.millrace.engine.ExecutionRequest;
import io.millrace.engine.ExecutionState;
import io.millrace.engine.FlowPlan;
import io.millrace.engine.Job;
import io.millrace.engine.Parent;
import io.millrace.engine.Phase;
import io.millrace.engine.State;
import io.millrace.engine.TaskResult;
import io.millrace.engine.TaskRun;
import io.millrace.model.ExecutionId;
import io.millrace.model.Task;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// One run of an installation. All that happens is drawn from the seed, so that a run that goes
/// wrong goes wrong again.
final class Simulation {
    private static final int LANES = 2;
    private static final int INSTANCES = 3;
    private static final int WORKERS = 2;
    private static final Duration SILENCE = Duration.ofSeconds(10);
    private static final int MAX_STEPS = 60_000;

    private final Random random;
    private final Chaos chaos;
    private final Map<String, FlowPlan> plans;
    private final Map<String, Row> store = new LinkedHashMap<>();
    private final List<List<Message>> queues = new ArrayList<>();
    private final List<Sent> jobs = new ArrayList<>();
    private final List<Running> running = new ArrayList<>();
    private final List<Map<String, Cached>> caches = new ArrayList<>();
    private final int[] holders = new int[LANES];
    private final Map<String, Timer> timers = new TreeMap<>();
    private final Map<String, Integer> claims = new HashMap<>();
    private final Set<String> dispatched = new HashSet<>();
    private final Set<String> finished = new HashSet<>();
    private final Set<String> reopened = new HashSet<>();
    private final Map<String, Set<String>> slots = new HashMap<>();
    private final Map<String, Held> locks = new HashMap<>();
    private final List<Map.Entry<String, Command.RequestLock>> lockWaits = new ArrayList<>();
    private final Map<String, List<Recorded>> history = new HashMap<>();
    private Instant now = Instant.parse("2026-03-01T12:00:00Z");
    private Instant nextSweep = now.plus(SILENCE);
    private boolean calm;
    private boolean disturbed;
    private int steps;
    private int restarts;

    /// What the store holds of one execution.
    private record Row(Execution execution, Map<Integer, TaskRun> taskRuns, int version) {}

    private record Cached(ExecutionState state, int version) {}

    /// @param request there if it asks for a new execution
    private record Message(String id, @Nullable ExecutionEvent event, @Nullable Asked request) {}

    private record Asked(
            String flowId,
            @Nullable Parent parent,
            @Nullable Instant scheduleDate,
            @Nullable String originalId,
            int attempt,
            Map<String, String> labels) {}

    private record Sent(String id, Job job, boolean claim, Instant at, int seed) {}

    private record Running(Sent sent, int worker, Instant ends, boolean reported) {}

    private record Timer(String id, int ordinal, Instant at) {}

    /// Whose lock it is: an iteration of a rollout.
    private record Held(String id, int rollout, int iteration) {
        static Held by(String id, Command.Target target) {
            return new Held(id, target.rollout(), target.iteration());
        }
    }

    /// What was decided, to be decided again.
    ///
    /// @param restored whether the state came from the store
    private record Recorded(
            boolean restored,
            @Nullable Asked request,
            @Nullable ExecutionEvent event,
            Instant at) {}

    Simulation(long seed, Chaos chaos, Map<String, FlowPlan> plans) {
        this.random = new Random(seed);
        this.chaos = chaos;
        this.plans = plans;
        for (int i = 0; i < LANES; i++) {
            queues.add(new ArrayList<>());
            holders[i] = i % INSTANCES;
        }
        for (int i = 0; i < INSTANCES; i++) {
            caches.add(new HashMap<>());
        }
    }

    /// Starts executions of the flow `main` and runs until all have ended. Gives how each of them
    /// did, or nothing if somebody killed or restarted one.
    List<State> run(int executions) {
        var ids = new ArrayList<String>();
        for (int i = 0; i < executions; i++) {
            var id = ExecutionId.derived(now, "main" + i).value();
            ids.add(id);
            send(new Message(id, null, new Asked("main", null, null, null, 1, Map.of())));
        }
        int chaotic = chaos.equals(Chaos.NONE) ? 0 : 400;
        while (steps < chaotic && !(steps > 150 && isOver(ids))) {
            step();
        }
        calm = true;
        while (!isOver(ids)) {
            step();
            expect(steps < MAX_STEPS, () -> "Expected all to end but it goes on: " + describe());
        }
        checkRecorded();
        return disturbed ? List.of() : ids.stream().map(id -> row(id).execution().state()).toList();
    }

    private boolean isOver(List<String> ids) {
        return queues.stream().allMatch(List::isEmpty)
                && store.keySet().containsAll(ids)
                && store.values().stream()
                        .allMatch(row -> row.execution().cursor().stage().name().equals("OVER"));
    }

    private boolean happens(int perThousand) {
        return !calm && random.nextInt(1000) < perThousand;
    }

    private void step() {
        steps++;
        now = now.plusMillis(random.nextInt(40));
        if (!now.isBefore(nextSweep)) {
            nextSweep = now.plus(SILENCE);
            sweep();
        }
        if (happens(chaos.workerDies())) {
            int dead = random.nextInt(WORKERS);
            running.removeIf(run -> run.worker() == dead);
        }
        if (happens(chaos.requests())) {
            interfere();
        }
        int from = random.nextInt(4);
        for (int i = 0; i < 4; i++) {
            boolean done =
                    switch ((from + i) % 4) {
                        case 0 -> deliver();
                        case 1 -> takeJob();
                        case 2 -> endJob();
                        default -> fireTimer();
                    };
            if (done) {
                return;
            }
        }
        idle();
    }

    /// Nothing is due: the clock goes on to what comes next.
    private void idle() {
        var next = nextSweep;
        for (var timer : timers.values()) {
            next = timer.at().isBefore(next) ? timer.at() : next;
        }
        for (var run : running) {
            next = run.ends().isBefore(next) ? run.ends() : next;
        }
        now = next.isAfter(now) ? next : now;
    }

    // --- lanes -----------------------------------------------------------------------------------

    private static int laneOf(String id) {
        return Math.floorMod(id.hashCode(), LANES);
    }

    private void send(Message message) {
        if (happens(chaos.lose()) && message.request() == null) {
            return;
        }
        queues.get(laneOf(message.id())).add(message);
        if (happens(chaos.duplicate())) {
            queues.get(laneOf(message.id())).add(message);
        }
    }

    private boolean deliver() {
        int lane = random.nextInt(LANES);
        var queue = queues.get(lane);
        if (queue.isEmpty()) {
            lane = (lane + 1) % LANES;
            queue = queues.get(lane);
        }
        if (queue.isEmpty()) {
            return false;
        }
        var batch = new ArrayList<Message>();
        int most = 1 + random.nextInt(5);
        while (!queue.isEmpty() && batch.size() < most) {
            batch.add(queue.remove(chaos.reorder() && !calm ? random.nextInt(queue.size()) : 0));
        }
        boolean zombie = happens(chaos.zombie());
        int instance = zombie ? random.nextInt(INSTANCES) : holders[lane];
        if (!work(instance, lane, batch)) {
            queue.addAll(0, batch); // they were never acknowledged
        }
        return true;
    }

    /// Decides a batch, commits it, and publishes what follows. Gives whether it is acknowledged.
    private boolean work(int instance, int lane, List<Message> batch) {
        var cache = caches.get(instance);
        var states = new LinkedHashMap<String, Cached>();
        var decisions = new ArrayList<Decision>();
        var recorded = new ArrayList<Recorded>();
        var ids = new ArrayList<String>();
        for (var message : batch) {
            var known = states.get(message.id());
            if (known == null) {
                known = cache.get(message.id());
            }
            boolean restored = known == null;
            if (known == null) {
                known = load(message.id());
            }
            var decision = decide(known, message);
            if (decision == null) {
                continue;
            }
            int version = known == null ? 0 : known.version();
            states.put(message.id(), new Cached(decision.state(), version));
            decisions.add(decision);
            ids.add(message.id());
            recorded.add(new Recorded(restored, message.request(), message.event(), now));
        }
        if (happens(chaos.crashBeforeCommit())) {
            crash(instance);
            return false;
        }
        for (var entry : states.entrySet()) {
            var row = store.get(entry.getKey());
            if ((row == null ? 0 : row.version()) != entry.getValue().version()) {
                cache.clear(); // somebody else holds the lane
                if (holders[lane] == instance) {
                    takeOver(lane);
                }
                return false;
            }
        }
        commit(instance, ids, decisions, recorded);
        if (happens(chaos.crashBeforePublish())) {
            crash(instance);
            return false;
        }
        for (int i = 0; i < ids.size(); i++) {
            for (var command : decisions.get(i).commands()) {
                publish(ids.get(i), command);
            }
        }
        return true;
    }

    private @Nullable Cached load(String id) {
        var row = store.get(id);
        if (row == null) {
            return null;
        }
        var plan = plan(row.execution().flowId());
        return new Cached(
                ExecutionState.restore(plan, row.execution(), row.taskRuns().values()),
                row.version());
    }

    private @Nullable Decision decide(@Nullable Cached known, Message message) {
        if (message.request() != null) {
            if (known != null) {
                var plan = plan(known.state().execution().flowId());
                var again = new ExecutionEvent.RequestedAgain(message.request().parent());
                var decision = Engine.decide(plan, known.state(), again, now);
                if (known.state().execution().state().isTerminal()
                        && !decision.state()
                                .execution()
                                .history()
                                .equals(known.state().execution().history())) {
                    reopened.add(message.id()); // its parent was restarted
                }
                return decision;
            }
            return start(message.id(), message.request(), now);
        }
        if (known == null) {
            return null;
        }
        return Engine.decide(
                plan(known.state().execution().flowId()),
                known.state(),
                requireNonNull(message.event()),
                now);
    }

    private Decision start(String id, Asked asked, Instant at) {
        return Engine.start(
                plan(asked.flowId()),
                ExecutionRequest.of(id, "main", "sim")
                        .labels(asked.labels())
                        .parent(asked.parent())
                        .originalId(asked.originalId())
                        .attempt(asked.attempt())
                        .scheduleDate(asked.scheduleDate())
                        .build(),
                at);
    }

    private FlowPlan plan(String flowId) {
        return requireNonNull(plans.get(flowId));
    }

    private void commit(
            int instance, List<String> ids, List<Decision> decisions, List<Recorded> recorded) {
        for (int i = 0; i < ids.size(); i++) {
            var id = ids.get(i);
            var decision = decisions.get(i);
            var before = store.get(id);
            if (before != null
                    && before.execution().equals(decision.state().execution())
                    && decision.touched().isEmpty()) {
                continue;
            }
            var rows = new TreeMap<Integer, TaskRun>();
            if (before != null) {
                rows.putAll(before.taskRuns());
            }
            decision.removed().forEach(rows::remove);
            decision.touched().forEach(o -> rows.put(o, decision.state().taskRun(o)));
            var after =
                    new Row(
                            decision.state().execution(),
                            rows,
                            before == null ? 1 : before.version() + 1);
            check(id, before, after, decision, recorded.get(i));
            store.put(id, after);
            caches.get(instance).put(id, new Cached(decision.state(), after.version()));
            history.computeIfAbsent(id, _ -> new ArrayList<>()).add(recorded.get(i));
        }
        checkLocks();
    }

    private void crash(int instance) {
        caches.get(instance).clear();
        for (int lane = 0; lane < LANES; lane++) {
            if (holders[lane] == instance) {
                takeOver(lane);
            }
        }
    }

    private void takeOver(int lane) {
        holders[lane] = (holders[lane] + 1 + random.nextInt(INSTANCES - 1)) % INSTANCES;
        caches.get(holders[lane]).keySet().removeIf(id -> laneOf(id) == lane);
        timers.values().removeIf(timer -> laneOf(timer.id()) == lane);
        recover(lane);
    }

    /// Gives again what may have been lost of a lane's unfinished executions.
    private void recover(int lane) {
        for (var entry : new ArrayList<>(store.entrySet())) {
            var execution = entry.getValue().execution();
            boolean recent =
                    execution.history().changedAt().plus(Duration.ofSeconds(60)).isAfter(now);
            if (laneOf(entry.getKey()) == lane
                    && (recent || !execution.cursor().stage().name().equals("OVER"))) {
                queues.get(lane)
                        .add(
                                new Message(
                                        entry.getKey(),
                                        new ExecutionEvent.Recovered(now.minus(SILENCE)),
                                        null));
            }
        }
    }

    private void sweep() {
        for (int lane = 0; lane < LANES; lane++) {
            recover(lane);
        }
        for (var run : running) {
            if (run.sent().job().kind() == Job.Kind.OPEN_DIRECTORY) {
                reportStart(run); // a worker says so until it is given work
            }
        }
        for (var entry : store.entrySet()) {
            for (var run : entry.getValue().taskRuns().values()) {
                boolean silent =
                        run.workerId() != null
                                && !run.isOver()
                                && running.stream()
                                        .noneMatch(job -> isOf(job, entry.getKey(), run));
                if (silent) {
                    send(
                            new Message(
                                    entry.getKey(),
                                    new ExecutionEvent.TaskLost(
                                            run.ordinal(), run.dispatch(), "silent"),
                                    null));
                }
            }
            var execution = entry.getValue().execution();
            for (var run : entry.getValue().taskRuns().values()) {
                if (run.phase() == Phase.PAUSED && waits(execution, run)) {
                    boolean approved = run.taskId().hashCode() % 2 == 0;
                    send(new Message(entry.getKey(), decision(run.ordinal(), approved), null));
                }
            }
            if (execution.held() || execution.paused() > 0) {
                send(
                        new Message(
                                entry.getKey(),
                                new ExecutionEvent.ResumeRequested(null, Map.of(), "sim"),
                                null));
            }
        }
    }

    /// Whether somebody decides sooner or later; what has a timeout is left alone until then.
    private boolean waits(Execution execution, TaskRun run) {
        return plan(execution.flowId()).task(run.taskId()).definition().common().timeout() == null;
    }

    private static ExecutionEvent decision(int ordinal, boolean approved) {
        return new ExecutionEvent.DecisionMade(
                ordinal,
                approved ? Task.Approval.Decision.APPROVED : Task.Approval.Decision.DENIED,
                null,
                Map.of(),
                "sim");
    }

    private static boolean isOf(Running job, String id, TaskRun run) {
        return job.sent().id().equals(id)
                && job.sent().job().taskRun() == run.ordinal()
                && job.sent().job().dispatch() == run.dispatch();
    }

    // --- commands --------------------------------------------------------------------------------

    private void publish(String id, Command command) {
        switch (command) {
            case Command.DispatchTask dispatch -> dispatch(id, dispatch);
            case Command.StartChild child ->
                    send(
                            new Message(
                                    child.childId(),
                                    null,
                                    new Asked(
                                            child.flowId(),
                                            new Parent(
                                                    id,
                                                    child.taskRun(),
                                                    child.dispatch(),
                                                    child.waits()),
                                            child.scheduleDate(),
                                            null,
                                            1,
                                            child.labels())));
            case Command.KillChild(var child) ->
                    send(
                            new Message(
                                    child, new ExecutionEvent.KillRequested("parent", true), null));
            case Command.StartRetry retry ->
                    send(
                            new Message(
                                    retry.executionId(),
                                    null,
                                    new Asked(
                                            "main",
                                            retry.parent(),
                                            retry.scheduleDate(),
                                            retry.originalId(),
                                            retry.attempt(),
                                            retry.labels())));
            case Command.CancelTaskRun(int ordinal, int dispatch) -> cancel(id, ordinal, dispatch);
            case Command.SetTimer(int ordinal, var at) ->
                    timers.put(id + ":" + ordinal, new Timer(id, ordinal, at));
            case Command.DropTimer(int ordinal) -> timers.remove(id + ":" + ordinal);
            case Command.RequestSlot(int limit) -> slot(id, limit);
            case Command.FreeSlot _ -> {
                // slots are counted from the executions that hold one
            }
            case Command.RequestLock lock -> lock(id, lock);
            case Command.FreeLock(var target, var _) -> {
                if (locks.remove(target.name(), Held.by(id, target))) {
                    var waiting = List.copyOf(lockWaits);
                    lockWaits.clear();
                    waiting.forEach(wait -> lock(wait.getKey(), wait.getValue()));
                }
            }
            case Command.NotifyParentStarted(var parent) ->
                    send(
                            new Message(
                                    parent.executionId(),
                                    new ExecutionEvent.ChildStarted(
                                            parent.taskRun(), parent.dispatch(), id),
                                    null));
            case Command.NotifyParentEnded(var parent, var state, var outputs, var error) ->
                    send(
                            new Message(
                                    parent.executionId(),
                                    new ExecutionEvent.ChildEnded(
                                            parent.taskRun(),
                                            parent.dispatch(),
                                            id,
                                            state,
                                            outputs,
                                            error),
                                    null));
            case Command.Continue _ -> send(new Message(id, new ExecutionEvent.Continued(), null));
            case Command.Announce _, Command.WriteLog _ -> {
                // nobody listens
            }
        }
    }

    private void dispatch(String id, Command.DispatchTask dispatch) {
        var row = row(id);
        var plan = plan(row.execution().flowId());
        var state = ExecutionState.restore(plan, row.execution(), row.taskRuns().values());
        if (!state.awaits(dispatch.taskRun(), dispatch.dispatch())) {
            return; // the same batch has gone on
        }
        var job = Job.of(plan, state, dispatch);
        if (!dispatch.again()) {
            expect(
                    dispatched.add(key(id, dispatch.taskRun(), dispatch.dispatch())),
                    () ->
                            "Expected one sending of each dispatch but "
                                    + dispatch
                                    + " was sent twice");
        }
        if (!happens(chaos.lose())) {
            jobs.add(new Sent(id, job, dispatch.again(), now, seedOf(state, job.taskRun())));
        }
    }

    /// What a task does depends on where it is, not on when it runs.
    private static int seedOf(ExecutionState state, int ordinal) {
        int seed = 17;
        for (int up = ordinal; up != TaskRun.NONE; up = state.taskRun(up).parent()) {
            var run = state.taskRun(up);
            seed = 31 * seed + run.taskId().hashCode();
            seed = 31 * seed + (run.value() == null ? 0 : run.value().hashCode());
        }
        return seed;
    }

    private static String key(String id, int ordinal, int dispatch) {
        return id + ":" + ordinal + ":" + dispatch;
    }

    /// Slots are counted from the store: those that hold one, and those that wait, oldest first.
    private void slot(String id, int limit) {
        var flow = row(id).execution().flowId();
        long held =
                store.entrySet().stream()
                        .filter(e -> e.getValue().execution().flowId().equals(flow))
                        .filter(e -> e.getValue().execution().slot().name().equals("HELD"))
                        .count();
        var granted = slots.computeIfAbsent(flow, _ -> new LinkedHashSet<>());
        granted.removeIf(other -> !row(other).execution().slot().name().equals("ASKED"));
        boolean free = granted.contains(id) || held + granted.size() < limit;
        if (free) {
            granted.add(id);
        }
        send(
                new Message(
                        id,
                        free ? new ExecutionEvent.SlotGranted() : new ExecutionEvent.SlotDenied(),
                        null));
    }

    /// A lock counts as long as something of its target has not ended.
    private void lock(String id, Command.RequestLock lock) {
        var run = row(id).taskRuns().get(lock.taskRun());
        if (run == null || run.phase() != Phase.LOCKING) {
            return; // it came late
        }
        var name = lock.target().name();
        var holder = locks.get(name);
        var mine = Held.by(id, lock.target());
        if (holder != null
                && !holder.equals(mine)
                && row(holder.id()).taskRuns().values().stream()
                        .anyMatch(other ->
                                !other.isOver()
                                        && other.parent() == holder.rollout()
                                        && other.iteration() == holder.iteration()
                                        && targetOf(holder.id(), other) != null)) {
            lockWaits.add(Map.entry(id, lock));
            send(new Message(id, new ExecutionEvent.LockDenied(lock.taskRun(), holder.id()), null));
            return;
        }
        locks.put(name, mine);
        send(new Message(id, new ExecutionEvent.LockGranted(lock.taskRun()), null));
    }

    /// The target that a task run works on under a lock, if it does.
    private @Nullable String targetOf(String id, TaskRun run) {
        var task = plan(row(id).execution().flowId()).find(run.taskId());
        return task != null
                        && task.parent() != null
                        && task.parent().definition() instanceof Task.Loop loop
                        && loop.rollout() != null
                        && loop.rollout().lock() != Task.Loop.LockScope.NONE
                        && loop.tasks().contains(task.definition())
                ? run.value()
                : null;
    }

    /// Nobody else works on a target that somebody has the lock of.
    private void checkLocks() {
        var at = new HashMap<String, Held>();
        store.forEach((id, row) ->
                row.taskRuns()
                        .values()
                        .forEach(run -> {
                            boolean works =
                                    switch (run.phase()) {
                                        case READY, LOCKING, HALTED, OVER -> false;
                                        case RENDERING,
                                                RUNNING,
                                                CHILD,
                                                BATCHES,
                                                CHILDREN,
                                                PAUSED,
                                                DELAY ->
                                                true;
                                    };
                            var target = works ? targetOf(id, run) : null;
                            if (target != null) {
                                var mine = new Held(id, run.parent(), run.iteration());
                                var other = at.putIfAbsent(target, mine);
                                expect(
                                        other == null || other.equals(mine),
                                        () ->
                                                "Expected one at "
                                                        + target
                                                        + ": "
                                                        + mine
                                                        + ", "
                                                        + other);
                            }
                        }));
    }

    private void cancel(String id, int ordinal, int dispatch) {
        jobs.removeIf(sent ->
                sent.id().equals(id)
                        && sent.job().taskRun() == ordinal
                        && sent.job().dispatch() <= dispatch);
        for (var run : List.copyOf(running)) {
            var sent = run.sent();
            if (sent.id().equals(id)
                    && sent.job().taskRun() == ordinal
                    && sent.job().dispatch() <= dispatch) {
                running.remove(run);
                ended(run, State.KILLED);
            }
        }
    }

    private Row row(String id) {
        return requireNonNull(store.get(id), id);
    }

    // --- workers and timers ----------------------------------------------------------------------

    private boolean takeJob() {
        if (jobs.isEmpty()) {
            return false;
        }
        var sent = jobs.remove(chaos.reorder() && !calm ? random.nextInt(jobs.size()) : 0);
        var directory = sent.job().directory();
        if (directory != null) {
            takePinned(sent, directory);
            return true;
        }
        int worker = random.nextInt(WORKERS);
        boolean old = sent.at().plusSeconds(3).isBefore(now);
        if (sent.claim() || old) {
            var key = key(sent.id(), sent.job().taskRun(), sent.job().dispatch());
            var row = store.get(sent.id());
            var run = row == null ? null : row.taskRuns().get(sent.job().taskRun());
            boolean runs =
                    running.stream().anyMatch(other -> run != null && isOf(other, sent.id(), run));
            if (run == null
                    || run.dispatch() != sent.job().dispatch()
                    || (run.phase() != Phase.RUNNING && run.phase() != Phase.RENDERING)
                    || runs) {
                return true; // a stale job is dropped
            }
            claims.put(key, worker);
        }
        start(sent, worker);
        return true;
    }

    private void start(Sent sent, int worker) {
        boolean stays = sent.job().kind() == Job.Kind.OPEN_DIRECTORY;
        var ends =
                stays
                        ? now.plus(Duration.ofDays(1))
                        : now.plusMillis(random.nextInt(random.nextInt(8) == 0 ? 15_000 : 500));
        var run = new Running(sent, worker, ends, stays);
        running.add(run);
        if (stays) {
            reportStart(run);
        }
    }

    private void reportStart(Running run) {
        send(
                new Message(
                        run.sent().id(),
                        new ExecutionEvent.TaskStarted(
                                run.sent().job().taskRun(),
                                run.sent().job().dispatch(),
                                "w" + run.worker(),
                                now),
                        null));
    }

    /// A job for the worker that has a directory open.
    private void takePinned(Sent sent, Job.Directory directory) {
        var open =
                running.stream()
                        .filter(run -> run.sent().job().kind() == Job.Kind.OPEN_DIRECTORY)
                        .filter(run -> run.sent().id().equals(sent.id()))
                        .filter(run -> run.sent().job().taskRun() == directory.taskRun())
                        .filter(run -> run.sent().job().dispatch() == directory.dispatch())
                        .filter(run -> directory.worker().equals("w" + run.worker()))
                        .findFirst();
        if (open.isEmpty()) {
            send(
                    new Message(
                            sent.id(),
                            new ExecutionEvent.TaskLost(
                                    directory.taskRun(), directory.dispatch(), "closed"),
                            null));
        } else if (sent.job().kind() == Job.Kind.CLOSE_DIRECTORY) {
            running.remove(open.get());
            ended(open.get(), State.SUCCESS);
        } else if (running.stream()
                .noneMatch(run ->
                        run.sent().id().equals(sent.id())
                                && run.sent().job().taskRun() == sent.job().taskRun()
                                && run.sent().job().dispatch() == sent.job().dispatch())) {
            start(sent, open.get().worker());
        }
    }

    private boolean endJob() {
        for (int i = 0; i < running.size(); i++) {
            var run = running.get(i);
            if (!run.ends().isAfter(now)) {
                running.remove(i);
                ended(run, outcome(run.sent()));
                return true;
            }
            boolean isLong = run.sent().at().plusSeconds(1).isBefore(now);
            if (isLong && !run.reported()) {
                running.set(i, new Running(run.sent(), run.worker(), run.ends(), true));
                reportStart(run);
                return true;
            }
        }
        return false;
    }

    private static State outcome(Sent sent) {
        if (sent.job().renderOnly()) {
            return State.SUCCESS;
        }
        int drawn = Math.floorMod(31 * sent.seed() + 7 * sent.job().attempt(), 100);
        return drawn < 14 ? State.FAILED : drawn < 20 ? State.WARNING : State.SUCCESS;
    }

    /// A file is split in so many batches.
    private static Map<String, @Nullable Object> outputs(Sent sent) {
        Map<String, @Nullable Object> outputs = new LinkedHashMap<>();
        if (sent.job().type().endsWith("ForEachItemSplit")) {
            outputs.put("numberOfBatches", Math.floorMod(sent.seed(), 6));
            outputs.put("batchUri", "kestra:///sim/{batch}.txt");
        }
        return outputs;
    }

    private void ended(Running run, State state) {
        var job = run.sent().job();
        send(
                new Message(
                        run.sent().id(),
                        new ExecutionEvent.TaskEnded(
                                job.taskRun(),
                                job.dispatch(),
                                new TaskResult(
                                        state,
                                        outputs(run.sent()),
                                        null,
                                        state == State.FAILED ? "failed" : null,
                                        null,
                                        now,
                                        now,
                                        "w" + run.worker())),
                        null));
    }

    private boolean fireTimer() {
        for (var entry : timers.entrySet()) {
            var timer = entry.getValue(); // a tree's entry may be another one after a removal
            if (!timer.at().isAfter(now)) {
                timers.remove(entry.getKey());
                send(new Message(timer.id(), new ExecutionEvent.TimerDue(timer.ordinal()), null));
                return true;
            }
        }
        return false;
    }

    private void interfere() {
        if (store.isEmpty()) {
            return;
        }
        var ids = new ArrayList<>(store.keySet());
        var id = ids.get(random.nextInt(ids.size()));
        ExecutionEvent event =
                switch (random.nextInt(chaos.kills() ? 7 : 4)) {
                    case 4 -> decision(random.nextInt(20), random.nextBoolean());
                    case 5 -> new ExecutionEvent.KillRequested("sim", random.nextBoolean());
                    case 0, 1 -> new ExecutionEvent.PauseRequested("sim");
                    case 2 -> new ExecutionEvent.ResumeRequested(null, Map.of(), "sim");
                    case 3 -> new ExecutionEvent.ForceRunRequested("sim");
                    default -> new ExecutionEvent.RestartRequested("sim");
                };
        disturbed |=
                event instanceof ExecutionEvent.RestartRequested
                        || event instanceof ExecutionEvent.KillRequested;
        if (event instanceof ExecutionEvent.RestartRequested) {
            if (restarts++ > 3 || row(id).execution().parent() != null) {
                return;
            }
            reopened.add(id);
        }
        send(new Message(id, event, null));
    }

    // --- what must always hold -------------------------------------------------------------------

    private void check(
            String id, @Nullable Row before, Row after, Decision decision, Recorded recorded) {
        var plan = plan(after.execution().flowId());
        var restored = ExecutionState.restore(plan, after.execution(), after.taskRuns().values());
        expect(
                restored.equals(decision.state()),
                () -> "Expected the rows to bring back the state, after " + recorded);
        if (before != null) {
            checkHistory(id, before, after, recorded);
        }
        for (var run : after.taskRuns().values()) {
            expect(
                    run.parent() == TaskRun.NONE || after.taskRuns().containsKey(run.parent()),
                    () -> "Expected the parent of " + run);
            expect(
                    run.isOver() == run.state().isTerminal(),
                    () -> "Expected phase and state to agree: " + run);
            if (run.cursor() != null && !run.isOver()) {
                expect(run.cursor().running() >= 0, () -> "Expected no negative count: " + run);
            }
            expect(
                    !run.isOver()
                            || after.taskRuns().values().stream()
                                    .noneMatch(child ->
                                            child.parent() == run.ordinal() && !child.isOver()),
                    () -> "Expected no child to outlive " + run);
        }
        if (after.execution().cursor().stage().name().equals("OVER")) {
            expect(
                    after.taskRuns().values().stream().allMatch(TaskRun::isOver),
                    () -> "Expected all task runs to be over after " + recorded + ": " + after);
        }
        if (recorded.event() instanceof ExecutionEvent.TaskEnded ended) {
            expect(
                    finished.add(key(id, ended.taskRun(), ended.dispatch())),
                    () -> "Expected each dispatch to end once: " + ended);
            var run = before == null ? null : before.taskRuns().get(ended.taskRun());
            expect(
                    run != null && run.dispatch() == ended.dispatch(),
                    () -> "Expected the newest dispatch to end it: " + ended + " ended " + run);
        }
    }

    private void checkHistory(String id, Row before, Row after, Recorded recorded) {
        var old = before.execution().history().changes();
        var longer = after.execution().history().changes();
        expect(
                longer.size() >= old.size() && longer.subList(0, old.size()).equals(old),
                () -> "Expected the history only to grow: " + old + " to " + longer);
        if (before.execution().state().isTerminal()) {
            expect(
                    after.execution().state() == before.execution().state()
                            || recorded.event() instanceof ExecutionEvent.RestartRequested
                            || recorded.request() != null,
                    () -> "Expected a terminal state to stay, after " + recorded);
        }
        for (var run : before.taskRuns().values()) {
            var now = after.taskRuns().get(run.ordinal());
            if (now != null && run.isOver() && !reopened.contains(id)) {
                expect(
                        now.equals(run),
                        () -> "Expected what is over to stay: " + run + " to " + now);
            }
        }
    }

    /// The same events, decided again, lead to the same states.
    private void checkRecorded() {
        history.forEach((id, events) -> {
            ExecutionState state = null;
            for (var event : events) {
                if (state == null) {
                    state = start(id, requireNonNull(event.request()), event.at()).state();
                } else {
                    var next =
                            event.request() != null
                                    ? new ExecutionEvent.RequestedAgain(event.request().parent())
                                    : requireNonNull(event.event());
                    state =
                            Engine.decide(plan(state.execution().flowId()), state, next, event.at())
                                    .state();
                }
            }
            var row = row(id);
            var stored =
                    ExecutionState.restore(
                            plan(row.execution().flowId()),
                            row.execution(),
                            row.taskRuns().values());
            expect(
                    stored.equals(state),
                    () -> "Expected the recorded events to lead to the stored state");
        });
    }

    private static void expect(boolean holds, Supplier<String> message) {
        if (!holds) {
            throw new AssertionError(message.get());
        }
    }

    private String describe() {
        var text = new StringBuilder();
        store.forEach((id, row) -> {
            if (!row.execution().cursor().stage().name().equals("OVER")) {
                text.append('\n').append(id).append(' ').append(row.execution());
                row.taskRuns().values().forEach(run -> text.append("\n  ").append(run));
            }
        });
        return text.toString();
    }
}
