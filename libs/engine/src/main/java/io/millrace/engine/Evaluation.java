// SPDX-License-Identifier: Apache-2.0
package io.millrace.engine;

import io.millrace.expressions.Budget;
import io.millrace.expressions.BudgetExceededException;
import io.millrace.expressions.ExpressionException;
import io.millrace.expressions.ExpressionFunctions;
import io.millrace.expressions.RenderContext;
import io.millrace.model.Durations;
import io.millrace.model.ExecutionId;
import io.millrace.model.Task;
import io.millrace.model.TaskTypes;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZonedDateTime;
import java.time.format.DateTimeParseException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/// Renders what a lane may render, and derives from the state what others are told.
final class Evaluation {
    private static final String CORRELATION = "system.correlationId";

    private final Transition t;

    Evaluation(Transition transition) {
        this.t = transition;
    }

    /// The rendered properties; nothing if only a worker can render them.
    ///
    /// @param ordinal task run, or [TaskRun#NONE]
    /// @throws ExpressionException if they can't be rendered
    @Nullable Map<String, @Nullable Object> render(int ordinal, Rendering rendering) {
        return render(ordinal, rendering, TaskRun.NONE);
    }

    /// @param batch number of the batch that it is rendered for, or [TaskRun#NONE]
    @Nullable Map<String, @Nullable Object> render(int ordinal, Rendering rendering, int batch) {
        if (!rendering.laneSafe()) {
            return null;
        }
        var outputs = new Outputs(t.plan, t.state(), ordinal);
        var guarded = new Guarded();
        try {
            var rendered = rendering.render(context(ordinal, batch, outputs, guarded));
            return outputs.metStored() || guarded.met() ? null : rendered;
        } catch (BudgetExceededException e) {
            return null; // a worker has more time and space
        } catch (ExpressionException e) {
            if (outputs.metStored() || guarded.met()) {
                return null;
            }
            throw e;
        }
    }

    private RenderContext context(int ordinal, int batch, Outputs outputs, Guarded guarded) {
        var execution = t.execution();
        int number =
                ordinal == TaskRun.NONE ? execution.attempt() : t.run(ordinal).attempts().size();
        return new RenderContext(
                guarded.of(JobVariables.all(t.plan, t.state(), ordinal, batch, outputs)),
                ExpressionFunctions.NONE,
                InstantSource.fixed(t.now),
                new SplittableRandom(Retries.seed(execution.id(), ordinal, number)),
                Budget.LANE,
                false);
    }

    /// Id of the child that the present dispatch of a task run starts: the same each time it is
    /// asked.
    String childId(TaskRun run) {
        if (run.outputs().get("executionId") instanceof String known) {
            return known; // a restarted one goes on with the child that it had
        }
        return ExecutionId.derived(
                        run.since(),
                        t.execution().id() + "-" + run.ordinal() + "-" + run.dispatch())
                .value();
    }

    /// Id of the child of a batch.
    String childId(TaskRun run, int batch) {
        var batches = run.batches();
        if (batches == null) {
            throw new IllegalStateException("Expected batches of " + run);
        }
        return batches.childId(t.execution().id(), run.ordinal(), batch);
    }

    Command.StartChild startChild(TaskRun run, Task.Subflow subflow) {
        var input = run.rendered() == null ? Values.NONE : run.rendered();
        return startChild(run, subflow.call(), subflow.outputs(), input, TaskRun.NONE);
    }

