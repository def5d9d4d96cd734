// SPDX-License-Identifier: Apache-2.0
package io.millrace.flow.flows;

import io.swagger.v3.oas.annotations.Operation;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/// Flows for those who may run them, whether they may read them or not.
@RestController
@RequestMapping("/api/v1/{tenant}/executions/namespaces")
class RunnableController {
    private final FlowSearch search;

    RunnableController(FlowSearch search) {
        this.search = search;
    }

    @Operation(summary = "Get all namespaces with flows that the caller may run")
    @GetMapping
    List<String> namespaces() {
        return search.namespacesToRun();
    }

    @Operation(summary = "Get the flows of a namespace that the caller may run")
    @GetMapping("/{namespace}/flows")
    List<Map<String, @Nullable Object>> flows(@PathVariable String namespace) {
        return search.toRun(namespace).stream().map(FlowDocument::toRun).toList();
    }
}
