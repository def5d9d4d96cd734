// SPDX-License-Identifier: Apache-2.0
package io.millrace.engine;

import io.millrace.expressions.Encrypted;
import io.millrace.model.Task;
import io.millrace.model.TaskTypes;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Tasks that are functions of their rendered properties: no I/O, bounded time.
final class PureTasks {
    private static final String RETURN = TaskTypes.CORE + "debug.Return";
    private static final String ECHO = TaskTypes.CORE + "debug.Echo";
    private static final String LOG = TaskTypes.CORE + "log.Log";
    private static final String FAIL = TaskTypes.CORE + "execution.Fail";
    private static final String EXIT = TaskTypes.CORE + "execution.Exit";
    private static final String ASSERT = TaskTypes.CORE + "execution.Assert";
    private static final String LABELS = TaskTypes.CORE + "execution.Labels";
    private static final String SET_VARIABLES = TaskTypes.CORE + "execution.SetVariables";
    private static final String UNSET_VARIABLES = TaskTypes.CORE + "execution.UnsetVariables";
    private static final String OUTPUT_VALUES = TaskTypes.CORE + "output.OutputValues";

    private static final List<String> ALL =
            List.of(
                    RETURN,
                    ECHO,
                    LOG,
                    FAIL,
                    EXIT,
                    ASSERT,
                    LABELS,
                    SET_VARIABLES,
                    UNSET_VARIABLES,
                    OUTPUT_VALUES);

    /// Those that change the execution: no worker can.
    private static final List<String> ON_LANES_ALONE =
            List.of(EXIT, LABELS, SET_VARIABLES, UNSET_VARIABLES);

    private PureTasks() {}

    /// What a pure task did.
    ///
    /// @param labels to set on the execution
    /// @param variables all that are set at run time from now on
    /// @param exit state that the execution is to end with
    record Result(
            State state,
            Map<String, @Nullable Object> outputs,
            List<Line> lines,
            @Nullable Map<String, String> labels,
            @Nullable Map<String, @Nullable Object> variables,
            @Nullable State exit) {

        static Result success(Map<String, @Nullable Object> outputs) {
            return new Result(State.SUCCESS, outputs, List.of(), null, null, null);
        }

        static Result success(List<Line> lines) {
            return new Result(State.SUCCESS, Map.of(), lines, null, null, null);
        }

        static Result failure(String message) {
            return new Result(
                    State.FAILED,
                    Map.of(),
                    List.of(new Line(LogEntry.Level.ERROR, message)),
                    null,
                    null,
                    null);
        }
    }

    record Line(LogEntry.Level level, String message) {}

    /// Whether a lane carries it out. A log that goes to a file is written on a worker.
    static boolean isPure(Task.PluginTask task) {
        return ALL.contains(task.type())
                && (!task.common().logToFile() || ON_LANES_ALONE.contains(task.type()));
    }

    /// @throws IllegalArgumentException if a property is not what it should be
    static Result run(
            String type,
            Map<String, @Nullable Object> properties,
            Execution execution,
            FlowPlan plan) {
        return switch (type) {
            case RETURN -> {
                var outputs = new LinkedHashMap<String, @Nullable Object>();
                var format = properties.get("format");
                if (format != null) {
                    outputs.put("value", Encrypted.is(format) ? format : Values.text(format));
                }
                yield Result.success(outputs);
            }
            case ECHO -> Result.success(lines(properties, "format"));
            case LOG -> Result.success(lines(properties, "message"));
            case FAIL -> fail(properties);
            case EXIT -> exit(properties);
            case ASSERT -> check(properties);
            case LABELS -> labels(properties);
            case SET_VARIABLES -> set(properties, execution, plan);
            case UNSET_VARIABLES -> unset(properties, execution, plan);
            case OUTPUT_VALUES -> {
                var values = properties.get("values");
                var outputs = new LinkedHashMap<String, @Nullable Object>();
                outputs.put("values", values == null ? Map.of() : values);
                yield Result.success(outputs);
            }
            default -> throw new IllegalArgumentException("Expected a pure task but got " + type);
        };
    }

    private static List<Line> lines(Map<String, @Nullable Object> properties, String property) {
        var level = LogEntry.Level.INFO;
        if (properties.get("level") != null) {
            level =
                    LogEntry.Level.valueOf(
                            String.valueOf(properties.get("level")).toUpperCase(Locale.ROOT));
        }
        var message = properties.get(property);
        var lines = new ArrayList<Line>();
        for (var line : all(message)) {
            lines.add(new Line(level, String.valueOf(Values.text(line))));
        }
        return lines;
    }

