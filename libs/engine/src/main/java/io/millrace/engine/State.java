// SPDX-License-Identifier: Apache-2.0
package io.millrace.engine;

/// State of an execution or of a task run, as users see it.
public enum State {
    CREATED(false),
    QUEUED(false),
    RUNNING(false),
    PAUSED(false),
    RESTARTED(false),
    RETRYING(false),
    /// Waits at a breakpoint for somebody to let it go on.
    BREAKPOINT(false),
    KILLING(false),
    SUCCESS(true),
    WARNING(true),
    FAILED(true),
    KILLED(true),
    CANCELLED(true),
    /// Another execution took over.
    RETRIED(true),
    /// Not run, because its condition did not hold. Task runs only.
    SKIPPED(true);

    private final boolean terminal;

    State(boolean terminal) {
        this.terminal = terminal;
    }

    public boolean isTerminal() {
        return terminal;
    }

    /// Whether the work ended as it was meant to, perhaps with a warning.
    public boolean isGood() {
        return this == SUCCESS || this == WARNING || this == SKIPPED;
    }
}
