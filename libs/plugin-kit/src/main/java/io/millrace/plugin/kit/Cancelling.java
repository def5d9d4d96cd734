// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.kit;

import io.millrace.plugin.TaskContext;

/// Lets go of what a blocked task waits for when it is killed or times out.
public final class Cancelling {
    private Cancelling() {}

    /// Closes `resource` when the task is cancelled, which makes what waits for it fail. It is
    /// closed on a thread of its own: closing may wait, too.
    ///
    /// @return to be closed when the resource isn't needed any more
    public static TaskContext.Registration closes(AutoCloseable resource, TaskContext context) {
        return context.onCancel(() -> Thread.startVirtualThread(() -> close(resource, context)));
    }

    private static void close(AutoCloseable resource, TaskContext context) {
        try {
            resource.close();
        } catch (Exception e) {
            context.log().debug("Closing it failed: " + e.getMessage());
        }
    }
}
