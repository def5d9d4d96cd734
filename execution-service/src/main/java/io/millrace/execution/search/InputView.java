// SPDX-License-Identifier: Apache-2.0
package io.millrace.execution.search;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.millrace.model.Input;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// An input as users see it.
///
/// @param defaults as written, with its expressions
/// @param prefill as written, or what it is now where an execution is being started
/// @param values what can be selected: texts, and maps of a value and its label where it has one
/// @param isRadio whether that is shown side by side
@JsonInclude(JsonInclude.Include.NON_NULL)
public record InputView(
        String id,
        String type,
        @Nullable String description,
        @Nullable String displayName,
        boolean required,
        @Nullable Object defaults,
        @Nullable Object prefill,
        @Nullable DependsOn dependsOn,
        @Nullable String validator,
        @Nullable String min,
        @Nullable String max,
        @Nullable String after,
        @Nullable String before,
        @Nullable String extension,
        @Nullable List<String> allowedFileExtensions,
        @Nullable String itemType,
        @Nullable List<Object> values,
        @Nullable String expression,
        @Nullable Boolean allowCustomValue,
        @Nullable Boolean autoSelectFirst,
        @Nullable Boolean isRadio) {

    /// @param condition absent: the inputs that it depends on need only be there
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record DependsOn(List<String> inputs, @Nullable String condition) {}

    public static InputView of(Input input) {
        return of(input, input.rules().values(), input.prefill());
    }

    /// @param options what can be selected, as it is now
    /// @param prefill what a form shows at first, as it is now
    public static InputView of(Input input, List<Input.Option> options, @Nullable Object prefill) {
        var rules = input.rules();
        var on = input.dependsOn();
        boolean selection =
                input.type() == Input.Type.SELECT || input.type() == Input.Type.MULTISELECT;
        return new InputView(
                input.id(),
                input.type().name(),
                input.description(),
                input.displayName(),
                input.required(),
                input.type() == Input.Type.SECRET && input.defaults() != null
                        ? "******"
                        : input.defaults(),
                prefill,
                on == null ? null : new DependsOn(on.inputs(), on.condition()),
                rules.validator(),
                rules.min(),
                rules.max(),
                rules.after(),
                rules.before(),
                rules.extension(),
                rules.allowedFileExtensions().isEmpty() ? null : rules.allowedFileExtensions(),
                rules.itemType() == null ? null : rules.itemType().name(),
                selection ? options.stream().map(InputView::shown).toList() : null,
                rules.expression(),
                selection ? rules.allowCustomValue() : null,
                selection ? rules.autoSelectFirst() : null,
                input.type() == Input.Type.SELECT ? rules.isRadio() : null);
    }

    private static Object shown(Input.Option option) {
        return option.label().equals(option.value()) ? option.value() : option;
    }
}
