// SPDX-License-Identifier: Apache-2.0
package io.millrace.execution.lane;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Holds this instance's fair share of the lanes: takes those that nobody holds, or whose holder is
/// silent, and gives back what is too much when another instance joins.
final class LaneAssignment {
    private static final Logger log = LoggerFactory.getLogger(LaneAssignment.class);

    private final String instance;
    private final LaneProperties properties;
    private final LaneLeases leases;
    private final Supplier<LaneLeases.Sign> sign;
    private final IntFunction<LaneLoop> loopOf;
    private final Map<Integer, HeldLane> held = new ConcurrentHashMap<>();

    LaneAssignment(
            String instance,
            LaneProperties properties,
            LaneLeases leases,
            Supplier<LaneLeases.Sign> sign,
            IntFunction<LaneLoop> loopOf) {
        this.instance = instance;
        this.properties = properties;
        this.leases = leases;
        this.sign = sign;
        this.loopOf = loopOf;
    }

    boolean holds(int lane) {
        return held.containsKey(lane);
    }

    int count() {
        return held.size();
    }

    /// Somebody else has it. It may have been taken again since then, which counts.
    void forget(HeldLane lost) {
        held.remove(lost.lane(), lost);
    }

    /// One sign of life, and what follows from those of the others.
    synchronized void look() {
        leases.signOfLife(instance, properties.lease(), sign.get());
        var living = leases.living();
        var all = leases.all();
        for (var lease : all) {
            var mine = held.get(lease.lane());
            if (mine != null && mine.epoch() != lease.epoch()) {
                log.atWarn().addKeyValue("lane", lease.lane()).log("Lane lost to another instance");
                held.remove(lease.lane());
                loopOf.apply(lease.lane()).lose(lease.lane());
            }
        }
        int share = share(all.size(), living);
        int excess = held.size() - share;
        if (excess > 0) {
            giveBack(
                    held.values().stream()
                            .sorted(Comparator.comparingInt(HeldLane::lane).reversed())
                            .limit(excess)
                            .toList());
        }
        for (var lease : all) {
            boolean free =
                    lease.owner() == null || !lease.alive() || lease.owner().equals(instance);
            if (held.size() < share && free && !held.containsKey(lease.lane())) {
                leases.take(lease, instance)
                        .ifPresent(lane -> {
                            held.put(lane.lane(), lane);
                            loopOf.apply(lane.lane()).take(lane);
                        });
            }
        }
    }

    /// How many lanes this instance is to hold: they are dealt out in the order of the ids.
    private int share(int lanes, List<String> living) {
        int place = living.indexOf(instance);
        if (place < 0) {
            return held.size();
        }
        return lanes / living.size() + (place < lanes % living.size() ? 1 : 0);
    }

    synchronized void giveBackAll() {
        giveBack(List.copyOf(held.values()));
        leases.signOff(instance);
    }

    private void giveBack(List<HeldLane> lanes) {
        var released =
                lanes.stream()
                        .map(lane -> {
                            held.remove(lane.lane());
                            return loopOf.apply(lane.lane()).release(lane.lane());
                        })
                        .toList();
        for (int i = 0; i < lanes.size(); i++) {
            leases.giveBack(lanes.get(i), outcome(released.get(i)));
        }
    }

    private static boolean outcome(CompletableFuture<Boolean> released) {
        try {
            return released.get(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } catch (ExecutionException | TimeoutException e) {
            return false;
        }
    }
}
