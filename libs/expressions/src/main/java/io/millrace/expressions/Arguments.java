// SPDX-License-Identifier: Apache-2.0
package io.millrace.expressions;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// The arguments of one call, evaluated.
///
/// @param call the name of the filter or function, for error messages
/// @param names of the values
/// @param values null also where the argument wasn't given
/// @param given whether each argument was given
record Arguments(String call, List<String> names, @Nullable Object[] values, boolean[] given) {

    @Nullable Object get(String name) {
        int index = names.indexOf(name);
        return index < 0 ? null : values[index];
    }

    boolean has(String name) {
        int index = names.indexOf(name);
        return index >= 0 && given[index];
    }

    /// Without names: all of them.
    List<@Nullable Object> all() {
        var list = new java.util.ArrayList<@Nullable Object>(values.length);
        for (var value : values) {
            list.add(value);
        }
        return list;
    }

    Object required(String name) {
        var value = get(name);
        if (value == null) {
            throw new ExpressionException("'%s' expects a '%s' argument".formatted(call, name));
        }
        return value;
    }

    String text(String name) {
        return Values.text(required(name));
    }

    /// Of a filter, whose errors read otherwise than those of functions.
    Object demanded(String name) {
        var value = get(name);
        if (value == null) {
            throw new ExpressionException(
                    "The argument '%s' is required by '%s'".formatted(name, call));
        }
        return value;
    }

    @Nullable String optionalText(String name) {
        var value = get(name);
        return value == null ? null : Values.text(value);
    }

    /// @throws ExpressionException if it is missing or no whole number
    long integer(String name) {
        return switch (required(name)) {
            case Long value -> value;
            case Integer value -> value;
            case Short value -> value;
            case Byte value -> value;
            case Number value when value.doubleValue() == Math.rint(value.doubleValue()) ->
                    value.longValue();
            case Object other ->
                    throw new ExpressionException(
                            "'%s' expects argument '%s' to be a whole number, but it is '%s'"
                                    .formatted(call, name, Values.text(other)));
        };
    }

    boolean flag(String name, boolean otherwise) {
        var value = get(name);
        return value == null ? otherwise : Values.truth(value);
    }
}
