// SPDX-License-Identifier: Apache-2.0
package io.millrace.execution.start;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.millrace.engine.FlowPlan;
import io.millrace.engine.inputs.Inspected;
import io.millrace.execution.search.InputView;
import io.millrace.model.Flow;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What would become of the inputs of an execution, or of a task that is resumed.
///
/// @param id of the flow
/// @param checks those of the flow that don't hold
record InputsReport(
        String id, String namespace, List<InputAndValue> inputs, List<FailedCheck> checks) {

    /// @param enabled whether the input is asked for at all
    /// @param isDefault whether the value is the input's own default
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record InputAndValue(
            InputView input,
            @Nullable Object value,
            boolean enabled,
            boolean isDefault,
            List<InputError> errors) {}

    record InputError(String message) {}

    record FailedCheck(String message, String style, String behavior) {}

    static InputsReport of(FlowPlan plan, List<Inspected> inputs, List<Flow.Check> failed) {
        return new InputsReport(
                plan.flow().id(),
                plan.flow().namespace(),
                inputs.stream().map(InputsReport::view).toList(),
                failed.stream()
                        .map(check ->
                                new FailedCheck(
                                        check.message(),
                                        check.style().name(),
                                        check.behavior().name()))
                        .toList());
    }

    private static InputAndValue view(Inspected one) {
        return new InputAndValue(
                InputView.of(one.input(), one.options(), one.prefill()),
                one.value(),
                one.enabled(),
                one.isDefault(),
                one.errors().stream().map(InputError::new).toList());
    }
}
