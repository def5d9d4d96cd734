// SPDX-License-Identifier: Apache-2.0
package io.millrace.execution.lane;

import io.millrace.engine.Execution;
import io.millrace.engine.TaskRun;
import java.util.List;

/// An execution as read from its rows.
public record StoredExecution(Execution execution, long version, List<TaskRun> taskRuns) {}
