// SPDX-License-Identifier: Apache-2.0
package io.millrace.worker.run;

import io.millrace.contracts.Job;
import io.millrace.contracts.LaneEvent;

/// Tells the lanes what became of tasks; never blocks, never loses.
public interface TaskReports {

    /// @param whenConfirmed run once the broker has it
    void report(Job job, LaneEvent event, Runnable whenConfirmed);
}
