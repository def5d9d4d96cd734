// SPDX-License-Identifier: Apache-2.0
package io.millrace.execution.lane;

import io.millrace.contracts.LaneEvent;
import io.millrace.contracts.LaneMessage;
import io.millrace.contracts.LaneReply;
import io.millrace.contracts.LogLine;
import io.millrace.engine.Command;
import io.millrace.engine.ExecutionEvent;
import io.millrace.engine.LogEntry;
import io.millrace.execution.flows.FlowPlans;
import io.millrace.execution.flows.FlowRef;
import io.millrace.execution.flows.FlowUnusableException;
import io.millrace.platform.boot.Endless;
import io.millrace.platform.broker.Broker;
import io.millrace.platform.broker.BrokerUnavailableException;
import io.millrace.platform.broker.Delivery;
import io.millrace.platform.broker.Outage;
import io.millrace.platform.broker.OutgoingMessage;
import io.millrace.platform.broker.Subscription;
import io.millrace.platform.tenancy.TenantScope;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;

/// Works the lanes that it holds, on one thread: takes all that has arrived, applies it, commits it
/// in one transaction, and sends what follows. Nothing else writes executions.
///
/// Sending overlaps with the next turn; deliveries are acknowledged once what follows from them is
/// confirmed. What is lost between the two is derived again from the committed state.
final class LaneLoop implements Runnable {
    private static final Logger log = LoggerFactory.getLogger(LaneLoop.class);
    private static final int TRIES = 5;
    private static final int RECOVERY_PAGE = 200;
    private static final Instant FAR = Instant.parse("9999-01-01T00:00:00Z");
    private static final Duration LONGEST_NAP = Duration.ofMillis(500);

    /// Before what is away is tried again.
    private static final Duration AWAY = Duration.ofMillis(100);

    /// What other parts of the service lend to a loop.
    record Surroundings(
            LaneProperties properties,
            ExecutionStore store,
            LaneLeases leases,
            FlowPlans plans,
            Broker broker,
            CommandSink sink,
            LaneRouter router,
            TaskWatch watch,
            LogBudget budget,
            InputSeal seal,
            LaneMetrics metrics,
            CommitHook hook,
            Clock clock) {}

    /// A lane as this loop sees it.
    private static final class Lane {
        final HeldLane held;
        @Nullable Subscription subscription;
        Instant announced;

        /// When to look for executions whose commands may be lost, or nothing.
        @Nullable Instant recoverAt;

        Instant silentSince = Instant.MIN;
        Instant recoveredAt = Instant.MIN;
        String recoveredUpTo = "";
        Instant sweepAt;

        Lane(HeldLane held, Instant announced, Instant sweepAt) {
            this.held = held;
            this.announced = announced;
            this.sweepAt = sweepAt;
        }
    }

    private final Surroundings with;
    private final LaneOutbox outbox;
    private final LiveExecutions executions;
    private final LaneEvents events;
    private final Consumer<HeldLane> onLost;
    private final Consumer<LaneItem.Submitted> forward;
    private final BlockingQueue<LaneItem> inbox = new LinkedBlockingQueue<>();
    private final BlockingQueue<Runnable> controls = new LinkedBlockingQueue<>();
    private final Deque<LaneItem> ready = new ArrayDeque<>();
    private final Map<Integer, Lane> lanes = new HashMap<>();
    private final Map<String, List<LaneItem>> parked = new HashMap<>();
    private final LaneTimers timers = new LaneTimers();
    private final Map<String, Instant> nextSweep = new HashMap<>();
    private final Outage unsaid =
            new Outage(log, "What follows from a commit waits for the broker or the database");
    private final Outage unburied = new Outage(log, "A message can't be put aside for now");
    private final Thread thread;
    private volatile boolean running = true;
    private volatile long turnedAt = System.nanoTime();

