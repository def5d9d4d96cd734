// SPDX-License-Identifier: Apache-2.0
package io.millrace.worker.run;

import io.millrace.contracts.Job;

/// What is run once at most: one sending of one task run.
public record DispatchKey(String executionId, int taskRun, int dispatch) {
    public static DispatchKey of(Job job) {
        return new DispatchKey(job.executionId(), job.taskRun(), job.dispatch());
    }
}
