// SPDX-License-Identifier: Apache-2.0
package io.millrace.execution.lane;

import io.millrace.contracts.LaneEvent;
import io.millrace.contracts.LogLine;
import io.millrace.engine.Command;
import io.millrace.engine.Decision;
import io.millrace.engine.ExecutionState;
import io.millrace.engine.FlowPlan;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// All that one commit changes.
final class LaneBatch {

    /// One execution in this commit.
    static final class Change {
        final int lane;
        final long version;
        final @Nullable ExecutionState stored;
        final int storedTaskRuns;
        FlowPlan plan;
        ExecutionState state;
        boolean changed;
        @Nullable String traceparent;
        final Set<Integer> touched = new TreeSet<>();
        final Set<Integer> removed = new TreeSet<>();

        Change(int lane, FlowPlan plan, ExecutionState state, long version) {
            this.lane = lane;
            this.plan = plan;
            this.state = state;
            this.version = version;
            this.stored = version == 0 ? null : state;
            this.storedTaskRuns = version == 0 ? 0 : state.execution().nextOrdinal();
        }

        boolean isNew() {
            return version == 0;
        }
    }

    /// A measurement and where it belongs.
    record MetricRow(String executionId, int taskRun, LaneEvent.Metric metric) {}

    private final Map<String, Change> changes = new LinkedHashMap<>();
    final List<LogLine> logs = new ArrayList<>();
    final List<LogBudget.Kept> kept = new ArrayList<>();
    final List<MetricRow> metrics = new ArrayList<>();
    final List<Order> orders = new ArrayList<>();

    @Nullable Change find(String executionId) {
        return changes.get(executionId);
    }

    Collection<Change> changes() {
        return changes.values();
    }

    List<Change> changed() {
        return changes.values().stream().filter(change -> change.changed).toList();
    }

    /// An execution that is in the store.
    Change existing(int lane, String executionId, LiveExecution live) {
        return changes.computeIfAbsent(
                executionId,
                _ -> {
                    var change = new Change(lane, live.plan(), live.state(), live.version());
                    change.traceparent = live.traceparent();
                    return change;
                });
    }

    /// An execution that begins with this commit.
    Change created(int lane, String executionId, FlowPlan plan, ExecutionState state) {
        var change = new Change(lane, plan, state, 0);
        changes.put(executionId, change);
        return change;
    }

    @SuppressWarnings("ReferenceEquality") // the same object says that nothing has changed
    void apply(Change change, Decision decision) {
        if (decision.state() != change.state || change.isNew()) {
            change.changed = true;
            change.state = decision.state();
        }
        change.touched.addAll(decision.touched());
        change.removed.removeAll(decision.touched());
        change.removed.addAll(decision.removed());
        change.touched.removeAll(decision.removed());
        for (var command : decision.commands()) {
            if (command instanceof Command.WriteLog(var entry)) {
                logs.add(LogLines.of(change.state, entry));
            } else {
                orders.add(
                        new Order(
                                change.lane,
                                change.plan,
                                change.state,
                                command,
                                change.traceparent));
            }
        }
    }

    /// Executions as they are once this is committed, by id.
    Map<String, LiveExecution> outcome() {
        var outcome = new HashMap<String, LiveExecution>();
        changes.forEach((id, change) ->
                outcome.put(
                        id,
                        new LiveExecution(
                                change.plan,
                                change.state,
                                change.changed ? change.version + 1 : change.version,
                                change.traceparent)));
        return outcome;
    }
}
