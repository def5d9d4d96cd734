// SPDX-License-Identifier: Apache-2.0
package io.millrace.execution.render;

import io.millrace.engine.ExecutionState;
import io.millrace.engine.JobVariables;
import io.millrace.engine.TaskRun;
import io.millrace.execution.files.LargeOutputs;
import io.millrace.execution.flows.FlowDirectory;
import io.millrace.execution.flows.FlowRef;
import io.millrace.execution.flows.FlowServiceUnavailableException;
import io.millrace.execution.flows.FlowUnusableException;
import io.millrace.execution.search.ExecutionView;
import io.millrace.execution.search.Executions;
import io.millrace.expressions.ExpressionException;
import io.millrace.expressions.Expressions;
import io.millrace.expressions.RenderContext;
import io.millrace.platform.access.Permission;
import io.millrace.platform.problem.ServiceException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/// Evaluates an expression as a task of an execution would.
@RestController
@RequestMapping({
    "/api/v1/{tenant}/executions/{executionId:[0-9A-Za-z]{22}}/eval",
    "/api/v1/{tenant}/executions/{executionId:[0-9A-Za-z]{22}}/actions/eval"
})
final class EvalController {
    private final Executions executions;
    private final FlowDirectory flows;
    private final Expressions expressions;
    private final LargeOutputs largeOutputs;

    EvalController(
            Executions executions,
            FlowDirectory flows,
            Expressions expressions,
            LargeOutputs largeOutputs) {
        this.executions = executions;
        this.flows = flows;
        this.expressions = expressions;
        this.largeOutputs = largeOutputs;
    }

    /// @param error why there is no result
    /// @param stackTrace the same: where in the code it was noticed is nothing for users
    record Evaluated(
            @Nullable String result, @Nullable String error, @Nullable String stackTrace) {}

    @PostMapping
    Evaluated ofExecution(@PathVariable String executionId, @RequestBody String expression) {
        return evaluate(executionId, TaskRun.NONE, expression);
    }

    @PostMapping("/{taskRunId}")
    Evaluated ofTaskRun(
            @PathVariable String executionId,
            @PathVariable String taskRunId,
            @RequestBody String expression) {
        var ordinal = ExecutionView.ordinal(executionId, taskRunId);
        if (ordinal == null) {
            throw new ServiceException.NotFound("Not Found: TaskRun " + taskRunId);
        }
        return evaluate(executionId, ordinal, expression);
    }

    private Evaluated evaluate(String executionId, int ordinal, String expression) {
        var stored = executions.requireReadable(executionId, Permission.EXECUTION_READ);
        var e = stored.execution();
        try {
            var plan = flows.get(new FlowRef(e.tenant(), e.namespace(), e.flowId(), e.revision()));
            var state =
                    ExecutionState.restore(plan, e, largeOutputs.filledIn(e, stored.taskRuns()));
            if (ordinal != TaskRun.NONE && state.find(ordinal) == null) {
                throw new ServiceException.NotFound("Not Found: TaskRun " + ordinal);
            }
            var variables = JobVariables.masked(plan, state, ordinal);
            return new Evaluated(
                    expressions.render(expression, RenderContext.of(variables)), null, null);
        } catch (ExpressionException problem) {
            return new Evaluated(null, problem.getMessage(), problem.getMessage());
        } catch (FlowUnusableException unusable) {
            throw new ServiceException.NotFound(unusable.detail());
        } catch (FlowServiceUnavailableException away) {
            throw new ServiceException.Unavailable(
                    "The flow can't be looked up for now", Duration.ofSeconds(2), away);
        }
    }
}
