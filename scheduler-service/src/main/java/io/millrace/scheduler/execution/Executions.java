// SPDX-License-Identifier: Apache-2.0
package io.millrace.scheduler.execution;

import io.millrace.contracts.Job;
import io.millrace.contracts.LaneEvent;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What the scheduler asks of the execution-service. All methods throw an
/// [io.millrace.platform.problem.ServiceException.Unavailable] if it can't be asked.
public interface Executions {

    /// The inside of an execution.
    ///
    /// @param variables `inputs`, `outputs` of its tasks, and `vars`
    /// @param attempts of each task run: the states of its attempts
    record Context(Map<String, @Nullable Object> variables, List<List<String>> attempts) {
        public static final Context EMPTY = new Context(Map.of(), List.of());
    }

    Optional<Context> context(String tenant, String executionId);

    /// The states of those that are there, by id.
    Map<String, String> states(Collection<String> executionIds);

    /// Starts an execution, unless it is there already. Those of the same moment are one request.
    ///
    /// @return the execution as users see it, once it is stored
    Map<String, @Nullable Object> start(String executionId, LaneEvent.ExecutionRequested request);

    /// A file that came with what starts an execution.
    ///
    /// @param number of the file, as two may have the same name
    record TriggerFile(
            String tenant,
            String namespace,
            String flowId,
            String executionId,
            int number,
            String name) {}

    /// Puts a file among those of an execution that will be started.
    ///
    /// @return where it is
    String store(TriggerFile file, byte[] content);

    /// Sends a trigger to the workers of a group.
    ///
    /// @param group absent for the default one
    void dispatch(Job job, @Nullable String group);

    /// The execution as users see it, after it has ended or some seconds have passed.
    Map<String, @Nullable Object> await(String tenant, String executionId);
}
