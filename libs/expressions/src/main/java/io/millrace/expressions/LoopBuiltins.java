// SPDX-License-Identifier: Apache-2.0
package io.millrace.expressions;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Functions that find the outputs of iterations and of enclosing tasks.
final class LoopBuiltins {

    private LoopBuiltins() {}

    static List<Builtin> functions() {
        return List.of(
                Builtin.of(
                                "currentEachOutput",
                                (_, a, e) -> currentEachOutput(a.required("outputs"), e),
                                "outputs")
                        .reading("taskrun", "parents"),
                Builtin.of("loopOutputs", LoopBuiltins::loopOutputs, "outputs", "name"),
                Builtin.of("iterationOutput", LoopBuiltins::iterationOutput, "taskId", "iteration")
                        .reading("outputs", "parents", "task", "taskrun"),
                Builtin.of("parentOutput", LoopBuiltins::parentOutput, "index")
                        .reading("outputs", "parents"));
    }

    /// Follows the values of the loops around this task run, the outermost first, into the outputs
    /// of a task.
    private static @Nullable Object currentEachOutput(Object outputs, Evaluation e) {
        var values = new ArrayList<>(outerValues(e));
        var own = own(e).get("value");
        if (own != null) {
            values.add(own);
        }
        Object current = outputs;
        for (var value : values) {
            if (current instanceof Map<?, ?> map && map.containsKey(value)) {
                current = map.get(value);
            }
        }
        return current;
    }

    /// One output of every iteration of a `Loop`.
    private static Object loopOutputs(@Nullable Object input, Arguments arguments, Evaluation e) {
        var iterations = Values.list(arguments.required("outputs"));
        var name = arguments.text("name");
        e.meter().elements(iterations.size());
        var values = new ArrayList<@Nullable Object>(iterations.size());
        for (var iteration : iterations) {
            values.add(
                    iteration instanceof Map<?, ?> map
                                    && map.get("outputs") instanceof Map<?, ?> outputs
                            ? outputs.get(name)
                            : null);
        }
        return values;
    }

    /// What a task, by default this one, gave as `value` in an iteration, by default the one
    /// before.
    private static @Nullable Object iterationOutput(
            @Nullable Object input, Arguments arguments, Evaluation e) {
        var own = own(e);
        if (!(own.get("iteration") instanceof Number present)) {
            throw new ExpressionException("'iterationOutput' can only be used within a loop");
        }
        var task = arguments.optionalText("taskId");
        if (task == null && e.context().variables().get("task") instanceof Map<?, ?> map) {
            task = Values.text(map.get("id"));
        }
        long iteration =
                arguments.get("iteration") == null
                        ? present.longValue() - 1
                        : arguments.integer("iteration");
        if (iteration < 0) {
            throw new ExpressionException(
                    "There is no iteration %d: no iteration comes before the first"
                            .formatted(iteration));
        }
        Object outputs =
                e.context().variables().get("outputs") instanceof Map<?, ?> all
                        ? all.get(task)
                        : null;
        for (var value : outerValues(e)) {
            outputs = outputs instanceof Map<?, ?> map ? map.get(value) : null;
        }
        if (!(outputs instanceof Map<?, ?> iterations)) {
            return null;
        }
        e.meter().elements(iterations.size());
        if (iteration >= iterations.size()) {
            throw new ExpressionException(
                    "There are no outputs of iteration %d yet: the last that has some is %d"
                            .formatted(iteration, iterations.size() - 1));
        }
        var found = new ArrayList<Object>(iterations.values()).get((int) iteration);
        return found instanceof Map<?, ?> map ? map.get("value") : null;
    }

    /// The outputs of the task around this one, or of the one at an index from the outermost.
    private static @Nullable Object parentOutput(
            @Nullable Object input, Arguments arguments, Evaluation e) {
        var parents =
                e.context().variables().get("parents") instanceof List<?> list ? list : List.of();
        long index = arguments.has("index") ? arguments.integer("index") : parents.size() - 1;
        if (parents.isEmpty() && !arguments.has("index")) {
            throw new ExpressionException("'parentOutput' can only be used within another task");
        }
        if (index < 0 || index >= parents.size()) {
            throw new ExpressionException(
                    "Invalid index %d: the task has %d parents".formatted(index, parents.size()));
        }
        return parents.reversed().get((int) index) instanceof Map<?, ?> parent
                ? parent.get("outputs")
                : null;
    }

    private static Map<?, ?> own(Evaluation e) {
        return e.context().variables().get("taskrun") instanceof Map<?, ?> map ? map : Map.of();
    }

    /// The values of the enclosing task runs, the outermost first.
    private static List<Object> outerValues(Evaluation e) {
        var values = new ArrayList<Object>();
        if (e.context().variables().get("parents") instanceof List<?> parents) {
            for (var parent : parents.reversed()) {
                if (parent instanceof Map<?, ?> map
                        && map.get("taskrun") instanceof Map<?, ?> taskRun
                        && taskRun.get("value") != null) {
                    values.add(taskRun.get("value"));
                }
            }
        }
        return values;
    }
}
