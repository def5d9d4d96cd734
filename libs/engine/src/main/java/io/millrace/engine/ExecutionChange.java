// SPDX-License-Identifier: Apache-2.0
package io.millrace.engine;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A copy of one [Execution], to be changed.
final class ExecutionChange {
    private final String id;
    private final String tenant;
    private final String namespace;
    private final String flowId;
    private int revision;
    private final Map<String, @Nullable Object> inputs;
    private Map<String, String> labels;
    private Map<String, @Nullable Object> variables;
    private Map<String, @Nullable Object> outputs;
    private final @Nullable Trigger trigger;
    private @Nullable Parent parent;
    private final @Nullable String replayOf;
    private final String originalId;
    private int attempt;
    private final String startedBy;
    private History history;
    private final @Nullable Instant scheduleDate;
    private @Nullable Instant wakeAt;
    private @Nullable String error;
    private Slot slot;
    private boolean held;
    private int paused;
    private int halted;
    private int retrying;
    private boolean killed;
    private boolean cascade;
    private int dispatch;
    private boolean rendering;
    private int nextOrdinal;
    private List<String> violated;
    private Cursor cursor;
    private final @Nullable TestRun test;
    private List<String> breakpoints;

    ExecutionChange(Execution before) {
        this.id = before.id();
        this.tenant = before.tenant();
        this.namespace = before.namespace();
        this.flowId = before.flowId();
        this.revision = before.revision();
        this.inputs = before.inputs();
        this.labels = before.labels();
        this.variables = before.variables();
        this.outputs = before.outputs();
        this.trigger = before.trigger();
        this.parent = before.parent();
        this.replayOf = before.replayOf();
        this.originalId = before.originalId();
        this.attempt = before.attempt();
        this.startedBy = before.startedBy();
        this.history = before.history();
        this.scheduleDate = before.scheduleDate();
        this.wakeAt = before.wakeAt();
        this.error = before.error();
        this.slot = before.slot();
        this.held = before.held();
        this.paused = before.paused();
        this.halted = before.halted();
        this.retrying = before.retrying();
        this.killed = before.killed();
        this.cascade = before.cascade();
        this.dispatch = before.dispatch();
        this.rendering = before.rendering();
        this.nextOrdinal = before.nextOrdinal();
        this.violated = before.violated();
        this.cursor = before.cursor();
        this.test = before.test();
        this.breakpoints = before.breakpoints();
    }

    ExecutionChange revision(int revision) {
        this.revision = revision;
        return this;
    }

    ExecutionChange labels(Map<String, String> labels) {
        this.labels = labels;
        return this;
    }

    ExecutionChange variables(Map<String, @Nullable Object> variables) {
        this.variables = variables;
        return this;
    }

    ExecutionChange outputs(Map<String, @Nullable Object> outputs) {
        this.outputs = outputs;
        return this;
    }

    ExecutionChange parent(Parent parent) {
        this.parent = parent;
        return this;
    }

    ExecutionChange attempt(int attempt) {
        this.attempt = attempt;
        return this;
    }

    ExecutionChange wakeAt(@Nullable Instant wakeAt) {
        this.wakeAt = wakeAt;
        return this;
    }

    ExecutionChange error(@Nullable String error) {
        this.error = error;
        return this;
    }

    ExecutionChange slot(Slot slot) {
        this.slot = slot;
        return this;
    }

    ExecutionChange held(boolean held) {
        this.held = held;
        return this;
    }

    ExecutionChange paused(int paused) {
        this.paused = paused;
        return this;
    }

    ExecutionChange halted(int halted) {
        this.halted = halted;
        return this;
    }

    ExecutionChange breakpoints(List<String> breakpoints) {
        this.breakpoints = List.copyOf(breakpoints);
        return this;
    }

    ExecutionChange retrying(int retrying) {
        this.retrying = retrying;
        return this;
    }

    ExecutionChange killed(boolean killed) {
        this.killed = killed;
        return this;
    }

    ExecutionChange cascade(boolean cascade) {
        this.cascade = cascade;
        return this;
    }

    ExecutionChange dispatch(int dispatch) {
        this.dispatch = dispatch;
        return this;
    }

    ExecutionChange rendering(boolean rendering) {
        this.rendering = rendering;
        return this;
    }

    ExecutionChange nextOrdinal(int nextOrdinal) {
        this.nextOrdinal = nextOrdinal;
        return this;
    }

    ExecutionChange violated(List<String> violated) {
        this.violated = violated;
        return this;
    }

    ExecutionChange cursor(Cursor cursor) {
        this.cursor = cursor;
        return this;
    }

    ExecutionChange state(State state, Instant at) {
        history = history.then(state, at);
        return this;
    }

    Execution done() {
        return new Execution(
                id,
                tenant,
                namespace,
                flowId,
                revision,
                inputs,
                labels,
                variables,
                outputs,
                trigger,
                parent,
                replayOf,
                originalId,
                attempt,
                startedBy,
                history,
                scheduleDate,
                wakeAt,
                error,
                slot,
                held,
                paused,
                halted,
                retrying,
                killed,
                cascade,
                dispatch,
                rendering,
                nextOrdinal,
                violated,
                cursor,
                test,
                breakpoints);
    }
}
