// SPDX-License-Identifier: Apache-2.0
package io.millrace.flow.templates;

import io.millrace.flow.flows.FlowProperties;
import io.millrace.flow.flows.Sources;
import io.millrace.model.yaml.ParsedTemplate;
import io.millrace.platform.web.CursorResults;
import io.millrace.platform.web.Paging;
import io.swagger.v3.oas.annotations.Operation;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/// Templates over REST: JSON or YAML in, JSON out.
@RestController
@RequestMapping("/api/v1/{tenant}/templates")
class TemplateController {
    private final Templates templates;
    private final FlowProperties properties;

    TemplateController(Templates templates, FlowProperties properties) {
        this.templates = templates;
        this.properties = properties;
    }

    @Operation(summary = "Create a template (deprecated: use subflows)")
    @PostMapping
    Map<String, @Nullable Object> create(InputStream body) throws IOException {
        return templates.create(source(body)).tree();
    }

    @Operation(summary = "Update a template")
    @PutMapping("/{namespace}/{id}")
    Map<String, @Nullable Object> update(
            @PathVariable String namespace, @PathVariable String id, InputStream body)
            throws IOException {
        return templates.update(namespace, id, source(body)).tree();
    }

    @Operation(summary = "Get a template")
    @GetMapping("/{namespace}/{id}")
    Map<String, @Nullable Object> get(@PathVariable String namespace, @PathVariable String id) {
        return templates.get(namespace, id).tree();
    }

    @Operation(summary = "Delete a template; tasks that name it fail from then on")
    @DeleteMapping("/{namespace}/{id}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void delete(@PathVariable String namespace, @PathVariable String id) {
        templates.delete(namespace, id);
    }

    /// @param cursor of the page before, in place of a page's number
    @Operation(summary = "Search for templates")
    @GetMapping("/search")
    CursorResults<Map<String, @Nullable Object>> search(
            @RequestParam(required = false) @Nullable String q,
            @RequestParam(required = false) @Nullable String namespace,
            Paging paging,
            @RequestParam(required = false) @Nullable String cursor) {
        return templates.search(q, namespace, paging, cursor).map(ParsedTemplate::tree);
    }

    private String source(InputStream body) throws IOException {
        return Sources.read(body, properties.maxSourceBytes());
    }
}
