// SPDX-License-Identifier: Apache-2.0
package io.millrace.flowtest;

import io.millrace.engine.FlowPlan;
import io.millrace.engine.State;
import io.millrace.engine.TestRun;
import io.millrace.engine.Trigger;
import io.millrace.expressions.ExpressionException;
import io.millrace.expressions.Expressions;
import io.millrace.expressions.RenderContext;
import io.millrace.flowtest.SuiteRun.RunError;
import io.millrace.model.TestSuite.TestCase;
import io.millrace.model.TestSuite.TriggerFixture;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The fixtures of a test, with their expressions rendered.
///
/// @param inputs as they are given to the flow, not typed yet
/// @param trigger absent if the test says nothing of one
public record PreparedCase(
        Map<String, @Nullable Object> inputs, TestRun test, @Nullable Trigger trigger) {

    /// A test that can't be run.
    public static final class UnusableException extends Exception {
        private static final long serialVersionUID = 1L;
        private final transient List<RunError> errors;

        UnusableException(List<RunError> errors) {
            super(errors.toString());
            this.errors = errors;
        }

        public List<RunError> errors() {
            return errors;
        }
    }

    /// @param files URIs of the test's files, by name
    /// @throws UnusableException if a fixture is for a task that the flow doesn't have, or can't be
    ///   rendered
    public static PreparedCase of(
            TestCase test,
            FlowPlan plan,
            Map<String, String> files,
            Expressions expressions,
            RenderContext reading)
            throws UnusableException {
        var errors = new ArrayList<RunError>();
        var variables = new LinkedHashMap<String, @Nullable Object>();
        variables.put("files", files);
        variables.put("flow", Map.of("id", plan.flow().id(), "namespace", plan.flow().namespace()));
        variables.put("vars", plan.flow().variables());
        var inputs =
                rendered(
                        "inputs",
                        test.fixtures().inputs(),
                        expressions,
                        reading.withVariables(variables),
                        errors);
        variables.put("inputs", inputs);
        var trigger =
                trigger(
                        test.fixtures().trigger(),
                        plan,
                        expressions,
                        reading.withVariables(variables),
                        errors);
        if (trigger != null) {
            variables.put("trigger", trigger.variables());
        }
        var mocks = new LinkedHashMap<String, TestRun.Mock>();
        for (var task : test.fixtures().tasks()) {
            if (plan.find(task.id()) == null) {
                errors.add(
                        RunError.of(
                                "Expected a task `%s` in the flow, which a fixture is for, but there is none"
                                        .formatted(task.id())));
                continue;
            }
            var outputs =
                    rendered(
                            "outputs of " + task.id(),
                            task.outputs(),
                            expressions,
                            reading.withVariables(variables),
                            errors);
            var state = task.state() == null ? State.SUCCESS : State.valueOf(task.state());
            mocks.put(TestRun.key(task.id(), task.value()), new TestRun.Mock(state, outputs));
        }
        if (!errors.isEmpty()) {
            throw new UnusableException(errors);
        }
        return new PreparedCase(inputs, new TestRun(mocks), trigger);
    }

    private static @Nullable Trigger trigger(
            @Nullable TriggerFixture fixture,
            FlowPlan plan,
            Expressions expressions,
            RenderContext context,
            List<RunError> errors) {
        if (fixture == null) {
            return null;
        }
        var type = fixture.type();
        if (type == null) {
            type =
                    plan.flow().triggers().stream()
                            .filter(t -> t.id().equals(fixture.id()))
                            .map(io.millrace.model.Trigger::type)
                            .findFirst()
                            .orElse(null);
        }
        if (type == null) {
            errors.add(
                    RunError.of(
                            "Expected a trigger `%s` in the flow, or a type beside it"
                                    .formatted(fixture.id())));
            type = "";
        }
        return new Trigger(
                fixture.id(),
                type,
                rendered("the trigger", fixture.variables(), expressions, context, errors));
    }

    @SuppressWarnings("unchecked") // a map is rendered to a map
    private static Map<String, @Nullable Object> rendered(
            String what,
            Map<String, @Nullable Object> source,
            Expressions expressions,
            RenderContext context,
            List<RunError> errors) {
        try {
            var rendered = expressions.compileTree(source).render(context);
            if (rendered != null) {
                return (Map<String, @Nullable Object>) rendered;
            }
        } catch (ExpressionException e) {
            errors.add(new RunError("Unable to render the fixture: " + what, e.getMessage()));
        }
        return Map.of();
    }
}