    private static List<?> all(@Nullable Object message) {
        return switch (message) {
            case null -> List.of();
            case List<?> list -> list;
            default -> List.of(message);
        };
    }

    private static Result fail(Map<String, @Nullable Object> properties) {
        if (properties.get("condition") != null && !Values.truthy(properties.get("condition"))) {
            return Result.success(Map.of());
        }
        var message = properties.get("errorMessage");
        return Result.failure(message == null ? "Task failure" : String.valueOf(message));
    }

    private static Result exit(Map<String, @Nullable Object> properties) {
        var asked = String.valueOf(properties.getOrDefault("state", "SUCCESS"));
        var state =
                asked.equals("CANCELED")
                        ? State.CANCELLED
                        : State.valueOf(asked.toUpperCase(Locale.ROOT));
        return new Result(State.SUCCESS, Map.of(), List.of(), null, null, state);
    }

    private static Result check(Map<String, @Nullable Object> properties) {
        var conditions = properties.get("conditions");
        if (!(conditions instanceof List<?> list)) {
            throw new IllegalArgumentException(
                    "Expected a list of conditions but got " + conditions);
        }
        var failed = new ArrayList<Line>();
        int good = 0;
        for (var condition : list) {
            if (Values.truthy(condition)) {
                good++;
            } else {
                failed.add(new Line(LogEntry.Level.ERROR, "Assertion `" + condition + "` failed!"));
            }
        }
        int bad = failed.size();
        if (bad > 0) {
            failed.add(
                    new Line(
                            LogEntry.Level.ERROR,
                            bad + (bad == 1 ? " assertion failed" : " assertions failed")));
        }
        if (bad > 0 && properties.get("errorMessage") != null) {
            failed.add(
                    new Line(LogEntry.Level.ERROR, String.valueOf(properties.get("errorMessage"))));
        }
        var outputs = new LinkedHashMap<String, @Nullable Object>();
        outputs.put("success", good);
        outputs.put("failed", list.size() - good);
        return new Result(
                failed.isEmpty() ? State.SUCCESS : State.FAILED, outputs, failed, null, null, null);
    }

    private static Result labels(Map<String, @Nullable Object> properties) {
        var labels = Values.labels(properties.get("labels"));
        for (var label : labels.entrySet()) {
            if (label.getKey().isBlank() || label.getValue().isBlank()) {
                throw new IllegalArgumentException(
                        "Expected a key and a value for each label but got "
                                + label.getKey()
                                + "="
                                + label.getValue());
            }
            if (label.getKey().startsWith("system.")) {
                throw new IllegalArgumentException(
                        "System labels can only be set by Millrace itself, offending label: "
                                + label.getKey()
                                + "="
                                + label.getValue());
            }
        }
        return new Result(State.SUCCESS, Map.of(), List.of(), labels, null, null);
    }

    private static Result set(
            Map<String, @Nullable Object> properties, Execution execution, FlowPlan plan) {
        var variables = new LinkedHashMap<String, @Nullable Object>(execution.variables());
        boolean overwrite = Values.truthy(properties.getOrDefault("overwrite", true));
        if (properties.get("variables") instanceof Map<?, ?> given) {
            for (var entry : given.entrySet()) {
                var name = String.valueOf(entry.getKey());
                if (exists(name, variables, plan) && !overwrite) {
                    throw new IllegalArgumentException(
                            "Variable '" + name + "' already exists and overwrite is set to false");
                }
                variables.put(name, entry.getValue());
            }
        }
        return new Result(State.SUCCESS, Map.of(), List.of(), null, variables, null);
    }

    private static Result unset(
            Map<String, @Nullable Object> properties, Execution execution, FlowPlan plan) {
        var variables = new LinkedHashMap<String, @Nullable Object>(execution.variables());
        boolean ignoreMissing = Values.truthy(properties.getOrDefault("ignoreMissing", false));
        if (properties.get("variables") instanceof List<?> names) {
            for (var name : names) {
                var key = String.valueOf(name);
                if (!exists(key, variables, plan) && !ignoreMissing) {
                    throw new IllegalArgumentException("Variable '" + name + "' doesn't exist");
                }
                variables.remove(key);
                if (plan.flow().variables().containsKey(key)) {
                    variables.put(key, Values.UNSET);
                }
            }
        }
        return new Result(State.SUCCESS, Map.of(), List.of(), null, variables, null);
    }

    private static boolean exists(
            String name, Map<String, @Nullable Object> variables, FlowPlan plan) {
        return variables.containsKey(name)
                ? !Values.UNSET.equals(variables.get(name))
                : plan.flow().variables().containsKey(name);
    }
}
