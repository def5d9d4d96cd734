// SPDX-License-Identifier: Apache-2.0
package io.millrace.execution.graph;

import io.millrace.engine.FlowPlan;
import io.millrace.execution.flows.FlowDirectory;
import io.millrace.execution.flows.FlowRef;
import io.millrace.execution.flows.FlowServiceUnavailableException;
import io.millrace.execution.flows.FlowUnusableException;
import io.millrace.execution.search.Executions;
import io.millrace.model.graph.FlowGraph;
import io.millrace.platform.access.Access;
import io.millrace.platform.access.Caller;
import io.millrace.platform.access.Permission;
import io.millrace.platform.problem.ServiceException;
import java.time.Duration;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/// The flow behind an execution.
@RestController
@RequestMapping("/api/v1/{tenant}/executions")
final class FlowViewController {
    private static final String ID = "/{executionId:[0-9A-Za-z]{22}}";

    private final Executions executions;
    private final FlowDirectory flows;
    private final Access access;

    FlowViewController(Executions executions, FlowDirectory flows, Access access) {
        this.executions = executions;
        this.flows = flows;
        this.access = access;
    }

    /// The flow as it was when the execution began.
    @GetMapping(ID + "/flow")
    FlowForExecution ofExecution(@PathVariable String executionId) {
        return FlowForExecution.of(plan(executionId));
    }

    @GetMapping(ID + "/graph")
    FlowGraph graph(@PathVariable String executionId) {
        return FlowGraph.of(plan(executionId).flow());
    }

    private FlowPlan plan(String executionId) {
        var e = executions.requireHead(executionId, Permission.EXECUTION_READ);
        return found(
                () -> flows.get(new FlowRef(e.tenant(), e.namespace(), e.flowId(), e.revision())));
    }

    /// A flow that the caller may run.
    @GetMapping("/flows/{namespace}/{flowId}")
    FlowForExecution flow(
            @PathVariable String namespace,
            @PathVariable String flowId,
            @RequestParam(required = false) @Nullable Integer revision) {
        access.require(Permission.EXECUTION_CREATE, namespace);
        var tenant = Caller.current().tenant();
        return FlowForExecution.of(
                found(() -> flows.getToStart(tenant, namespace, flowId, revision)));
    }

    private static FlowPlan found(Supplier<FlowPlan> plan) {
        try {
            return plan.get();
        } catch (FlowUnusableException e) {
            throw new ServiceException.NotFound(e.detail());
        } catch (FlowServiceUnavailableException e) {
            throw new ServiceException.Unavailable(
                    "The flow can't be looked up for now", Duration.ofSeconds(2), e);
        }
    }
}
