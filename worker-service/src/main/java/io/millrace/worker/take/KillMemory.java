// SPDX-License-Identifier: Apache-2.0
package io.millrace.worker.take;

import io.millrace.contracts.Control;
import io.millrace.worker.run.DispatchKey;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// The task runs that were killed lately: their jobs may still be on the way.
final class KillMemory {
    private record TaskRun(String executionId, int taskRun) {}

    private record Killed(int dispatch, Instant at) {}

    private final Duration keep;
    private final InstantSource clock;
    private final Map<TaskRun, Killed> killed = new ConcurrentHashMap<>();

    KillMemory(Duration keep, InstantSource clock) {
        this.keep = keep;
        this.clock = clock;
    }

    void remember(Control.TaskRun run) {
        var now = clock.instant();
        killed.merge(
                new TaskRun(run.executionId(), run.taskRun()),
                new Killed(run.dispatch(), now),
                (a, b) -> a.dispatch() > b.dispatch() ? a : b);
    }

    boolean isKilled(DispatchKey key) {
        var kill = killed.get(new TaskRun(key.executionId(), key.taskRun()));
        return kill != null && key.dispatch() <= kill.dispatch();
    }

    void forgetOld() {
        var oldest = clock.instant().minus(keep);
        killed.values().removeIf(kill -> kill.at().isBefore(oldest));
    }
}