    /// @param onLost told of a lane that another instance has
    /// @param forward takes what was meant for a lane that is no longer held
    LaneLoop(
            int index,
            Surroundings with,
            Consumer<HeldLane> onLost,
            Consumer<LaneItem.Submitted> forward) {
        this.with = with;
        this.outbox =
                new LaneOutbox(
                        with.broker().newPublisher(), this::wakeIfIdle, this::announcedUntil);
        this.executions =
                new LiveExecutions(with.store(), with.plans(), timers, with.properties().cache());
        this.events = new LaneEvents(executions, with.watch(), with.budget(), with.seal());
        this.onLost = onLost;
        this.forward = forward;
        this.thread =
                Thread.ofPlatform()
                        .name("lane-loop-" + index)
                        .unstarted(TenantScope.acrossAll(Endless.loop(this)));
    }

    void start() {
        thread.start();
    }

    /// Ends the thread, whatever it does. Lanes should have been released before.
    void stop() {
        running = false;
        thread.interrupt();
        try {
            thread.join(Duration.ofSeconds(5));
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    void submit(LaneItem item) {
        inbox.add(item);
    }

    int waiting() {
        return inbox.size();
    }

    /// How long ago it last turned.
    Duration sinceTurn() {
        return Duration.ofNanos(System.nanoTime() - turnedAt);
    }

    /// Begins to work a lane.
    void take(HeldLane held) {
        control(() -> begin(held));
    }

    /// Stops to work a lane.
    ///
    /// @return ends once nothing of it is under way; whether all that was committed is published
    CompletableFuture<Boolean> release(int lane) {
        var released = new CompletableFuture<Boolean>();
        control(() -> {
            if (lanes.containsKey(lane)) {
                drop(lane);
                boolean clean = outbox.settle(Duration.ofSeconds(5));
                released.complete(clean);
            } else {
                released.complete(false);
            }
        });
        return released;
    }

    /// Stops to work a lane that another instance has.
    void lose(int lane) {
        control(() -> drop(lane));
    }

    private void control(Runnable control) {
        controls.add(control);
        wake();
    }

    private void wakeIfIdle() {
        if (inbox.isEmpty()) {
            wake();
        }
    }

    /// Ends the nap of the loop: the item is for no lane.
    private void wake() {
        inbox.add(new LaneItem.Own(-1, "", new ExecutionEvent.Continued()));
    }

    @Override
    public void run() {
        while (running) {
            try {
                turn(drain());
                turnedAt = System.nanoTime();
            } catch (InterruptedException _) {
                return;
            } catch (RuntimeException e) {
                if (running) {
                    log.atError().setCause(e).log("A turn of a lane loop failed; it goes on");
                    LockSupport.parkNanos(Duration.ofMillis(200).toNanos());
                }
            }
        }
    }

    // ---- taking and giving back lanes

    private void begin(HeldLane held) {
        // what is left of an earlier time would go on to consume, unseen
        drop(held.lane());
        var now = with.clock().instant();
        var lane = new Lane(held, with.leases().announcedUntil(held.lane()), now);
        lanes.put(held.lane(), lane);
        lane.sweepAt = now.plus(with.properties().sweepEvery());
        // what has arrived meanwhile, such as reports that tasks have started, comes first
        lane.recoverAt = held.clean() ? now : now.plusMillis(500);
        lane.silentSince = held.clean() ? Instant.MIN : now;
        lane.subscription =
                with.broker()
                        .consume(
                                with.broker().topology().laneQueue(held.lane()),
                                with.properties().prefetch(),
                                delivery -> arrived(held.lane(), delivery));
        log.atInfo()
                .addKeyValue("lane", held.lane())
                .addKeyValue("epoch", held.epoch())
                .addKeyValue("clean", held.clean())
                .log("Lane taken");
    }

    private void arrived(int lane, Delivery delivery) {
        try {
            inbox.add(new LaneItem.Delivered(lane, delivery.as(LaneMessage.class), delivery, 0));
        } catch (RuntimeException e) {
            with.metrics().poisoned();
            with.broker().bury(delivery, e);
        }
    }

    private void drop(int number) {
        var lane = lanes.remove(number);
        if (lane == null) {
            return;
        }
        if (lane.subscription != null) {
            lane.subscription.close();
        }
        timers.dropLane(number);
        var topology = with.broker().topology();
        executions.forgetIf(id -> topology.laneOf(id) == number);
        nextSweep.keySet().removeIf(id -> topology.laneOf(id) == number);
        for (var entries = parked.values().iterator(); entries.hasNext(); ) {
            var items = entries.next();
            if (items.getFirst().lane() == number) {
                items.forEach(this::redirect);
                entries.remove();
            }
        }
        log.atInfo().addKeyValue("lane", number).log("Lane given back");
    }

    /// For an item whose lane isn't held. Deliveries went back to the queue with the subscription,
    /// and what a lane says to itself is derived again by its next owner.
    private void redirect(LaneItem item) {
        if (item instanceof LaneItem.Submitted submitted) {
            forward.accept(submitted);
        }
    }

    // ---- one turn

    private List<LaneItem> drain() throws InterruptedException {
        var first = ready.isEmpty() ? inbox.poll(nap().toNanos(), TimeUnit.NANOSECONDS) : null;
        if (first != null) {
            ready.addLast(first);
        }
        // what may fail comes before anything is taken
        outbox.settleConfirmed();
        obey();
        var now = with.clock().instant();
        var items = new ArrayList<LaneItem>();
        for (var lane : lanes.values()) {
            recover(lane, now, items);
        }
        while (items.size() < with.properties().batch() && !ready.isEmpty()) {
            items.add(ready.removeFirst());
        }
        inbox.drainTo(items, Math.max(0, with.properties().batch() - items.size()));
        for (var due : timers.due(now)) {
            items.add(
                    new LaneItem.Own(
                            due.lane(),
                            due.key().executionId(),
                            new ExecutionEvent.TimerDue(due.key().taskRun())));
        }
        items.removeIf(item -> !heldOrRedirected(item));
        return items;
    }

    /// Takes and gives back lanes as asked. What fails is tried again at the next turn.
    private void obey() {
        for (var control = controls.peek(); control != null; control = controls.peek()) {
            control.run();
            controls.remove();
        }
    }

    private boolean heldOrRedirected(LaneItem item) {
        boolean held = lanes.containsKey(item.lane());
        if (!held) {
            redirect(item);
        }
        return held;
    }

    private Duration nap() {
        var next = timers.next();
        var now = with.clock().instant();
        var nap = outbox.isEmpty() ? LONGEST_NAP : Duration.ofMillis(20);
        for (var lane : lanes.values()) {
            if (lane.recoverAt != null && (next == null || lane.recoverAt.isBefore(next))) {
                next = lane.recoverAt;
            }
        }
        if (next != null && next.isBefore(now.plus(nap))) {
            nap = next.isAfter(now) ? Duration.between(now, next) : Duration.ZERO;
        }
        return nap;
    }

    /// Adds what must be told to executions whose commands may have been lost.
    private void recover(Lane lane, Instant now, List<LaneItem> items) {
        int number = lane.held.lane();
        if (lane.recoverAt != null && !now.isBefore(lane.recoverAt)) {
            if (lane.recoveredUpTo.isEmpty()) {
                for (var id : with.store().unannounced(number)) {
                    items.add(new LaneItem.Own(number, id, new ExecutionEvent.RequestedAgain()));
                }
            }
            var page = with.store().unfinished(number, lane.recoveredUpTo, FAR, RECOVERY_PAGE);
            for (var id : page) {
                items.add(
                        new LaneItem.Own(
                                number, id, new ExecutionEvent.Recovered(lane.silentSince)));
            }
            lane.recoverAt = page.size() < RECOVERY_PAGE ? null : now;
            lane.recoveredAt = now;
            lane.recoveredUpTo = page.isEmpty() ? lane.recoveredUpTo : page.getLast();
        } else if (lane.recoverAt == null && !now.isBefore(lane.sweepAt)) {
            sweep(lane, now, items);
        }
    }

    /// Looks for executions that have been silent for long; for the same one ever more rarely.
    private void sweep(Lane lane, Instant now, List<LaneItem> items) {
        int number = lane.held.lane();
        lane.sweepAt = now.plus(with.properties().sweepEvery());
        var silentSince = now.minus(with.properties().silentAfter());
        for (var id : with.store().unfinished(number, "", silentSince, 1000)) {
            var next = nextSweep.get(id);
            if (next == null || !now.isBefore(next)) {
                nextSweep.put(id, now.plus(with.properties().silentAfter().multipliedBy(2)));
                items.add(new LaneItem.Own(number, id, new ExecutionEvent.Recovered(silentSince)));
            }
        }
        if (nextSweep.size() > 100_000) {
            nextSweep.clear();
        }
    }

    private void turn(List<LaneItem> arrived) throws InterruptedException {
        var items = new ArrayList<>(arrived);
        var pause = Duration.ofMillis(20);
        boolean reread = false;
        while (running && !items.isEmpty()) {
            try {
                commit(items);
                return;
            } catch (LaneLostException e) {
                if (!giveUpLost(e) && reread) {
                    items.stream().map(LaneItem::lane).distinct().toList().forEach(this::lost);
                }
                reread = true;
                executions.forget(items.stream().map(LaneItem::executionId).toList());
            } catch (RuntimeException e) {
                if (!Failures.passing(e)) {
                    if (items.size() == 1) {
                        fail(items.getFirst(), e);
                    } else {
                        for (var item : items) {
                            turn(List.of(item));
                        }
                    }
                    return;
                }
                log.atWarn()
                        .addKeyValue("events", items.size())
                        .addKeyValue("cause", String.valueOf(e.getMessage()))
                        .log("A commit failed; it is tried again");
                pause(pause);
                pause = pause.compareTo(Duration.ofSeconds(1)) < 0 ? pause.multipliedBy(2) : pause;
            }
            items.removeIf(item -> !heldOrRedirected(item));
        }
    }

    private static void pause(Duration pause) throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        LockSupport.parkNanos(pause.toNanos());
    }

    /// Drops the lanes that another instance has.
    ///
    /// @return whether there was one
    private boolean giveUpLost(LaneLostException cause) {
        var mine = with.leases().stillHeld(lanes.values().stream().map(l -> l.held).toList());
        var lost = lanes.keySet().stream().filter(lane -> !mine.contains(lane)).toList();
        lost.forEach(this::lost);
        log.atWarn()
                .addKeyValue("lost", lost)
                .addKeyValue("cause", String.valueOf(cause.getMessage()))
                .log("Nothing was applied: rows have moved on");
        return !lost.isEmpty();
    }

    private void lost(int number) {
        var lane = lanes.get(number);
        if (lane == null) {
            return;
        }
        with.metrics().laneLost();
        drop(number);
        onLost.accept(lane.held);
    }

    private record Answer(LaneItem item, LaneReply reply) {}

    /// @param items of which those leave that are put aside, for a flow or for good: should the
    ///   commit be tried again, they are no part of it
    private void commit(List<LaneItem> items) {
        var now = with.clock().instant().truncatedTo(ChronoUnit.MILLIS);
        executions.load(items.stream().filter(i -> !parked.containsKey(i.executionId())).toList());
        var batch = new LaneBatch();
        var answers = new ArrayList<Answer>();
        var done = new ArrayList<LaneItem>(items.size());
        for (var left = items.iterator(); left.hasNext(); ) {
            var item = left.next();
            if (isParked(item)) {
                left.remove();
                continue;
            }
            try {
                events.apply(batch, item, now)
                        .ifPresent(reply -> answers.add(new Answer(item, reply)));
                done.add(item);
            } catch (LiveExecutions.PlanMissingException e) {
                left.remove();
                park(item, e.flow());
            } catch (RuntimeException | LinkageError | StackOverflowError e) {
                fail(item, e);
                left.remove();
            }
        }
        var began = System.nanoTime();
        var announced = new HashMap<HeldLane, Instant>();
        for (var item : done) {
            var lane = lanes.get(item.lane());
            if (lane != null) {
                announced.put(lane.held, lane.announced);
            }
        }
        if (batch.changed().isEmpty() && batch.logs.isEmpty()) {
            finish(batch, done, answers, now);
            return;
        }
        try {
            with.store().commit(batch, announced);
        } catch (RuntimeException e) {
            batch.kept.forEach(with.budget()::giveBack);
            throw e;
        }
        with.metrics().committed(done.size(), Duration.ofNanos(System.nanoTime() - began));
        with.hook().committed();
        finish(batch, done, answers, now);
    }

    /// After the commit.
    private void finish(LaneBatch batch, List<LaneItem> done, List<Answer> answers, Instant now) {
        batch.outcome().forEach(this::remember);
        var orders = new ArrayList<Order>(batch.orders.size());
        for (var order : batch.orders) {
            switch (order.command()) {
                case Command.SetTimer(int taskRun, var at) ->
                        timers.set(order.lane(), order.executionId(), taskRun, at);
                case Command.DropTimer(int taskRun) -> timers.drop(order.executionId(), taskRun);
                case Command.Continue _ ->
                        inbox.add(
                                new LaneItem.Own(
                                        order.lane(),
                                        order.executionId(),
                                        new ExecutionEvent.Continued()));
                default -> orders.add(order);
            }
        }
        var messages = new ArrayList<>(messages(orders));
        var deliveries = new ArrayList<Delivery>();
        for (var item : done) {
            if (item instanceof LaneItem.Delivered delivered) {
                deliveries.add(delivered.delivery());
                with.metrics().lagged(Duration.between(delivered.message().at(), now));
            }
        }
        for (var answer : answers) {
            if (answer.item() instanceof LaneItem.Delivered delivered
                    && delivered.message().replyTo() != null) {
                messages.add(
                        OutgoingMessage.transientEvent(
                                with.broker().topology().repliesExchange(),
                                delivered.message().replyTo(),
                                answer.reply()));
            }
        }
        // ends of this very millisecond may still come
        outbox.send(new LaneOutbox.Sending(messages, deliveries, now.minusMillis(1)));
        for (var answer : answers) {
            if (answer.item() instanceof LaneItem.Submitted(_, _, var reply) && reply != null) {
                var change = batch.find(answer.item().executionId());
                reply.complete(
                        new LaneAnswer(answer.reply(), change == null ? null : change.state));
            }
        }
    }

    /// What is committed is sent, however long the broker or the database is away: what a first try
    /// has sent already changes nothing when it comes again.
    private List<OutgoingMessage> messages(List<Order> orders) {
        while (true) {
            try {
                var messages = with.sink().messages(orders, with.router());
                unsaid.over();
                return messages;
            } catch (RuntimeException e) {
                if (!running) {
                    throw e;
                }
                if (!Failures.passing(e)) {
                    return orders.size() == 1
                            ? unsayable(orders.getFirst(), e)
                            : orders.stream().flatMap(o -> messages(List.of(o)).stream()).toList();
                }
                unsaid.failed(e);
                LockSupport.parkNanos(AWAY.toNanos());
            }
        }
    }

    /// What is committed can't be said: whoever waits for what it asks for would do so for ever.
    private List<OutgoingMessage> unsayable(Order order, RuntimeException cause) {
        log.atWarn()
                .addKeyValue("lane", order.lane())
                .addKeyValue("execution", order.executionId())
                .setCause(cause)
                .log("A command could not be sent");
        with.metrics().poisoned();
        ready.add(broken(order.lane(), order.executionId(), cause));
        return List.of();
    }

    private void remember(String id, LiveExecution live) {
        executions.remember(id, live);
        if (live.state().execution().state().isTerminal()) {
            nextSweep.remove(id);
        }
    }

    /// Ends up to then are published, but for those of lanes that are still being recovered.
    private void announcedUntil(Instant until) {
        for (var lane : lanes.values()) {
            if (lane.recoverAt == null
                    && until.isAfter(lane.announced)
                    && until.isAfter(lane.recoveredAt)) {
                lane.announced = until;
            }
        }
    }

    // ---- waiting for plans

    private boolean isParked(LaneItem item) {
        var waiting = parked.get(item.executionId());
        if (waiting == null) {
            return false;
        }
        waiting.add(item);
        return true;
    }

    private void park(LaneItem item, FlowRef flow) {
        var id = item.executionId();
        parked.computeIfAbsent(id, _ -> new ArrayList<>()).add(item);
        var _ =
                with.plans()
                        .load(flow)
                        .whenComplete((_, failure) -> control(() -> unpark(id, failure)));
    }

    private void unpark(String id, @Nullable Throwable failure) {
        var items = parked.remove(id);
        if (items == null) {
            return;
        }
        var cause =
                failure instanceof CompletionException c && c.getCause() != null
                        ? c.getCause()
                        : failure;
        if (cause instanceof FlowUnusableException unusable) {
            for (var item : items) {
                refuse(item, unusable);
            }
        } else {
            ready.addAll(items);
        }
    }

    /// The flow can't be used: whoever asked for an execution of it is told.
    private void refuse(LaneItem item, FlowUnusableException cause) {
        var messages = new ArrayList<OutgoingMessage>();
        if (item.laneEvent() instanceof LaneEvent.ExecutionRequested requested
                && requested.parent() != null) {
            var parent = requested.parent();
            with.router()
                    .route(parent.executionId(), notStarted(parent, cause.detail()))
                    .ifPresent(messages::add);
        }
        switch (item) {
            case LaneItem.Own _ -> {}
            case LaneItem.Submitted(_, _, var reply) -> {
                if (reply != null) {
                    reply.complete(
                            new LaneAnswer(new LaneReply("", false, null, cause.detail()), null));
                }
            }
            case LaneItem.Delivered(_, var message, _, _) -> {
                if (message.replyTo() != null && message.correlationId() != null) {
                    messages.add(
                            OutgoingMessage.transientEvent(
                                    with.broker().topology().repliesExchange(),
                                    message.replyTo(),
                                    new LaneReply(
                                            message.correlationId(), false, null, cause.detail())));
                }
            }
        }
        log.atWarn()
                .addKeyValue("execution", item.executionId())
                .addKeyValue("cause", cause.detail())
                .log("Event dropped: its flow can't be used");
        var deliveries =
                item instanceof LaneItem.Delivered d ? List.of(d.delivery()) : List.<Delivery>of();
        outbox.send(new LaneOutbox.Sending(messages, deliveries, Instant.EPOCH));
    }

    // ---- failure

    /// One event can't be applied. It is tried a few times, then what waits for it fails, and when
    /// it can't be applied then, either, it is put aside; the lane goes on.
    private void fail(LaneItem item, Throwable cause) {
        boolean waitsToBeBuried = item instanceof LaneItem.Delivered d && d.tries() >= TRIES;
        if (!waitsToBeBuried) {
            log.atWarn()
                    .addKeyValue("lane", item.lane())
                    .addKeyValue("execution", item.executionId())
                    .setCause(cause)
                    .log("An event could not be applied");
        }
        switch (item) {
            case LaneItem.Own(int lane, var id, var event) -> {
                with.metrics().poisoned();
                // what is only said again isn't waited for; classes may be gone as the process ends
                if ((event instanceof ExecutionEvent.TimerDue
                                || event instanceof ExecutionEvent.Continued)
                        && !(cause instanceof LinkageError)) {
                    ready.add(broken(lane, id, cause));
                }
            }
            case LaneItem.Submitted(int lane, var message, var reply) -> {
                with.metrics().poisoned();
                if (reply != null) {
                    reply.complete(
                            new LaneAnswer(new LaneReply("", false, null, reason(cause)), null));
                } else if (!failedWaiting(lane, message, cause)) {
                    ready.add(item);
                    LockSupport.parkNanos(AWAY.toNanos());
                }
            }
            case LaneItem.Delivered(int lane, var message, var delivery, int tries) -> {
                boolean goesOn =
                        switch (Integer.compare(tries + 1, TRIES)) {
                            case -1 -> true;
                            case 0 -> failedWaiting(lane, message, cause);
                            default -> buried(delivery, cause);
                        };
                if (!goesOn) {
                    ready.add(item);
                    LockSupport.parkNanos(AWAY.toNanos());
                } else if (tries < TRIES) {
                    ready.add(new LaneItem.Delivered(lane, message, delivery, tries + 1));
                }
            }
        }
    }

    /// @return whether that is said: not while the broker is away
    private boolean failedWaiting(int lane, LaneMessage message, Throwable cause) {
        try {
            failWaiting(lane, message, cause);
            return true;
        } catch (BrokerUnavailableException e) {
            unburied.failed(e);
            return false;
        }
    }

    /// @return whether it is put aside: not while the broker is away
    private boolean buried(Delivery delivery, Throwable cause) {
        try {
            with.broker().bury(delivery, cause);
            with.metrics().poisoned();
            unburied.over();
            return true;
        } catch (BrokerUnavailableException e) {
            unburied.failed(e);
            return false;
        }
    }

    /// What a person can do something with: not the statement that failed.
    private static String reason(Throwable cause) {
        var known = cause instanceof DataAccessException d ? d.getMostSpecificCause() : cause;
        return Objects.requireNonNullElseGet(known.getMessage(), known::toString);
    }

    private static LaneItem broken(int lane, String id, Throwable cause) {
        return new LaneItem.Own(
                lane, id, new ExecutionEvent.Broken("The execution can't go on: " + reason(cause)));
    }

    /// What would wait for ever for a message that can't be applied fails: the task, the subflow's
    /// parent or, where it isn't one of them, the execution. Who asks for something is told
    /// instead.
    private void failWaiting(int lane, LaneMessage message, Throwable cause) {
        var id = message.executionId();
        var error = "The result could not be applied: " + reason(cause);
        switch (message.event()) {
            case LaneEvent.TaskEnded ended when ended.error() == null ->
                    with.router().send(id, failed(id, ended, error));
            case LaneEvent.ChildEnded ended when ended.error() == null ->
                    with.router()
                            .send(
                                    id,
                                    new LaneEvent.ChildEnded(
                                            ended.taskRun(),
                                            ended.dispatch(),
                                            ended.childId(),
                                            "FAILED",
                                            Map.of(),
                                            error));
            case LaneEvent.ExecutionRequested requested when requested.parent() != null ->
                    with.router()
                            .send(
                                    requested.parent().executionId(),
                                    notStarted(requested.parent(), reason(cause)));
            case LaneEvent.TaskStarted _,
                    LaneEvent.TaskEnded _,
                    LaneEvent.TaskLost _,
                    LaneEvent.ChildStarted _,
                    LaneEvent.ChildEnded _,
                    LaneEvent.SlotGranted _,
                    LaneEvent.SlotDenied _,
                    LaneEvent.LockGranted _,
                    LaneEvent.LockDenied _ ->
                    ready.add(broken(lane, id, cause));
            default -> {
                // it was asked for
            }
        }
    }

    private static LaneEvent.ChildEnded notStarted(LaneEvent.Parent parent, String error) {
        return new LaneEvent.ChildEnded(
                parent.taskRun(), parent.dispatch(), null, "FAILED", Map.of(), error);
    }

    private LaneEvent.TaskEnded failed(String id, LaneEvent.TaskEnded ended, String error) {
        var now = with.clock().instant();
        var state = executions.known(id);
        var lines =
                state == null
                        ? List.<LogLine>of()
                        : List.of(
                                LogLines.of(
                                        state,
                                        new LogEntry(
                                                ended.taskRun(),
                                                0,
                                                LogEntry.Level.ERROR,
                                                error,
                                                now)));
        return new LaneEvent.TaskEnded(
                ended.taskRun(),
                ended.dispatch(),
                "FAILED",
                Map.of(),
                null,
                error,
                lines,
                List.of(),
                now,
                now,
                ended.workerId());
    }
}
