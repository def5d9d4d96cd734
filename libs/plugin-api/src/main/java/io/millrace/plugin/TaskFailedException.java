// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The task failed; the message is for the user, and the outputs are kept.
public final class TaskFailedException extends Exception {
    private static final long serialVersionUID = 1;

    private final transient Map<String, @Nullable Object> outputs;

    public TaskFailedException(String message) {
        this(message, Map.of());
    }

    public TaskFailedException(String message, Map<String, @Nullable Object> outputs) {
        super(message);
        this.outputs = outputs;
    }

    public TaskFailedException(String message, Throwable cause) {
        super(message, cause);
        this.outputs = Map.of();
    }

    public Map<String, @Nullable Object> outputs() {
        return outputs;
    }
}
