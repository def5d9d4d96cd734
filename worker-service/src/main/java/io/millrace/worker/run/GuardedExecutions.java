// SPDX-License-Identifier: Apache-2.0
package io.millrace.worker.run;

import io.millrace.plugin.TaskExecutions;
import io.millrace.plugin.TaskFailedException;
import io.millrace.worker.log.Masker;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Executions, into whose inputs a task writes none of the secrets that it has read.
record GuardedExecutions(TaskExecutions executions, Masker masker) implements TaskExecutions {

    @Override
    public void resume(String executionId, Map<String, @Nullable Object> inputs)
            throws TaskFailedException {
        if (masker.finds(inputs)) {
            throw new TaskFailedException(
                    "The inputs of a resumed execution can't hold a secret of this task");
        }
        executions.resume(executionId, inputs);
    }

    @Override
    public void setTriggerDisabled(
            String namespace, String flowId, String triggerId, boolean disabled)
            throws TaskFailedException {
        executions.setTriggerDisabled(namespace, flowId, triggerId, disabled);
    }

    @Override
    public List<Count> count(Query query) throws TaskFailedException {
        return executions.count(query);
    }

    @Override
    public Purged purge(Purge purge) throws TaskFailedException {
        return executions.purge(purge);
    }

    @Override
    public long purgeLogs(LogPurge purge) throws TaskFailedException {
        return executions.purgeLogs(purge);
    }
}
