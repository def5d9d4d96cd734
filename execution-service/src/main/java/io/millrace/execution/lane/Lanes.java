// SPDX-License-Identifier: Apache-2.0
package io.millrace.execution.lane;

import io.micrometer.core.instrument.MeterRegistry;
import io.millrace.contracts.Installation;
import io.millrace.contracts.LaneEvent;
import io.millrace.contracts.LaneMessage;
import io.millrace.contracts.LaneReply;
import io.millrace.contracts.Topology;
import io.millrace.execution.flows.FlowPlans;
import io.millrace.platform.broker.Broker;
import io.millrace.platform.broker.BrokerUnavailableException;
import io.millrace.platform.broker.Delivery;
import io.millrace.platform.broker.OutgoingMessage;
import io.millrace.platform.broker.Subscription;
import io.millrace.platform.tenancy.TenantScope;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.web.context.request.RequestContextHolder;
import org.springframework.web.context.request.ServletRequestAttributes;

/// The lanes of the installation as this instance sees them: works those that it holds, and takes
/// events to those that others hold.
public final class Lanes implements LaneRouter, SmartLifecycle {
    private static final Logger log = LoggerFactory.getLogger(Lanes.class);
    private static final Pattern TRACEPARENT =
            Pattern.compile("[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}");

    private static final @Nullable String HOST = host();

