// SPDX-License-Identifier: Apache-2.0
package io.millrace.flow.flows;

import io.millrace.platform.problem.ServiceException;
import io.millrace.platform.web.CursorResults;
import io.millrace.platform.web.Paging;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/// Flows over REST. Sources come as YAML and are kept as they are, or as JSON and are kept as YAML.
@RestController
@RequestMapping("/api/v1/{tenant}/flows")
class FlowController {
    private final Flows flows;
    private final FlowSearch search;
    private final FlowProperties properties;

    FlowController(Flows flows, FlowSearch search, FlowProperties properties) {
        this.flows = flows;
        this.search = search;
        this.properties = properties;
    }

    @Operation(
            summary = "Create a flow from its YAML source",
            requestBody =
                    @io.swagger.v3.oas.annotations.parameters.RequestBody(
                            required = true,
                            content =
                                    @Content(
                                            mediaType = "application/x-yaml",
                                            schema = @Schema(type = "string"))))
    @PostMapping
    ResponseEntity<Map<String, @Nullable Object>> create(InputStream body) throws IOException {
        return answer(flows.create(Sources.yaml(source(body))), true);
    }

    @Operation(
            summary = "Update a flow; a changed source is a new revision",
            requestBody =
                    @io.swagger.v3.oas.annotations.parameters.RequestBody(
                            required = true,
                            content =
                                    @Content(
                                            mediaType = "application/x-yaml",
                                            schema = @Schema(type = "string"))))
    @PutMapping("/{namespace}/{id}")
    ResponseEntity<Map<String, @Nullable Object>> update(
            @PathVariable String namespace,
            @PathVariable String id,
            @RequestHeader(name = HttpHeaders.IF_MATCH, required = false) @Nullable String ifMatch,
            InputStream body)
            throws IOException {
        return answer(flows.update(namespace, id, Sources.yaml(source(body)), ifMatch), true);
    }

    /// Puts a task in the place of the one with its id; comments of others stay.
    @Operation(
            summary = "Update a single task of a flow",
            requestBody =
                    @io.swagger.v3.oas.annotations.parameters.RequestBody(
                            required = true,
                            content =
                                    @Content(
                                            mediaType = "application/json",
                                            schema = @Schema(type = "object"))))
    @PatchMapping("/{namespace}/{id}/{taskId}")
    ResponseEntity<Map<String, @Nullable Object>> updateTask(
            @PathVariable String namespace,
            @PathVariable String id,
            @PathVariable String taskId,
            @RequestHeader(name = HttpHeaders.IF_MATCH, required = false) @Nullable String ifMatch,
            InputStream body)
            throws IOException {
        return answer(flows.updateTask(namespace, id, taskId, source(body), ifMatch), true);
    }

    @Operation(summary = "Delete a flow; its revisions stay")
    @DeleteMapping("/{namespace}/{id}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void delete(
            @PathVariable String namespace,
            @PathVariable String id,
            @RequestHeader(name = HttpHeaders.IF_MATCH, required = false)
                    @Nullable String ifMatch) {
        flows.delete(namespace, id, ifMatch);
    }

    @Operation(summary = "Get a flow")
    @GetMapping("/{namespace}/{id}")
    ResponseEntity<Map<String, @Nullable Object>> get(
            @PathVariable String namespace,
            @PathVariable String id,
            @RequestParam(defaultValue = "false") boolean source,
            @RequestParam(required = false) @Nullable Integer revision,
            @RequestParam(defaultValue = "false") boolean allowDeleted) {
        return answer(flows.get(namespace, id, revision, allowDeleted), source);
    }

    @Operation(summary = "Get all revisions of a flow")
    @GetMapping("/{namespace}/{id}/revisions")
    List<Map<String, @Nullable Object>> revisions(
            @PathVariable String namespace, @PathVariable String id) {
        return flows.revisions(namespace, id).stream().map(FlowDocument::withSource).toList();
    }

    @Operation(summary = "Take older revisions of a flow out of its history")
    @DeleteMapping("/{namespace}/{id}/revisions")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void deleteRevisions(
            @PathVariable String namespace,
            @PathVariable String id,
            @RequestParam List<Integer> revisions) {
        flows.deleteRevisions(namespace, id, revisions);
    }

    @Operation(summary = "Get a task of a flow")
    @GetMapping("/{namespace}/{id}/tasks/{taskId}")
    Map<?, ?> task(
            @PathVariable String namespace,
            @PathVariable String id,
            @PathVariable String taskId,
            @RequestParam(required = false) @Nullable Integer revision) {
        var tree = FlowDocument.tree(flows.get(namespace, id, revision, false));
        for (var key : List.of("tasks", "errors", "finally", "afterExecution", "listeners")) {
            var task = FlowDocument.task(tree.get(key), taskId);
            if (task.isPresent()) {
                return task.get();
            }
        }
        throw new ServiceException.NotFound(
                "Not Found: task %s of flow %s/%s".formatted(taskId, namespace, id));
    }

    @Operation(summary = "Get all flows of a namespace")
    @GetMapping("/{namespace}")
    List<Map<String, @Nullable Object>> inNamespace(@PathVariable String namespace) {
        return search.inNamespace(namespace).stream().map(FlowDocument::of).toList();
    }

    /// @param cursor of the page before, in place of a page's number
    /// @param tasks whether tasks and all else that is only in the definition are in the answer
    @Operation(summary = "Search for flows")
    @GetMapping("/search")
    CursorResults<Map<String, @Nullable Object>> search(
            HttpServletRequest request,
            Paging paging,
            @RequestParam(required = false) @Nullable String cursor,
            @RequestParam(defaultValue = "true") boolean tasks) {
        var page = search.search(FlowFilter.of(request.getParameterMap()), paging, cursor);
        return new CursorResults<>(
                page.results().stream()
                        .map(tasks ? FlowDocument::of : FlowDocument::summaryOf)
                        .toList(),
                page.total(),
                page.nextCursor());
    }

    @Operation(summary = "Search the sources of flows")
    @GetMapping("/source")
    CursorResults<Map<String, Object>> searchSources(
            HttpServletRequest request,
            Paging paging,
            @RequestParam(required = false) @Nullable String cursor) {
        var filter = FlowFilter.of(request.getParameterMap());
        var text = filter.text() == null ? "" : filter.text();
        var page = search.searchSources(text, filter.namespace(), paging, cursor);
        return new CursorResults<>(
                page.results().stream()
                        .map(found ->
                                Map.<String, Object>of(
                                        "model",
                                        FlowDocument.of(found.flow()),
                                        "fragments",
                                        found.fragments()))
                        .toList(),
                page.total(),
                page.nextCursor());
    }

    @Operation(summary = "List namespaces that have flows")
    @GetMapping("/distinct-namespaces")
    List<String> namespaces(
            @RequestParam(required = false) @Nullable String q,
            @RequestParam(required = false) @Nullable String query) {
        return search.namespaces(q == null ? query : q);
    }

    private String source(InputStream body) throws IOException {
        return Sources.read(body, properties.maxSourceBytes());
    }

    private static ResponseEntity<Map<String, @Nullable Object>> answer(
            FlowRevision revision, boolean withSource) {
        return ResponseEntity.ok()
                .eTag(revision.etag())
                .body(withSource ? FlowDocument.withSource(revision) : FlowDocument.of(revision));
    }
}
