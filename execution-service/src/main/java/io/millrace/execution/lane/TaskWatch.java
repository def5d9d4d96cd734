// SPDX-License-Identifier: Apache-2.0
package io.millrace.execution.lane;

/// Told of tasks that workers have reported to run, when their lane comes to this instance.
@FunctionalInterface
public interface TaskWatch {
    void running(String workerId, String executionId, int taskRun, int dispatch);
}
