// SPDX-License-Identifier: Apache-2.0
package io.millrace.model;

import java.time.Duration;

/// A duration, or the expression that will give one (ISO 8601 text or seconds).
public sealed interface DurationValue {
    record Literal(Duration duration) implements DurationValue {}

    record Expression(String template) implements DurationValue {}
}
