// SPDX-License-Identifier: Apache-2.0
package io.millrace.platform.access;

import io.millrace.platform.problem.ServiceException;
import org.jspecify.annotations.Nullable;

/// A task that runs on a worker, with access to what its flow may read.
///
/// @param taskRun ordinal of the task run, or absent if the token is for the whole execution
public record TaskIdentity(
        String tenant, String namespace, String flow, String execution, @Nullable Integer taskRun)
        implements Identity {

    @Override
    public String subject() {
        return "task:" + execution + (taskRun == null ? "" : "-" + taskRun);
    }

    /// @throws ServiceException.Forbidden if no task is asking
    public static TaskIdentity current() {
        if (Identity.current().orElse(null) instanceof TaskIdentity task) {
            return task;
        }
        throw new ServiceException.Forbidden("Expected a task token");
    }
}
