// SPDX-License-Identifier: Apache-2.0
package io.millrace.scheduler.question;

import org.jspecify.annotations.Nullable;

/// What came of a question.
public sealed interface Answer {

    record Value(@Nullable Object value) implements Answer {}

    /// The store hasn't got it.
    record Missing(String message) implements Answer {}

    /// The author's mistake, or something that the flow may not have.
    record Refused(String message) implements Answer {}
}
