// SPDX-License-Identifier: Apache-2.0
package io.millrace.flow.flows;

import io.millrace.model.yaml.SourceEdit;
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
            @RequestParam(defaultValue = "true") boolean delete,
            @RequestParam(required = false) @Nullable String namespace,
            @RequestParam(defaultValue = "false") boolean allowNamespaceChild,
            InputStream body)
            throws IOException {
        return saveAll(read(documents(body)), namespace, allowNamespaceChild, delete);
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
            @RequestParam(defaultValue = "false") boolean override,
            InputStream body)
            throws IOException {
        var sources = documents(body);
        return saveAll(
                read(override ? moved(sources, namespace) : sources), namespace, false, delete);
    }

    /// The sources with another namespace; those that can't be read stay, to be refused.
    private static List<String> moved(List<String> sources, String namespace) {
        return sources.stream()
                .map(source -> {
                    try {
                        return SourceEdit.set(source, "namespace", namespace);
                    } catch (IllegalArgumentException _) {
                        return source;
                    }
                })
                .toList();
    }

    /// All sources, or all that is wrong with them.
    private List<Flows.Source> read(List<String> texts) {
        var sources = new ArrayList<Flows.Source>();
        var violations = new ArrayList<Violation>();
        for (int i = 0; i < texts.size(); i++) {
            try {
                sources.add(flows.read(texts.get(i)));
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
            List<Flows.Source> sources, @Nullable String namespace, boolean below, boolean delete) {
        var names = new HashSet<String>();
        var namespaces = new TreeSet<String>();
        var violations = new ArrayList<Violation>();
        for (var source : sources) {
            var flow = source.flow();
            boolean inside =
                    namespace == null
                            || flow.namespace().equals(namespace)
                            || (below && flow.namespace().startsWith(namespace + "."));
            if (!inside) {
                violations.add(
                        Violation.of(
                                "flow.namespace",
                                "Expected namespace %s but flow %s is in %s"
                                        .formatted(namespace, flow.id(), flow.namespace())));
            }
            if (!names.add(flow.namespace() + "/" + flow.id())) {
                violations.add(Violation.of("flow.id", "Duplicate flow id " + flow.id()));
            }
            namespaces.add(flow.namespace());
        }
        if (!violations.isEmpty()) {
            throw Flows.violating(violations);
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
        return new Count(flows.deleteAll(ids(named)));
    }

    @DeleteMapping("/delete/by-query")
    Count deleteByQuery(HttpServletRequest request) {
        return new Count(flows.deleteAll(ids(request)));
    }

    @Operation(summary = "Switch flows off")
    @PostMapping("/disable/by-ids")
    Count disableByIds(@RequestBody List<Named> named) {
        return new Count(flows.setDisabled(ids(named), true));
    }

    @Operation(summary = "Switch flows off")
    @PostMapping("/disable/by-query")
    Count disableByQuery(HttpServletRequest request) {
        return new Count(flows.setDisabled(ids(request), true));
    }

    @Operation(summary = "Switch flows on")
    @PostMapping("/enable/by-ids")
    Count enableByIds(@RequestBody List<Named> named) {
        return new Count(flows.setDisabled(ids(named), false));
    }

    @Operation(summary = "Switch flows on")
    @PostMapping("/enable/by-query")
    Count enableByQuery(HttpServletRequest request) {
        return new Count(flows.setDisabled(ids(request), false));
    }

    private static List<FlowId> ids(List<Named> named) {
        var tenant = Caller.current().tenant();
        return named.stream()
                .distinct()
                .map(n -> new FlowId(tenant, n.namespace(), n.id()))
                .toList();
    }

    private List<FlowId> ids(HttpServletRequest request) {
        return all(request).stream().map(FlowRevision::flow).toList();
    }

    private List<FlowRevision> all(HttpServletRequest request) {
        var everything = new Paging(1, Paging.MAX_SIZE, List.of());
        return search.search(FlowFilter.of(request.getParameterMap()), everything, null).results();
    }

    /// Sources as a ZIP archive, one file a flow.
    @GetMapping(path = "/export/by-query", produces = "application/octet-stream")
    ResponseEntity<byte[]> exportByQuery(HttpServletRequest request) throws IOException {
        return archive(all(request));
    }

    /// What lists show of flows, as lines of comma-separated values.
    @GetMapping(path = "/export/by-query/csv", produces = "text/csv")
    ResponseEntity<String> exportCsv(HttpServletRequest request) {
        var csv = new StringBuilder(FlowDocument.CSV_HEADER);
        all(request).forEach(revision -> csv.append(FlowDocument.csv(revision)));
        return ResponseEntity.ok()
                .header(HttpHeaders.CONTENT_DISPOSITION, "attachment; filename=\"flows.csv\"")
                .body(csv.toString());
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
