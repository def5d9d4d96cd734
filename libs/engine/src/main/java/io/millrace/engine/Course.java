// SPDX-License-Identifier: Apache-2.0
package io.millrace.engine;

import io.millrace.engine.Cursor.Stage;
import io.millrace.expressions.ExpressionException;
import io.millrace.model.Flow;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// How an execution ends, and who is told.
final class Course {
    private final Transition t;
    private final Steps steps;

    Course(Transition transition, Steps steps) {
        this.t = transition;
        this.steps = steps;
    }

    void finishExecution() {
        var execution = t.execution();
        var end = steps.ends.endOf(TaskRun.NONE);
        var outputs = execution.outputs();
        if (!t.plan.outputs().isEmpty() && end != State.KILLED && end != State.RETRIED) {
            if (outputs.isEmpty()) {
                try {
                    var rendered = rendered();
                    if (rendered == null) {
                        renderOutputs();
                        return;
                    }
                    outputs = rendered;
                } catch (ExpressionException | IllegalArgumentException e) {
                    t.log(
                            LogEntry.Level.ERROR,
                            "Failed to render output values: " + e.getMessage());
                    end = State.FAILED;
                }
            }
        }
        finishExecution(end, outputs);
    }

    /// The outputs of the flow, without those that aren't required and can't be rendered; null if a
    /// worker has to render them.
    private @Nullable Map<String, @Nullable Object> rendered() {
        var outputs = t.plan.flow().outputs();
        try {
            var rendered = steps.evaluation.render(TaskRun.NONE, t.plan.outputs());
            return rendered == null ? null : Values.outputs(outputs, rendered);
        } catch (ExpressionException e) {
            if (outputs.stream().allMatch(Flow.FlowOutput::required)) {
                throw e;
            }
        }
        var there = new ArrayList<Flow.FlowOutput>();
        var rendered = new LinkedHashMap<String, @Nullable Object>();
        for (var output : outputs) {
            var one = Rendering.of(t.plan.expressions(), Values.one(output.id(), output.value()));
            try {
                var value = steps.evaluation.render(TaskRun.NONE, one);
                if (value == null) {
                    return null;
                }
                rendered.putAll(value);
                there.add(output);
            } catch (ExpressionException e) {
                if (output.required()) {
                    throw e;
                }
                t.log(
                        LogEntry.Level.WARN,
                        "Left out output " + output.id() + ": " + e.getMessage());
            }
        }
        return Values.outputs(there, rendered);
    }

    private void renderOutputs() {
        int dispatch = t.execution().dispatch() + 1;
        t.put(t.change().dispatch(dispatch).rendering(true));
        t.command(new Command.DispatchTask(TaskRun.NONE, dispatch, false));
    }

    /// A worker has rendered the outputs of the flow, or could not.
    void outputsRendered(TaskResult result) {
        t.put(t.change().rendering(false));
        var end = steps.ends.endOf(TaskRun.NONE);
        Map<String, @Nullable Object> outputs = Map.of();
        if (result.state().isGood()) {
            try {
                outputs = Values.outputs(t.plan.flow(), result.outputs());
            } catch (IllegalArgumentException e) {
                t.log(LogEntry.Level.ERROR, "Failed to render output values: " + e.getMessage());
                end = State.FAILED;
            }
        } else {
            t.log(LogEntry.Level.ERROR, "Failed to render output values: " + result.error());
            end = State.FAILED;
        }
        finishExecution(end, outputs);
    }

    private void finishExecution(State end, Map<String, @Nullable Object> outputs) {
        var execution = t.execution();
        if (execution.wakeAt() != null) {
            t.command(new Command.DropTimer(TaskRun.NONE));
        }
        if (execution.slot() != Slot.NONE) {
            t.command(new Command.FreeSlot());
        }
        t.put(
                t.change()
                        .state(end, t.now)
                        .outputs(outputs)
                        .slot(Slot.NONE)
                        .held(false)
                        .paused(0)
                        .retrying(0)
                        .wakeAt(end == State.RETRIED ? execution.wakeAt() : null)
                        .cursor(Cursors.at(execution.cursor(), Stage.AFTER)));
        tellOfEnd();
        t.look(TaskRun.NONE);
    }

    /// What others have to know of an execution that has ended.
    void tellOfEnd() {
        var execution = t.execution();
        if (execution.state() == State.RETRIED) {
            tellOfRetry();
        } else if (execution.parent() != null) {
            steps.evaluation.tellParent(execution.parent());
        }
    }

    private void tellOfRetry() {
        var execution = t.execution();
        var at = execution.wakeAt() == null ? t.now : execution.wakeAt();
        var id = Retries.idOfRetry(execution);
        t.command(
                new Command.StartRetry(
                        id,
                        execution.inputs(),
                        execution.labels(),
                        execution.trigger(),
                        execution.parent(),
                        execution.originalId(),
                        execution.attempt() + 1,
                        at));
    }
}
