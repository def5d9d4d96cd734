// SPDX-License-Identifier: Apache-2.0
package io.millrace.platform.broker;

import org.jspecify.annotations.Nullable;

/// No queue takes a message that must arrive: its queue isn't declared.
public final class UnroutableException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public UnroutableException(@Nullable String message) {
        super(message);
    }
}
