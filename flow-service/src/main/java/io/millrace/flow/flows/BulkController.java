// SPDX-License-Identifier: Apache-2.0
package io.millrace.flow.flows;

import io.millrace.model.Flow;
import io.millrace.model.yaml.Problem;
import io.millrace.platform.problem.ServiceException;
import io.millrace.platform.problem.Violation;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
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

    @PostMapping("/bulk")
    List<Map<String, @Nullable Object>> bulk(
            @RequestParam(defaultValue = "true") boolean delete, InputStream body)
            throws IOException {
        return saveAll(read(documents(body)), null, delete);
    }

    @PostMapping("/{namespace}")
    List<Map<String, @Nullable Object>> updateNamespace(
            @PathVariable String namespace,
            @RequestParam(defaultValue = "true") boolean delete,
            InputStream body)
            throws IOException {
        return saveAll(read(documents(body)), namespace, delete);
    }

    private record Document(Flow flow, String source) {}

    /// Nothing is saved unless all can be.
    private List<Document> read(List<String> sources) {
        var documents = new ArrayList<Document>();
        var violations = new ArrayList<Violation>();
        for (var source : sources) {
            int index = documents.size();
            try {
                documents.add(new Document(flows.read(source), source));
            } catch (ServiceException.Invalid e) {
                for (var v : e.violations()) {
                    violations.add(
                            new Violation(
                                    "[" + index + "]." + v.field(),
                                    v.message(),
                                    v.line(),
                                    v.column()));
                }
            }
        }
        if (!violations.isEmpty()) {
            throw new ServiceException.Invalid("Invalid entity: see errors", violations);
        }
        return documents;
    }

    /// Saves them all. With `delete`, other flows of the namespace, or of the namespaces that the
    /// documents are in, are deleted.
    private List<Map<String, @Nullable Object>> saveAll(
            List<Document> documents, @Nullable String namespace, boolean delete) {
        var byName = new LinkedHashMap<String, Document>();
        var namespaces = new TreeSet<String>();
        for (var document : documents) {
            var flow = document.flow();
            if (namespace != null && !flow.namespace().equals(namespace)) {
                throw new ServiceException.Invalid(
                        "namespace",
                        "Expected namespace %s but flow %s is in %s"
                                .formatted(namespace, flow.id(), flow.namespace()));
            }
            if (byName.put(flow.namespace() + "/" + flow.id(), document) != null) {
                throw new ServiceException.Invalid("id", "Duplicate flow id " + flow.id());
            }
            namespaces.add(flow.namespace());
        }
        if (namespace != null) {
            namespaces.add(namespace);
        }
        var saved =
                byName.values().stream()
                        .map(d -> flows.save(d.flow(), d.source()).revision())
                        .map(FlowDocument::withSource)
                        .toList();
        if (delete) {
            for (var name : namespaces) {
                for (var other : search.inNamespace(name)) {
                    if (!byName.containsKey(other.flow().toString())) {
                        flows.delete(name, other.flow().id(), null);
                    }
                }
            }
        }
        return saved;
    }

    private List<String> documents(InputStream body) throws IOException {
        return Sources.split(Sources.read(body, properties.maxBulkBytes()));
    }
}
