// SPDX-License-Identifier: Apache-2.0
package io.millrace.gateway.entry;

import java.io.IOException;

/// A body that keeps its reader waiting for longer than is borne.
public final class BodyTooSlowException extends IOException {
    private static final long serialVersionUID = 1L;

    BodyTooSlowException() {
        super("The body comes too slowly");
    }
}
