// SPDX-License-Identifier: Apache-2.0
package io.millrace.gateway.entry;

import java.io.IOException;

/// A chunked body that is longer than what is taken.
public final class BodyTooLargeException extends IOException {
    private static final long serialVersionUID = 1L;

    BodyTooLargeException() {
        super("The body is too large");
    }
}
