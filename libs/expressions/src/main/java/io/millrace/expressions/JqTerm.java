// SPDX-License-Identifier: Apache-2.0
package io.millrace.expressions;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// A node of a jq program.
sealed interface JqTerm {
    record Identity() implements JqTerm {}

    record RecurseAll() implements JqTerm {}

    record Literal(@Nullable Object value) implements JqTerm {}

    /// A text with values in it.
    record Interpolation(List<JqTerm> parts, @Nullable String format) implements JqTerm {}

    record Variable(String name) implements JqTerm {}

    record Index(JqTerm of, JqTerm key) implements JqTerm {}

    record Slice(JqTerm of, @Nullable JqTerm from, @Nullable JqTerm to) implements JqTerm {}

    record Each(JqTerm of) implements JqTerm {}

    record Attempt(JqTerm body, @Nullable JqTerm handler) implements JqTerm {}

    record Pipe(JqTerm left, JqTerm right) implements JqTerm {}

    record Comma(JqTerm left, JqTerm right) implements JqTerm {}

    record Negation(JqTerm operand) implements JqTerm {}

    record Binary(String operator, JqTerm left, JqTerm right) implements JqTerm {}

    record ListOf(@Nullable JqTerm elements) implements JqTerm {}

    record ObjectOf(List<Member> members) implements JqTerm {}

    record Member(JqTerm key, JqTerm value) {}

    record If(JqTerm condition, JqTerm then, @Nullable JqTerm otherwise) implements JqTerm {}

    record As(JqTerm source, String variable, JqTerm body) implements JqTerm {}

    record Reduce(JqTerm source, String variable, JqTerm start, JqTerm update) implements JqTerm {}

    record Foreach(
            JqTerm source, String variable, JqTerm start, JqTerm update, @Nullable JqTerm extract)
            implements JqTerm {}

    record Define(Function function, JqTerm body) implements JqTerm {}

    record Call(String name, List<JqTerm> arguments) implements JqTerm {}

    /// @param parameters names of filters, or of values where they begin with `$`
    record Function(String name, List<String> parameters, JqTerm body) {}
}
