// SPDX-License-Identifier: Apache-2.0
package io.millrace.execution.start;

import io.millrace.engine.FlowPlan;
import io.millrace.engine.inputs.Inputs;
import io.millrace.engine.inputs.Resolution;
import io.millrace.expressions.Budget;
import io.millrace.expressions.Expressions;
import io.millrace.expressions.RenderContext;
import io.millrace.model.Input;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Inputs as given become the typed inputs of an execution.
public final class InputTyping {
    private final Expressions expressions;

    public InputTyping(Expressions expressions) {
        this.expressions = expressions;
    }

    /// Inputs that the flow does not take; the message is for the user.
    public static final class InvalidInputsException extends RuntimeException {
        private static final long serialVersionUID = 1L;
        private final transient List<Resolution.Violation> violations;

        InvalidInputsException(Resolution.Violations violations) {
            super(violations.message(), null, false, false);
            this.violations = violations.all();
        }

        public String detail() {
            var message = getMessage();
            return message == null ? "" : message;
        }

        List<Resolution.Violation> violations() {
            return violations;
        }
    }

    /// @param given by input id, text or typed
    /// @throws InvalidInputsException if they don't fit
    public Map<String, @Nullable Object> ofValues(
            FlowPlan plan, String tenant, String executionId, Map<String, @Nullable Object> given) {
        return switch (resolve(plan, plan.flow().inputs(), tenant, executionId, given)) {
            case Resolution.Resolved(var inputs, _) -> inputs;
            case Resolution.Violations violations -> throw new InvalidInputsException(violations);
        };
    }

    /// @param inputs of the flow, or of a task that is resumed
    Resolution resolve(
            FlowPlan plan,
            List<Input> inputs,
            String tenant,
            String executionId,
            Map<String, @Nullable Object> given) {
        if (inputs.isEmpty()) {
            return new Resolution.Resolved(Map.of(), java.util.Set.of());
        }
        var flow = plan.flow();
        var variables = new HashMap<String, Object>();
        variables.put(
                "flow",
                Map.of(
                        "id", flow.id(),
                        "namespace", flow.namespace(),
                        "revision", plan.revision(),
                        "tenantId", tenant));
        variables.put("execution", Map.of("id", executionId));
        variables.put("labels", flow.labels());
        variables.put("vars", flow.variables());
        return Inputs.resolve(
                inputs, given, expressions, RenderContext.of(variables).withBudget(Budget.LANE));
    }
}
