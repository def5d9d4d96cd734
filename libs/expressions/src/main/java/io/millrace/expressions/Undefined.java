// SPDX-License-Identifier: Apache-2.0
package io.millrace.expressions;

/// A variable or attribute that isn't there. Caught by `??`, `is defined` and `default`, so it is
/// cheap: it has no stack trace.
final class Undefined extends RuntimeException {

    private final String name;
    private final int line;

    Undefined(String name, int line) {
        super(name, null, false, false);
        this.name = name;
        this.line = line;
    }

    String name() {
        return name;
    }

    int line() {
        return line;
    }
}
