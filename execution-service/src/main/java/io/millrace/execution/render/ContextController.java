// SPDX-License-Identifier: Apache-2.0
package io.millrace.execution.render;

import io.millrace.engine.ExecutionState;
import io.millrace.engine.JobVariables;
import io.millrace.execution.files.LargeOutputs;
import io.millrace.execution.flows.FlowDirectory;
import io.millrace.execution.flows.FlowRef;
import io.millrace.execution.flows.FlowServiceUnavailableException;
import io.millrace.execution.flows.FlowUnusableException;
import io.millrace.execution.search.Executions;
import io.millrace.expressions.Reads;
import io.millrace.platform.problem.ServiceException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

/// What triggers of other flows see of an execution that has ended or rests.
@RestController
final class ContextController {
    private static final Reads SEEN =
            new Reads(
                    false,
                    Set.of(
                            Reads.Path.of("inputs"),
                            Reads.Path.of("outputs"),
                            Reads.Path.of("vars")),
                    Set.of());

    private final Executions executions;
    private final FlowDirectory flows;
    private final LargeOutputs largeOutputs;

    ContextController(Executions executions, FlowDirectory flows, LargeOutputs largeOutputs) {
        this.executions = executions;
        this.flows = flows;
        this.largeOutputs = largeOutputs;
    }

    /// @param variables `inputs`, `outputs` (of the tasks) and `vars`, as far as they are there
    /// @param attempts of each task run: the states of its attempts
    record Context(Map<String, @Nullable Object> variables, List<List<String>> attempts) {}

    @GetMapping("/internal/executions/{tenant}/{executionId}/context")
    Context context(@PathVariable String tenant, @PathVariable String executionId) {
        var stored =
                executions
                        .findReadable(tenant, executionId)
                        .orElseThrow(() ->
                                new ServiceException.NotFound(
                                        "Not Found: Execution " + executionId));
        var e = stored.execution();
        try {
            var plan = flows.get(new FlowRef(e.tenant(), e.namespace(), e.flowId(), e.revision()));
            var state =
                    ExecutionState.restore(plan, e, largeOutputs.filledIn(e, stored.taskRuns()));
            return new Context(
                    JobVariables.read(plan, state, SEEN),
                    stored.taskRuns().stream()
                            .map(run -> run.attempts().stream().map(a -> a.state().name()).toList())
                            .toList());
        } catch (FlowUnusableException unusable) {
            throw new ServiceException.NotFound(unusable.detail());
        } catch (FlowServiceUnavailableException away) {
            throw new ServiceException.Unavailable(
                    "The flow can't be looked up for now", Duration.ofSeconds(2), away);
        }
    }
}
