// SPDX-License-Identifier: Apache-2.0
package io.millrace.engine;

/// What a task run waits for.
public enum Phase {
    /// Created. It begins with the next work of its lane, or when the execution is resumed.
    READY,
    /// A worker renders its properties.
    RENDERING,
    /// A worker runs it. With a worker's id it is known to have started.
    RUNNING,
    /// A child execution runs.
    CHILD,
    /// Child executions run, one for each batch of a file.
    BATCHES,
    /// Children run.
    CHILDREN,
    /// Its target's lock is asked for, or somebody else has it.
    LOCKING,
    /// It has come to a breakpoint before its beginning; somebody lets it go on.
    HALTED,
    /// Somebody resumes it, or its time comes.
    PAUSED,
    /// The time of its next attempt, or of the next round of a loop, comes.
    DELAY,
    /// It has ended.
    OVER
}