    private final String instance = "x" + UUID.randomUUID().toString().replace("-", "");
    private final LaneProperties properties;
    private final Broker broker;
    private final Topology topology;
    private final Clock clock;
    private final LaneLeases leases;
    private final List<LaneLoop> loops = new ArrayList<>();
    private final LaneAssignment assignment;
    private final Map<String, CompletableFuture<LaneReply>> asked = new ConcurrentHashMap<>();
    private final ScheduledExecutorService schedule =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().name("lane-assignment").factory());
    private @Nullable Subscription replies;
    private volatile boolean running;
    private volatile long lookedAt = System.nanoTime();

    public Lanes(
            LaneProperties properties,
            ExecutionStore store,
            JdbcClient jdbc,
            FlowPlans plans,
            Broker broker,
            CommandSink sink,
            TaskWatch watch,
            LogBudget budget,
            InputSeal seal,
            MeterRegistry meters,
            CommitHook hook,
            Clock clock) {
        this.properties = properties;
        this.broker = broker;
        this.topology = broker.topology();
        this.clock = clock;
        this.leases = new LaneLeases(jdbc);
        var metrics = new LaneMetrics(meters);
        var surroundings =
                new LaneLoop.Surroundings(
                        properties,
                        store,
                        leases,
                        plans,
                        broker,
                        sink,
                        this,
                        watch,
                        budget,
                        seal,
                        metrics,
                        hook,
                        clock);
        this.assignment =
                new LaneAssignment(
                        instance,
                        properties,
                        leases,
                        () ->
                                new LaneLeases.Sign(
                                        HOST,
                                        Lanes.class.getPackage().getImplementationVersion(),
                                        waiting(),
                                        metrics.takeWorstLag()),
                        this::loopOf);
        for (int i = 0; i < properties.loops(); i++) {
            loops.add(new LaneLoop(i, surroundings, assignment::forget, this::forward));
        }
        metrics.gauges(assignment::count, this::waiting);
    }

    /// Instances that live, by when they started.
    public List<Installation.Instance> instances() {
        return leases.instances();
    }

    /// All lanes with the instance that holds each; empty where nobody that lives does.
    public Map<Integer, Optional<String>> lanes() {
        var holders = new TreeMap<Integer, Optional<String>>();
        for (var lease : leases.all()) {
            holders.put(
                    lease.lane(), Optional.ofNullable(lease.owner()).filter(_ -> lease.alive()));
        }
        return holders;
    }

    private static @Nullable String host() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException _) {
            return null;
        }
    }

    /// Name of this instance for as long as it runs.
    public String instance() {
        return instance;
    }

    private LaneLoop loopOf(int lane) {
        return loops.get(lane % loops.size());
    }

    private int waiting() {
        return loops.stream().mapToInt(LaneLoop::waiting).sum();
    }

    /// Whether this instance holds the lane of an execution.
    public boolean holds(String executionId) {
        return assignment.holds(topology.laneOf(executionId));
    }

    /// Whether all that works the lanes does turn.
    public boolean turning() {
        return loops.stream().allMatch(l -> l.sinceTurn().compareTo(properties.stalledAfter()) < 0)
                && Duration.ofNanos(System.nanoTime() - lookedAt)
                                .compareTo(properties.stalledAfter())
                        < 0;
    }

    @Override
    public Optional<OutgoingMessage> route(
            String executionId, LaneEvent event, @Nullable String traceparent) {
        int lane = topology.laneOf(executionId);
        var message = new LaneMessage(executionId, event, clock.instant(), null, null, traceparent);
        if (assignment.holds(lane)) {
            loopOf(lane).submit(new LaneItem.Submitted(lane, message, null));
            return Optional.empty();
        }
        return Optional.of(outgoing(lane, message));
    }

    private OutgoingMessage outgoing(int lane, LaneMessage message) {
        return OutgoingMessage.durable(topology.lanesExchange(), Topology.laneKey(lane), message);
    }

    @Override
    public void send(String executionId, LaneEvent event, @Nullable String traceparent) {
        route(executionId, event, traceparent).ifPresent(broker.publisher()::publish);
    }

    @Override
    public CompletableFuture<LaneAnswer> ask(String executionId, LaneEvent event) {
        return ask(executionId, event, traceOfRequest());
    }

    @Override
    public CompletableFuture<LaneAnswer> ask(
            String executionId, LaneEvent event, @Nullable String traceparent) {
        int lane = topology.laneOf(executionId);
        var message =
                new LaneMessage(
                        executionId, event, clock.instant(), null, null, wellFormed(traceparent));
        CompletableFuture<LaneAnswer> reply;
        if (assignment.holds(lane)) {
            var loop = loopOf(lane);
            if (loop.waiting() > properties.waiting()) {
                throw new LaneUnavailableException("Too many requests wait for their lanes", true);
            }
            reply = new CompletableFuture<LaneAnswer>();
            loop.submit(new LaneItem.Submitted(lane, message, reply));
        } else {
            reply = askRemotely(lane, message).thenApply(r -> new LaneAnswer(r, null));
        }
        return reply.orTimeout(properties.replyTimeout().toMillis(), TimeUnit.MILLISECONDS)
                .exceptionally(failure -> {
                    throw new LaneUnavailableException(
                            "No answer from the lane of execution " + executionId, false);
                });
    }

    @Override
    public CompletableFuture<Void> passed(Collection<String> executionIds) {
        var one = new HashMap<Integer, String>();
        executionIds.forEach(id -> one.putIfAbsent(topology.laneOf(id), id));
        var replies = new ArrayList<CompletableFuture<LaneReply>>();
        // over the broker also to lanes that are held here: it is the queue that must be passed
        one.forEach((lane, id) ->
                replies.add(
                        askRemotely(
                                lane,
                                LaneMessage.of(id, new LaneEvent.Passed(), clock.instant()))));
        return CompletableFuture.allOf(replies.toArray(CompletableFuture[]::new));
    }

    /// The trace context that the gateway gave the present request.
    private static @Nullable String traceOfRequest() {
        if (RequestContextHolder.getRequestAttributes() instanceof ServletRequestAttributes now) {
            return now.getRequest().getHeader("traceparent");
        }
        return null;
    }

    private static @Nullable String wellFormed(@Nullable String traceparent) {
        return traceparent != null && TRACEPARENT.matcher(traceparent).matches()
                ? traceparent
                : null;
    }

    private CompletableFuture<LaneReply> askRemotely(int lane, LaneMessage message) {
        var reply = new CompletableFuture<LaneReply>();
        var correlation = UUID.randomUUID().toString();
        asked.put(correlation, reply);
        var _ =
                reply.orTimeout(properties.replyTimeout().toMillis(), TimeUnit.MILLISECONDS)
                        .whenComplete((_, _) -> asked.remove(correlation));
        var addressed =
                new LaneMessage(
                        message.executionId(),
                        message.event(),
                        message.at(),
                        instance,
                        correlation,
                        message.traceparent());
        try {
            broker.publisher().publish(outgoing(lane, addressed));
        } catch (BrokerUnavailableException e) {
            reply.completeExceptionally(e);
        }
        return reply;
    }

    /// What was meant for a lane that this instance gave back goes to whoever holds it.
    private void forward(LaneItem.Submitted item) {
        Thread.ofVirtual()
                .start(() -> {
                    var waits = item.reply();
                    if (waits != null) {
                        var _ =
                                askRemotely(item.lane(), item.message())
                                        .whenComplete((reply, failure) -> {
                                            if (failure != null) {
                                                waits.completeExceptionally(failure);
                                            } else {
                                                waits.complete(new LaneAnswer(reply, null));
                                            }
                                        });
                    } else {
                        forwardUntilTaken(item);
                    }
                });
    }

    private void forwardUntilTaken(LaneItem.Submitted item) {
        for (int tries = 0; tries < 100; tries++) {
            try {
                broker.publisher().publish(outgoing(item.lane(), item.message()));
                return;
            } catch (BrokerUnavailableException e) {
                java.util.concurrent.locks.LockSupport.parkNanos(Duration.ofMillis(200).toNanos());
            }
        }
        log.atWarn()
                .addKeyValue("execution", item.executionId())
                .log("An event was not taken to its lane; a sweep will derive it again");
    }

    private void answered(Delivery delivery) {
        var reply = delivery.as(LaneReply.class);
        var waits = asked.remove(reply.correlationId());
        if (waits != null) {
            waits.complete(reply);
        }
    }

    @Override
    public void start() {
        leases.createLanes(topology.lanes());
        replies = broker.listen(topology.repliesExchange(), List.of(instance), this::answered);
        loops.forEach(LaneLoop::start);
        running = true;
        look();
        long pause = properties.heartbeat().toMillis();
        var _ =
                schedule.scheduleWithFixedDelay(
                        TenantScope.acrossAll(this::look), pause, pause, TimeUnit.MILLISECONDS);
        var _ =
                schedule.scheduleWithFixedDelay(
                        TenantScope.acrossAll(this::forgetDead), 1, 5, TimeUnit.MINUTES);
    }

    private void look() {
        try {
            assignment.look();
            lookedAt = System.nanoTime();
        } catch (RuntimeException e) {
            log.atWarn()
                    .addKeyValue("cause", String.valueOf(e.getMessage()))
                    .log("Lanes can't be looked after for now");
        }
    }

    private void forgetDead() {
        try {
            leases.forgetDead();
        } catch (RuntimeException e) {
            log.atWarn().setCause(e).log("Dead instances can't be forgotten for now");
        }
    }

    /// Gives all lanes back, so that others take them at once.
    @Override
    public void stop() {
        if (!running) {
            return;
        }
        running = false;
        schedule.shutdownNow();
        try {
            TenantScope.runAcross(assignment::giveBackAll);
        } catch (RuntimeException e) {
            log.atWarn().setCause(e).log("Lanes could not be given back; they will be taken over");
        }
        end();
    }

    /// Stops without a word to anybody, as a crash does. For tests.
    public void crash() {
        running = false;
        schedule.shutdownNow();
        end();
    }

    private void end() {
        loops.forEach(LaneLoop::stop);
        if (replies != null) {
            replies.close();
        }
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    /// After the broker's connection, before the web server.
    @Override
    public int getPhase() {
        return Integer.MIN_VALUE + 2000;
    }
}
