// SPDX-License-Identifier: Apache-2.0
package io.millrace.flow.flows;

import io.millrace.model.yaml.Problem;
import io.millrace.platform.access.Caller;
import io.millrace.platform.problem.ServiceException;
import io.millrace.platform.problem.Violation;
import io.millrace.platform.web.Paging;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import jakarta.servlet.http.HttpServletRequest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/// Many flows in one request, as YAML documents divided by `---`.
@RestController
@RequestMapping("/api/v1/{tenant}/flows")
class BulkController {
    private final Flows flows;
    private final FlowSearch search;
    private final FlowProperties properties;

    BulkController(Flows flows, FlowSearch search, FlowProperties properties) {
        this.flows = flows;
        this.search = search;
        this.properties = properties;
    }

    /// What validation says of one document.
    ///
    /// @param constraints all problems as one text, absent if there is none
    /// @param outdated whether the source names another revision than the stored one
    record Validation(
            int index,
            @Nullable String flow,
            @Nullable String namespace,
            @Nullable Integer flowRevision,
            boolean outdated,
            @Nullable String constraints,
            List<Violation> errors,
            List<String> warnings,
            List<String> infos,
            List<String> deprecationPaths) {}

    @Operation(
            summary = "Say what is wrong with flows; nothing is stored",
            requestBody =
                    @io.swagger.v3.oas.annotations.parameters.RequestBody(
                            required = true,
                            content =
                                    @Content(
                                            mediaType = "application/x-yaml",
                                            schema = @Schema(type = "string"))))
    @PostMapping("/validate")
    List<Validation> validate(InputStream body) throws IOException {
        var results = new ArrayList<Validation>();
        for (var source : documents(body)) {
            results.add(validation(results.size(), flows.check(source)));
        }
        return results;
    }

    private static Validation validation(int index, Flows.Checked checked) {
        var problems = checked.problems();
        return new Validation(
                index,
                checked.id(),
                checked.namespace(),
                checked.storedRevision(),
                false,
                problems.isEmpty()
                        ? null
                        : String.join("\n", problems.stream().map(Flows::text).toList()),
                problems.stream().map(BulkController::violation).toList(),
                checked.warnings().stream().map(Problem::toString).toList(),
                List.of(),
                List.of());
    }

    private static Violation violation(Problem problem) {
        return Violation.at(problem.path(), problem.message(), problem.line(), problem.column());
    }

    @Operation(
            summary = "Create and update many flows",
            requestBody =
                    @io.swagger.v3.oas.annotations.parameters.RequestBody(
                            required = true,
                            content =
                                    @Content(
                                            mediaType = "application/x-yaml",
                                            schema = @Schema(type = "string"))))
    @PostMapping("/bulk")
    List<Map<String, @Nullable Object>> bulk(
            @RequestParam(defaultValue = "true") boolean delete, InputStream body)
            throws IOException {
        return saveAll(read(documents(body)), null, delete);
    }

    @Operation(
            summary = "Replace the flows of a namespace",
            requestBody =
                    @io.swagger.v3.oas.annotations.parameters.RequestBody(
                            required = true,
                            content =
                                    @Content(
                                            mediaType = "application/x-yaml",
                                            schema = @Schema(type = "string"))))
    @PostMapping("/{namespace}")
    List<Map<String, @Nullable Object>> updateNamespace(
            @PathVariable String namespace,
            @RequestParam(defaultValue = "true") boolean delete,
            InputStream body)
            throws IOException {
        return saveAll(read(documents(body)), namespace, delete);
    }

    /// All sources, or all that is wrong with them.
    private List<Flows.Source> read(List<String> texts) {
        var sources = new ArrayList<Flows.Source>();
        var violations = new ArrayList<Violation>();
        for (int i = 0; i < texts.size(); i++) {
            try {
                sources.add(new Flows.Source(flows.read(texts.get(i)), texts.get(i)));
            } catch (ServiceException.Invalid e) {
                for (var v : e.violations()) {
                    violations.add(
                            new Violation(
                                    "[" + i + "]." + v.field(), v.message(), v.line(), v.column()));
                }
            }
        }
        if (!violations.isEmpty()) {
            throw new ServiceException.Invalid("Invalid entity: see errors", violations);
        }
        return sources;
    }

