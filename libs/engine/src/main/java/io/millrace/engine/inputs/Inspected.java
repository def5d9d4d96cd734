// SPDX-License-Identifier: Apache-2.0
package io.millrace.engine.inputs;

import io.millrace.model.Input;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One input, as it would be with what was given.
///
/// @param value typed, or absent
/// @param prefill what a form shows at first, rendered
/// @param options what can be selected, as it is now
/// @param enabled whether it is asked for at all
/// @param isDefault whether the value is the input's own default
/// @param errors why it isn't accepted
public record Inspected(
        Input input,
        @Nullable Object value,
        @Nullable Object prefill,
        List<Input.Option> options,
        boolean enabled,
        boolean isDefault,
        List<String> errors) {
    public Inspected {
        options = List.copyOf(options);
        errors = List.copyOf(errors);
    }
}