    /// @param outputs for [Parent#outputs()]
    /// @param input rendered
    /// @param batch number of the batch that it is for, or [TaskRun#NONE]
    Command.StartChild startChild(
            TaskRun run,
            Task.Call call,
            Map<String, @Nullable Object> outputs,
            Map<String, @Nullable Object> input,
            int batch) {
        var execution = t.execution();
        var batches = run.batches();
        var labels = new LinkedHashMap<String, String>();
        if (call.inheritLabels()) {
            labels.putAll(execution.labels());
        }
        labels.putAll(Values.labels(input.get("labels")));
        labels.put(CORRELATION, execution.labels().getOrDefault(CORRELATION, execution.id()));
        var variables = new LinkedHashMap<String, @Nullable Object>();
        variables.put("executionId", execution.id());
        variables.put("namespace", execution.namespace());
        variables.put("flowId", execution.flowId());
        variables.put("flowRevision", execution.revision());
        variables.put("taskRunId", execution.id() + "-" + run.ordinal());
        variables.put("taskId", run.taskId());
        if (run.value() != null) {
            variables.put("taskRunValue", run.value());
        }
        if (batch != TaskRun.NONE) {
            variables.put("taskRunIteration", batch);
        }
        return new Command.StartChild(
                run.ordinal(),
                batches == null ? run.dispatch() : batches.base() + batch,
                batches == null ? childId(run) : childId(run, batch),
                String.valueOf(input.get("namespace")),
                String.valueOf(input.get("flowId")),
                call.revision(),
                inputs(input.get("inputs")),
                labels,
                new Trigger(run.taskId(), t.task(run).type(), variables),
                call.waits(),
                scheduleDate(input.get("scheduleDate")),
                outputs);
    }

    @SuppressWarnings("unchecked") // keys are texts
    private static Map<String, @Nullable Object> inputs(@Nullable Object value) {
        return value instanceof Map<?, ?> map ? (Map<String, @Nullable Object>) map : Values.NONE;
    }

    private static @Nullable Instant scheduleDate(@Nullable Object value) {
        if (value == null || value.toString().isBlank()) {
            return null;
        }
        try {
            return Durations.checked(ZonedDateTime.parse(value.toString()).toInstant());
        } catch (DateTimeParseException e) {
            throw new IllegalArgumentException("Expected a date with zone but got " + value, e);
        } catch (DateTimeException e) {
            throw new IllegalArgumentException(e.getMessage() + " but got " + value, e);
        }
    }

    /// Tells the parent how it stands: that the child exists, or how it has ended.
    void tellParent(Parent parent) {
        var execution = t.execution();
        if (!execution.state().isTerminal()) {
            t.command(new Command.NotifyParentStarted(parent));
            return;
        }
        var outputs = execution.outputs();
        String error = null;
        // what the flow itself declares wins over the deprecated outputs of the task
        if (!parent.outputs().isEmpty() && t.plan.outputs().isEmpty()) {
            try {
                var rendered =
                        render(TaskRun.NONE, Rendering.of(t.plan.expressions(), parent.outputs()));
                if (rendered == null) {
                    error = "Expected outputs that can be rendered without reading files or stores";
                } else {
                    outputs = rendered;
                }
            } catch (ExpressionException e) {
                error = "Failed to extract outputs with the error: '%s'".formatted(e.getMessage());
            }
        }
        t.command(new Command.NotifyParentEnded(parent, execution.state(), outputs, error));
    }

    /// Whether the conditions of a listener hold.
    boolean listens(int listener) {
        for (Map<String, @Nullable Object> condition :
                t.plan.flow().listeners().get(listener).conditions()) {
            if (!holds(condition)) {
                return false;
            }
        }
        return true;
    }

    private boolean holds(Map<String, @Nullable Object> condition) {
        var type = TaskTypes.canonical(String.valueOf(condition.get("type")));
        var state = t.execution().state().name();
        return switch (type.substring(type.lastIndexOf('.') + 1)) {
            case "ExecutionStatus" ->
                    (!(condition.get("in") instanceof List<?> in) || in.contains(state))
                            && (!(condition.get("notIn") instanceof List<?> notIn)
                                    || !notIn.contains(state));
            case "ExecutionFlow" ->
                    t.execution().flowId().equals(condition.get("flowId"))
                            && t.execution().namespace().equals(condition.get("namespace"));
            case "Expression" -> {
                var expression = String.valueOf(condition.get("expression"));
                try {
                    var rendered =
                            render(
                                    TaskRun.NONE,
                                    Rendering.of(
                                            t.plan.expressions(),
                                            Values.one("expression", expression)));
                    yield rendered != null && Values.truthy(rendered.get("expression"));
                } catch (ExpressionException e) {
                    t.log(LogEntry.Level.ERROR, String.valueOf(e.getMessage()));
                    yield false;
                }
            }
            default -> true;
        };
    }
}
