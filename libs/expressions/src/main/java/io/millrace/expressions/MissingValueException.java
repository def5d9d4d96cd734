// SPDX-License-Identifier: Apache-2.0
package io.millrace.expressions;

/// A store lacks what an expression asks for. Unlike other errors, `??` and `???` take their right
/// side then.
public final class MissingValueException extends ExpressionException {
    private static final long serialVersionUID = 1;

    public MissingValueException(String message) {
        super(message);
    }
}
