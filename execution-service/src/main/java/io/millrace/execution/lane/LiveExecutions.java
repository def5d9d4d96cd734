// SPDX-License-Identifier: Apache-2.0
package io.millrace.execution.lane;

import io.millrace.contracts.LaneEvent;
import io.millrace.engine.ExecutionRequest;
import io.millrace.engine.ExecutionState;
import io.millrace.engine.FlowPlan;
import io.millrace.execution.flows.FlowPlans;
import io.millrace.execution.flows.FlowRef;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// The executions that a loop has in memory, and those that a turn of it has read. For the thread
/// of the loop alone.
final class LiveExecutions {

    /// The plan of a flow is not here yet.
    static final class PlanMissingException extends RuntimeException {
        private static final long serialVersionUID = 1L;
        private final transient FlowRef flow;

        PlanMissingException(FlowRef flow) {
            super(null, null, false, false);
            this.flow = flow;
        }

        FlowRef flow() {
            return flow;
        }
    }

    private final ExecutionStore store;
    private final FlowPlans plans;
    private final LaneTimers timers;
    private final int most;
    private final Map<String, LiveExecution> cache = new LinkedHashMap<>(1024, 0.75f, true);
    private final Map<String, StoredExecution> read = new HashMap<>();

    /// @param timers are set as the states that come into memory imply
    /// @param most executions that stay in memory; those unused for longest leave
    LiveExecutions(ExecutionStore store, FlowPlans plans, LaneTimers timers, int most) {
        this.store = store;
        this.plans = plans;
        this.timers = timers;
        this.most = most;
    }

    /// Reads what these items are about and is not in memory, in one round trip a table.
    void load(List<LaneItem> items) {
        read.clear();
        Set<String> missing = new LinkedHashSet<>();
        for (var item : items) {
            if (!cache.containsKey(item.executionId())) {
                missing.add(item.executionId());
            }
            if (item.laneEvent() instanceof LaneEvent.ExecutionRequested requested
                    && requested.replay() != null) {
                missing.add(requested.replay().executionId());
            }
        }
        read.putAll(store.load(missing));
    }

    /// The execution as this batch has it so far, or nothing if there is none.
    ///
    /// @throws PlanMissingException if its flow has to be fetched first
    LaneBatch.@Nullable Change find(LaneBatch batch, int lane, String id) {
        var change = batch.find(id);
        if (change != null) {
            return change;
        }
        var live = cache.get(id);
        if (live == null) {
            var stored = read.get(id);
            if (stored == null) {
                return null;
            }
            var plan = planOf(stored);
            live = new LiveExecution(plan, restore(plan, stored), stored.version(), null);
            timers.restore(lane, live.state());
        }
        return batch.existing(lane, id, live);
    }

    /// The execution that a request replays, or nothing.
    ExecutionRequest.@Nullable Replay replay(LaneEvent.ExecutionRequested requested) {
        var replay = requested.replay();
        if (replay == null) {
            return null;
        }
        var live = cache.get(replay.executionId());
        var stored = read.get(replay.executionId());
        boolean restart = Boolean.TRUE.equals(replay.restart());
        if (live != null) {
            return new ExecutionRequest.Replay(live.state(), replay.taskRun(), restart);
        }
        if (stored == null) {
            throw new IllegalArgumentException(
                    "Expected the execution to replay, " + replay.executionId());
        }
        return new ExecutionRequest.Replay(
                restore(planOf(stored), stored), replay.taskRun(), restart);
    }

    /// @throws PlanMissingException if it has to be fetched first
    FlowPlan plan(FlowRef flow) {
        return plans.cached(flow).orElseThrow(() -> new PlanMissingException(flow));
    }

    private FlowPlan planOf(StoredExecution stored) {
        var e = stored.execution();
        return plan(new FlowRef(e.tenant(), e.namespace(), e.flowId(), e.revision()));
    }

    private static ExecutionState restore(FlowPlan plan, StoredExecution stored) {
        return ExecutionState.restore(plan, stored.execution(), stored.taskRuns());
    }

    /// The execution as it was committed, if it is in memory.
    @Nullable ExecutionState known(String id) {
        var live = cache.get(id);
        return live == null ? null : live.state();
    }

    /// Takes an execution as it has been committed.
    void remember(String id, LiveExecution live) {
        if (live.state().execution().state().isTerminal()) {
            cache.remove(id);
            return;
        }
        cache.put(id, live);
        if (cache.size() > most) {
            var eldest = cache.keySet().iterator();
            eldest.next();
            eldest.remove();
        }
    }

    /// They are read again when they are next needed.
    void forget(Collection<String> ids) {
        ids.forEach(cache::remove);
    }

    void forgetIf(Predicate<String> id) {
        cache.keySet().removeIf(id);
    }
}