    /// Saves them all. With `delete`, other flows of the namespace, or of the namespaces that the
    /// sources are in, are deleted.
    private List<Map<String, @Nullable Object>> saveAll(
            List<Flows.Source> sources, @Nullable String namespace, boolean delete) {
        var names = new HashSet<String>();
        var namespaces = new TreeSet<String>();
        for (var source : sources) {
            var flow = source.flow();
            if (namespace != null && !flow.namespace().equals(namespace)) {
                throw new ServiceException.Invalid(
                        "namespace",
                        "Expected namespace %s but flow %s is in %s"
                                .formatted(namespace, flow.id(), flow.namespace()));
            }
            if (!names.add(flow.namespace() + "/" + flow.id())) {
                throw new ServiceException.Invalid("id", "Duplicate flow id " + flow.id());
            }
            namespaces.add(flow.namespace());
        }
        if (namespace != null) {
            namespaces.add(namespace);
        }
        return flows.saveAll(sources, delete ? namespaces : Set.of()).stream()
                .map(FlowDocument::withSource)
                .toList();
    }

    /// A flow as lists of flows name it.
    record Named(String namespace, String id) {}

    record Count(int count) {}

    @DeleteMapping("/delete/by-ids")
    Count deleteByIds(@RequestBody List<Named> named) {
        var tenant = Caller.current().tenant();
        return new Count(
                flows.deleteAll(
                        named.stream()
                                .distinct()
                                .map(n -> new FlowId(tenant, n.namespace(), n.id()))
                                .toList()));
    }

    @DeleteMapping("/delete/by-query")
    Count deleteByQuery(HttpServletRequest request) {
        return new Count(flows.deleteAll(ids(request)));
    }

    private List<FlowId> ids(HttpServletRequest request) {
        return all(request).stream().map(FlowRevision::flow).toList();
    }

    private List<FlowRevision> all(HttpServletRequest request) {
        var everything = new Paging(1, Paging.MAX_SIZE, List.of());
        return search.search(FlowFilter.of(request.getParameterMap()), everything).results();
    }

    /// Sources as a ZIP archive, one file a flow.
    @GetMapping(path = "/export/by-query", produces = "application/octet-stream")
    ResponseEntity<byte[]> exportByQuery(HttpServletRequest request) throws IOException {
        return archive(all(request));
    }

    @PostMapping(path = "/export/by-ids", produces = "application/octet-stream")
    ResponseEntity<byte[]> exportByIds(@RequestBody List<Named> named) throws IOException {
        return archive(
                named.stream()
                        .distinct()
                        .map(n -> flows.get(n.namespace(), n.id(), null, false))
                        .toList());
    }

    private static ResponseEntity<byte[]> archive(List<FlowRevision> revisions) throws IOException {
        var bytes = new ByteArrayOutputStream();
        try (var zip = new ZipOutputStream(bytes, StandardCharsets.UTF_8)) {
            for (var revision : revisions) {
                var flow = revision.flow();
                var entry = new ZipEntry(flow.namespace() + "-" + flow.id() + ".yml");
                entry.setTimeLocal(LocalDateTime.ofInstant(revision.at(), ZoneOffset.UTC));
                zip.putNextEntry(entry);
                zip.write(revision.source().getBytes(StandardCharsets.UTF_8));
                zip.closeEntry();
            }
        }
        return ResponseEntity.ok()
                .header(HttpHeaders.CONTENT_DISPOSITION, "attachment; filename=\"flows.zip\"")
                .body(bytes.toByteArray());
    }

    private List<String> documents(InputStream body) throws IOException {
        return Sources.split(Sources.read(body, properties.maxBulkBytes()));
    }
}
