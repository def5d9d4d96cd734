// SPDX-License-Identifier: Apache-2.0
package io.millrace.model;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// An input of a flow, or of a paused task that is resumed.
///
/// @param id may have dots: `a.b` is read as `inputs.a.b`
/// @param required whether an execution is refused without it
/// @param defaults value if none is given; may hold expressions
/// @param prefill what a form shows at first; no default
public record Input(
        String id,
        Type type,
        @Nullable String description,
        @Nullable String displayName,
        boolean required,
        @Nullable Object defaults,
        @Nullable Object prefill,
        @Nullable DependsOn dependsOn,
        Rules rules) {

    public enum Type {
        STRING,
        INT,
        FLOAT,
        BOOL,
        DATETIME,
        DATE,
        TIME,
        DURATION,
        FILE,
        JSON,
        YAML,
        ION,
        URI,
        SECRET,
        EMAIL,
        ARRAY,
        SELECT,
        MULTISELECT
    }

    /// The input is asked for only when `condition`, which may read `inputs`, is truthy.
    public record DependsOn(List<String> inputs, @Nullable String condition) {
        public DependsOn {
            inputs = List.copyOf(inputs);
        }
    }

    /// One value that can be selected.
    ///
    /// @param label what a form shows for it
    public record Option(String value, String label) {
        public static Option of(String value) {
            return new Option(value, value);
        }
    }

    /// What a value must fulfil; each type knows some of these.
    ///
    /// @param validator regular expression that the whole text must match
    /// @param min least number or duration, as text
    /// @param max greatest number or duration, as text
    /// @param after earliest date, time or both, as text (exclusive)
    /// @param before latest date, time or both, as text (exclusive)
    /// @param extension of an uploaded file, with its dot
    /// @param allowedFileExtensions of an uploaded file; empty: all
    /// @param itemType of ARRAY and MULTISELECT
    /// @param values what can be selected; empty if `expression` gives it
    /// @param expression gives the list of what can be selected
    /// @param autoSelectFirst whether the first value is the default
    /// @param isRadio whether a form shows what can be selected side by side
    public record Rules(
            @Nullable String validator,
            @Nullable String min,
            @Nullable String max,
            @Nullable String after,
            @Nullable String before,
            @Nullable String extension,
            List<String> allowedFileExtensions,
            @Nullable Type itemType,
            List<Option> values,
            @Nullable String expression,
            boolean allowCustomValue,
            boolean autoSelectFirst,
            boolean isRadio) {

        public static final Rules NONE =
                new Rules(
                        null, null, null, null, null, null, List.of(), null, List.of(), null, false,
                        false, false);

        public Rules {
            allowedFileExtensions = List.copyOf(allowedFileExtensions);
            values = List.copyOf(values);
        }
    }
}
