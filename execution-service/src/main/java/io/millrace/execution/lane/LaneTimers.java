// SPDX-License-Identifier: Apache-2.0
package io.millrace.execution.lane;

import io.millrace.engine.ExecutionState;
import io.millrace.engine.TaskRun;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/// When executions of the held lanes go on by themselves. Derived from their states, so that it
/// needs no store of its own.
final class LaneTimers {

    record Key(String executionId, int taskRun) {}

    record Timer(int lane, Key key, Instant at) {}

    private final PriorityQueue<Timer> queue =
            new PriorityQueue<>((a, b) -> a.at().compareTo(b.at()));
    private final Map<Key, Timer> current = new HashMap<>();

    void set(int lane, String executionId, int taskRun, Instant at) {
        var timer = new Timer(lane, new Key(executionId, taskRun), at);
        if (!timer.equals(current.put(timer.key(), timer))) {
            queue.add(timer);
            if (queue.size() > 2 * current.size() + 1024) {
                // most of it was dropped long before its time, and would stay until then
                queue.clear();
                queue.addAll(current.values());
            }
        }
    }

    void drop(String executionId, int taskRun) {
        current.remove(new Key(executionId, taskRun));
    }

    /// Sets the timers that a state implies.
    void restore(int lane, ExecutionState state) {
        var execution = state.execution();
        if (execution.state().isTerminal()) {
            return;
        }
        var wakeAt = execution.wakeAt();
        if (wakeAt != null) {
            set(lane, execution.id(), TaskRun.NONE, wakeAt);
        }
        for (var taskRun : state.taskRuns()) {
            var at = taskRun.wakeAt();
            if (at != null && !taskRun.isOver()) {
                set(lane, execution.id(), taskRun.ordinal(), at);
            }
        }
    }

    void dropLane(int lane) {
        current.values().removeIf(timer -> timer.lane() == lane);
        queue.removeIf(timer -> timer.lane() == lane);
    }

    /// Takes the timers whose time has come.
    List<Timer> due(Instant now) {
        var due = new ArrayList<Timer>();
        for (var next = queue.peek();
                next != null && !next.at().isAfter(now);
                next = queue.peek()) {
            queue.remove();
            if (current.remove(next.key(), next)) {
                due.add(next);
            }
        }
        return due;
    }

    /// How many are in memory, with some that were dropped.
    int kept() {
        return queue.size();
    }

    /// When the next one may be due, or nothing.
    @Nullable Instant next() {
        var next = queue.peek();
        return next == null ? null : next.at();
    }
}
