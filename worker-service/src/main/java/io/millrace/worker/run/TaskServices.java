// SPDX-License-Identifier: Apache-2.0
package io.millrace.worker.run;

import io.millrace.plugin.TaskExecutions;

/// What other services do on behalf of a task.
public interface TaskServices {

    /// @param token the task's token, which says what it may see and change
    TaskExecutions executions(String token);
}
