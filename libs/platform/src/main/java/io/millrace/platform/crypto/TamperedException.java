// SPDX-License-Identifier: Apache-2.0
package io.millrace.platform.crypto;

/// What is stored isn't what was sealed, or was sealed for another secret. The cause is left out:
/// it could tell an attacker which part didn't fit.
public final class TamperedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public TamperedException() {
        super("What was sealed doesn't open: it was changed, moved or sealed under another key");
    }
}
