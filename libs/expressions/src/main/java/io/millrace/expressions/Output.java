// SPDX-License-Identifier: Apache-2.0
package io.millrace.expressions;

/// A text in the making; each character is metered.
final class Output {

    private final StringBuilder text = new StringBuilder();
    private final Meter meter;

    Output(Meter meter) {
        this.meter = meter;
    }

    Output append(String part) {
        meter.chars(part.length());
        text.append(part);
        return this;
    }

    Output append(char c) {
        meter.chars(1);
        text.append(c);
        return this;
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
