// SPDX-License-Identifier: Apache-2.0
package io.millrace.engine.inputs;

/// Why a value isn't what its input asks for.
final class InputViolation extends RuntimeException {

    InputViolation(String message) {
        super(message, null, false, false);
    }
}
