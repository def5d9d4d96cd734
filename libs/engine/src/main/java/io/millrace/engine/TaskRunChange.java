// SPDX-License-Identifier: Apache-2.0
package io.millrace.engine;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A copy of one [TaskRun], to be changed.
final class TaskRunChange {
    private final int ordinal;
    private final String taskId;
    private final int parent;
    private final int iteration;
    private final @Nullable String value;
    private History history;
    private List<Attempt> attempts;
    private Phase phase;
    private int dispatch;
    private Instant since;
    private @Nullable Instant wakeAt;
    private @Nullable String workerId;
    private Map<String, @Nullable Object> outputs;
    private @Nullable String outputsUri;
    private @Nullable String error;
    private @Nullable Map<String, @Nullable Object> rendered;
    private @Nullable Cursor cursor;
    private @Nullable Items items;
    private @Nullable Batches batches;

    TaskRunChange(TaskRun before) {
        this.ordinal = before.ordinal();
        this.taskId = before.taskId();
        this.parent = before.parent();
        this.iteration = before.iteration();
        this.value = before.value();
        this.history = before.history();
        this.attempts = before.attempts();
        this.phase = before.phase();
        this.dispatch = before.dispatch();
        this.since = before.since();
        this.wakeAt = before.wakeAt();
        this.workerId = before.workerId();
        this.outputs = before.outputs();
        this.outputsUri = before.outputsUri();
        this.error = before.error();
        this.rendered = before.rendered();
        this.cursor = before.cursor();
        this.items = before.items();
        this.batches = before.batches();
    }

    TaskRunChange attempts(List<Attempt> attempts) {
        this.attempts = attempts;
        return this;
    }

    TaskRunChange dispatch(int dispatch) {
        this.dispatch = dispatch;
        return this;
    }

    TaskRunChange wakeAt(@Nullable Instant wakeAt) {
        this.wakeAt = wakeAt;
        return this;
    }

    TaskRunChange workerId(@Nullable String workerId) {
        this.workerId = workerId;
        return this;
    }

    TaskRunChange outputs(Map<String, @Nullable Object> outputs) {
        this.outputs = outputs;
        return this;
    }

    TaskRunChange outputsUri(@Nullable String outputsUri) {
        this.outputsUri = outputsUri;
        return this;
    }

    TaskRunChange error(@Nullable String error) {
        this.error = error;
        return this;
    }

    TaskRunChange rendered(@Nullable Map<String, @Nullable Object> rendered) {
        this.rendered = rendered;
        return this;
    }

    TaskRunChange cursor(@Nullable Cursor cursor) {
        this.cursor = cursor;
        return this;
    }

    TaskRunChange items(@Nullable Items items) {
        this.items = items;
        return this;
    }

    TaskRunChange batches(@Nullable Batches batches) {
        this.batches = batches;
        return this;
    }

    TaskRunChange state(State state, Instant at) {
        history = history.then(state, at);
        return this;
    }

    TaskRunChange phase(Phase phase, Instant at) {
        this.phase = phase;
        this.since = at;
        return this;
    }

    TaskRun done() {
        return new TaskRun(
                ordinal,
                taskId,
                parent,
                iteration,
                value,
                history,
                attempts,
                phase,
                dispatch,
                since,
                wakeAt,
                workerId,
                outputs,
                outputsUri,
                error,
                rendered,
                cursor,
                items,
                batches);
    }
}
