// SPDX-License-Identifier: Apache-2.0
package io.millrace.expressions;

/// Whoever renders has no answer for a function now: it wasn't asked for yet, or who knows it is
/// away. That is no mistake of the template, and so no [ExpressionException]: it leaves the
/// rendering as it is, and the same template may be rendered later.
public class UnansweredException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public UnansweredException(String message) {
        super(message);
    }
}
