// SPDX-License-Identifier: Apache-2.0
package io.millrace.flow.graph;

import io.millrace.flow.flows.FlowRevision;
import io.millrace.flow.flows.Flows;
import io.millrace.model.Task;
import io.millrace.model.graph.Drawing;
import io.millrace.model.graph.FlowGraph;
import io.millrace.model.yaml.FlowParser;
import io.millrace.model.yaml.ParsedFlow;
import io.millrace.platform.problem.ServiceException;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/// Draws flows, and says which start which.
@RestController
@RequestMapping("/api/v1/{tenant}")
class GraphController {
    private static final FlowParser STORED = FlowParser.trusting();

    private final Flows flows;
    private final FlowTopology topology;

    GraphController(Flows flows, FlowTopology topology) {
        this.flows = flows;
        this.topology = topology;
    }

    /// @param subflows uids of nodes whose flows are drawn, too
    @Operation(summary = "Draw a flow")
    @GetMapping("/flows/{namespace}/{id}/graph")
    FlowGraph graph(
            @PathVariable String namespace,
            @PathVariable String id,
            @RequestParam(required = false) @Nullable Integer revision,
            @RequestParam(required = false) @Nullable List<String> subflows) {
        return draw(stored(flows.get(namespace, id, revision, false)), subflows);
    }

    @Operation(
            summary = "Draw a flow that isn't stored",
            requestBody =
                    @io.swagger.v3.oas.annotations.parameters.RequestBody(
                            required = true,
                            content =
                                    @Content(
                                            mediaType = "application/x-yaml",
                                            schema = @Schema(type = "string"))))
    @PostMapping("/flows/graph")
    FlowGraph graphOfSource(
            @RequestParam(required = false) @Nullable List<String> subflows, InputStream body)
            throws IOException {
        var valid = flows.readDocument(body);
        return draw(new Drawing.Source(valid.flow(), valid.document()), subflows);
    }

    @Operation(summary = "Get the flows that a flow starts or follows")
    @GetMapping("/flows/{namespace}/{id}/dependencies")
    FlowTopology.Graph dependencies(
            @PathVariable String namespace,
            @PathVariable String id,
            @RequestParam(defaultValue = "false") boolean destinationOnly,
            @RequestParam(defaultValue = "false") boolean expandAll) {
        flows.get(namespace, id, null, false);
        return topology.of(namespace, id, destinationOnly, expandAll);
    }

    @Operation(summary = "Get what the flows of a namespace start or follow")
    @GetMapping("/namespaces/{namespace}/dependencies")
    FlowTopology.Graph namespaceDependencies(
            @PathVariable String namespace,
            @RequestParam(defaultValue = "false") boolean destinationOnly) {
        return topology.of(namespace, destinationOnly);
    }

    private FlowGraph draw(Drawing.Source source, @Nullable List<String> subflows) {
        try {
            return Drawing.of(
                    source, subflows == null ? Set.of() : Set.copyOf(subflows), this::subflow);
        } catch (IllegalArgumentException e) {
            throw new ServiceException.Invalid("subflows", String.valueOf(e.getMessage()));
        }
    }

    private Drawing.Source subflow(Task.Call call, String taskId) {
        if (call.namespace().contains("{{") || call.flowId().contains("{{")) {
            throw new IllegalArgumentException(
                    "Can't expand task '%s': which flow it starts is known only when it runs"
                            .formatted(taskId));
        }
        return stored(flows.get(call.namespace(), call.flowId(), call.revision(), false));
    }

    private static Drawing.Source stored(FlowRevision revision) {
        return switch (STORED.parse(revision.source())) {
            case ParsedFlow.Valid(var flow, var document, _) -> new Drawing.Source(flow, document);
            case ParsedFlow.Invalid _ ->
                    throw new ServiceException.Refused(
                            "Flow %s can't be drawn: its source is no longer accepted"
                                    .formatted(revision.flow()));
        };
    }
}
