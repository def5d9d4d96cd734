// SPDX-License-Identifier: Apache-2.0
package io.millrace.engine;

import io.millrace.expressions.Budget;
import io.millrace.expressions.BudgetExceededException;
import io.millrace.expressions.ExpressionException;
import io.millrace.expressions.ExpressionFunctions;
import io.millrace.expressions.RenderContext;
import io.millrace.model.ExecutionId;
import io.millrace.model.Task;
import io.millrace.model.TaskTypes;
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
        if (!rendering.laneSafe()) {
            return null;
        }
        var outputs = new Outputs(t.plan, t.state());
        var guarded = new Guarded();
        try {
            var rendered = rendering.render(context(ordinal, outputs, guarded));
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

    private RenderContext context(int ordinal, Outputs outputs, Guarded guarded) {
        var execution = t.execution();
        int number =
                ordinal == TaskRun.NONE ? execution.attempt() : t.run(ordinal).attempts().size();
        return new RenderContext(
                guarded.of(JobVariables.all(t.plan, t.state(), ordinal, outputs)),
                ExpressionFunctions.NONE,
                InstantSource.fixed(t.now),
                new SplittableRandom(Retries.seed(execution.id(), ordinal, number)),
                Budget.LANE,
                false);
    }

    /// Id of the child that the present dispatch of a task run starts: the same each time it is
    /// asked.
    String childId(TaskRun run) {
        return ExecutionId.derived(
                        run.since(),
                        t.execution().id() + "-" + run.ordinal() + "-" + run.dispatch())
                .value();
    }

    Command.StartChild startChild(TaskRun run, Task.Subflow subflow) {
        var execution = t.execution();
        var input = run.rendered() == null ? Values.NONE : run.rendered();
        var call = subflow.call();
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
        return new Command.StartChild(
                run.ordinal(),
                run.dispatch(),
                childId(run),
                String.valueOf(input.get("namespace")),
                String.valueOf(input.get("flowId")),
                call.revision(),
                inputs(input.get("inputs")),
                labels,
                new Trigger(run.taskId(), TaskTypes.SUBFLOW, variables),
                call.waits(),
                scheduleDate(input.get("scheduleDate")),
                subflow.outputs());
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
            return ZonedDateTime.parse(value.toString()).toInstant();
        } catch (DateTimeParseException e) {
            throw new IllegalArgumentException("Expected a date with zone but got " + value, e);
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
        if (!parent.outputs().isEmpty()) {
            try {
                var rendered =
                        render(TaskRun.NONE, Rendering.of(t.plan.expressions(), parent.outputs()));
                if (rendered == null) {
                    error = "Expected outputs that can be rendered without reading files or stores";
                } else {
                    outputs = rendered;
                }
            } catch (ExpressionException e) {
                error = "Unable to render the outputs: " + e.getMessage();
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
