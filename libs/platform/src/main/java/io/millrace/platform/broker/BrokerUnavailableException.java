// SPDX-License-Identifier: Apache-2.0
package io.millrace.platform.broker;

import org.jspecify.annotations.Nullable;

/// The broker is away, or did not confirm in time: what was published may or may not be there.
public final class BrokerUnavailableException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public BrokerUnavailableException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
