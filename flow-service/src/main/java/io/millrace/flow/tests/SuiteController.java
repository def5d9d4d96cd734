// SPDX-License-Identifier: Apache-2.0
package io.millrace.flow.tests;

import io.millrace.flow.flows.FlowProperties;
import io.millrace.flow.flows.Flows;
import io.millrace.flow.flows.Sources;
import io.millrace.platform.problem.ServiceException;
import io.millrace.platform.problem.Violation;
import io.millrace.platform.web.CursorResults;
import io.millrace.platform.web.EntityTag;
import io.millrace.platform.web.Paging;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/// Test suites over REST. Sources come as YAML and are kept as they are.
@RestController
@RequestMapping("/api/v1/{tenant}/tests")
class SuiteController {
    private final Suites suites;
    private final FlowProperties properties;

    SuiteController(Suites suites, FlowProperties properties) {
        this.suites = suites;
        this.properties = properties;
    }

    @Operation(
            summary = "Create a test suite from its YAML source",
            requestBody =
                    @io.swagger.v3.oas.annotations.parameters.RequestBody(
                            required = true,
                            content =
                                    @Content(
                                            mediaType = "application/x-yaml",
                                            schema = @Schema(type = "string"))))
    @PostMapping
    ResponseEntity<SuiteView> create(InputStream body) throws IOException {
        return tagged(suites.create(source(body)));
    }

    @Operation(
            summary = "Update a test suite from its YAML source",
            requestBody =
                    @io.swagger.v3.oas.annotations.parameters.RequestBody(
                            required = true,
                            content =
                                    @Content(
                                            mediaType = "application/x-yaml",
                                            schema = @Schema(type = "string"))))
    @PutMapping("/{namespace}/{id}")
    ResponseEntity<SuiteView> update(
            @PathVariable String namespace,
            @PathVariable String id,
            @RequestHeader(value = HttpHeaders.IF_MATCH, required = false) @Nullable String ifMatch,
            InputStream body)
            throws IOException {
        return tagged(suites.update(namespace, id, source(body), ifMatch));
    }

    @Operation(summary = "Get a test suite")
    @GetMapping("/{namespace}/{id}")
    ResponseEntity<SuiteView> get(@PathVariable String namespace, @PathVariable String id) {
        return tagged(suites.get(namespace, id));
    }

    private static ResponseEntity<SuiteView> tagged(StoredSuite suite) {
        return ResponseEntity.ok().eTag(EntityTag.of(suite.source())).body(SuiteView.of(suite));
    }

    /// Nothing; clients want a JSON object of it.
    record Deleted() {}

    @Operation(summary = "Delete a test suite; results of its runs stay")
    @DeleteMapping("/{namespace}/{id}")
    Deleted delete(@PathVariable String namespace, @PathVariable String id) {
        suites.delete(List.of(Suites.id(namespace, id)));
        return new Deleted();
    }

    /// @param cursor of the page before, in place of a page's number
    @Operation(summary = "Search for test suites")
    @GetMapping("/search")
    CursorResults<SuiteView> search(
            @RequestParam(defaultValue = "") String q,
            @RequestParam(required = false) @Nullable String namespace,
            @RequestParam(required = false) @Nullable String flowId,
            @RequestParam(defaultValue = "true") boolean includeChildNamespaces,
            Paging paging,
            @RequestParam(required = false) @Nullable String cursor) {
        return suites.search(q, namespace, flowId, includeChildNamespaces, paging, cursor)
                .map(SuiteView::of);
    }

    /// @param constraints all problems as one text, absent if there is none
    record Validation(
            int index,
            @Nullable String namespace,
            @Nullable String flow,
            @Nullable String constraints,
            boolean outdated,
            List<Violation> errors,
            List<String> warnings,
            List<String> infos,
            List<String> deprecationPaths) {}

    @Operation(
            summary = "Say what is wrong with a test suite; nothing is stored",
            requestBody =
                    @io.swagger.v3.oas.annotations.parameters.RequestBody(
                            required = true,
                            content =
                                    @Content(
                                            mediaType = "application/x-yaml",
                                            schema = @Schema(type = "string"))))
    @PostMapping("/validate")
    Validation validate(InputStream body) throws IOException {
        var checked = suites.check(source(body));
        var problems = checked.problems();
        return new Validation(
                0,
                checked.namespace(),
                checked.flowId(),
                problems.isEmpty()
                        ? null
                        : String.join("\n", problems.stream().map(Flows::text).toList()),
                false,
                problems.stream()
                        .map(p -> Violation.at(p.path(), p.message(), p.line(), p.column()))
                        .toList(),
                checked.warnings(),
                List.of(),
                List.of());
    }

    record Named(@Nullable String namespace, @Nullable String id) {
        private SuiteId suite() {
            if (namespace == null || id == null) {
                throw new ServiceException.Invalid("ids", "Expected a namespace and an id of each");
            }
            return Suites.id(namespace, id);
        }
    }

    record Bulk(@Nullable List<Named> ids) {
        private List<SuiteId> suites() {
            if (ids == null) {
                throw new ServiceException.Invalid("ids", "Expected ids");
            }
            return ids.stream().distinct().map(Named::suite).toList();
        }
    }

    record Count(int count) {}

    @Operation(summary = "Delete test suites: all or none")
    @DeleteMapping("/by-ids")
    Count deleteByIds(@RequestBody Bulk bulk) {
        return new Count(suites.delete(bulk.suites()));
    }

    @Operation(summary = "Enable test suites: all or none")
    @PostMapping("/enable/by-ids")
    Count enable(@RequestBody Bulk bulk) {
        return new Count(suites.setDisabled(bulk.suites(), false));
    }

    @Operation(summary = "Disable test suites: all or none")
    @PostMapping("/disable/by-ids")
    Count disable(@RequestBody Bulk bulk) {
        return new Count(suites.setDisabled(bulk.suites(), true));
    }

    private String source(InputStream body) throws IOException {
        return Sources.read(body, properties.maxSourceBytes());
    }
}
