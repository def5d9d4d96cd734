// SPDX-License-Identifier: Apache-2.0
package io.millrace.worker.run;

import io.millrace.contracts.Job;

/// What is run once at most: one sending of one task run.
public record DispatchKey(String executionId, int taskRun, int dispatch) {
    /// The sending that opened a directory.
    static DispatchKey of(String executionId, Job.Directory directory) {
        return new DispatchKey(executionId, directory.taskRun(), directory.dispatch());
    }

    public static DispatchKey of(Job job) {
        return new DispatchKey(job.executionId(), job.taskRun(), job.dispatch());
    }
}
