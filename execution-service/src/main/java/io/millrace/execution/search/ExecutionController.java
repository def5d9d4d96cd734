// SPDX-License-Identifier: Apache-2.0
package io.millrace.execution.search;

import io.millrace.platform.access.Permission;
import io.millrace.platform.web.PagedResults;
import io.millrace.platform.web.Paging;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Clock;
import java.util.List;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/// Executions, one and many.
@RestController
@RequestMapping("/api/v1/{tenant}/executions")
final class ExecutionController {
    private final Executions executions;
    private final Clock clock;

    ExecutionController(Executions executions, Clock clock) {
        this.executions = executions;
        this.clock = clock;
    }

    @GetMapping("/{executionId:[0-9A-Za-z]{22}}")
    ExecutionView get(@PathVariable String executionId) {
        return executions.view(executions.require(executionId, Permission.EXECUTION_READ));
    }

    @GetMapping({"", "/search"})
    PagedResults<ExecutionView> search(HttpServletRequest request, Paging paging) {
        return executions.search(ExecutionFilter.of(request.getParameterMap(), clock), paging);
    }

    /// Namespaces that have executions.
    @GetMapping("/namespaces")
    List<String> namespaces() {
        return executions.namespaces();
    }
}
