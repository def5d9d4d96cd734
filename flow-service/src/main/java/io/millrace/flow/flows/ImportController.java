// SPDX-License-Identifier: Apache-2.0
package io.millrace.flow.flows;

import io.millrace.platform.access.Access;
import io.millrace.platform.access.Permission;
import io.millrace.platform.problem.ServiceException;
import io.millrace.platform.problem.Violation;
import io.millrace.platform.web.Uploads;
import io.swagger.v3.oas.annotations.Operation;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.Part;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.zip.ZipException;
import java.util.zip.ZipInputStream;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/// Flows out of a file that was exported here or elsewhere. Archives are read, never unpacked: the
/// names of their entries say no more than whether they are YAML.
@RestController
@RequestMapping("/api/v1/{tenant}/flows")
class ImportController {
    private static final int MAX_ENTRIES = 10_000;

    private final Flows flows;
    private final FlowProperties properties;
    private final Access access;

    ImportController(Flows flows, FlowProperties properties, Access access) {
        this.flows = flows;
        this.access = access;
        this.properties = properties;
    }

    /// @param failOnError whether nothing is imported if one of the flows is wrong
    /// @return what was wrong: names of entries of an archive, numbers of documents of a YAML file
    @Operation(summary = "Import flows from a ZIP archive, or from a YAML file with many documents")
    @PostMapping(path = "/import", consumes = "multipart/form-data")
    List<String> importFlows(
            HttpServletRequest request, @RequestParam(defaultValue = "false") boolean failOnError)
            throws IOException {
        var part = Uploads.file(request, "fileUpload");
        if (part.getSubmittedFileName() == null) {
            throw new ServiceException.Invalid("fileUpload", "Expected a file named fileUpload");
        }
        var sources = sources(part);
        var accepted = new ArrayList<Flows.Source>();
        var wrong = new ArrayList<String>();
        var violations = new ArrayList<Violation>();
        sources.forEach((name, source) -> {
            try {
                var read = flows.read(source);
                requireEditor(read.flow().namespace());
                accepted.add(read);
            } catch (ServiceException.Invalid e) {
                wrong.add(name);
                e.violations()
                        .forEach(v ->
                                violations.add(
                                        new Violation(
                                                "[" + name + "]." + v.field(),
                                                v.message(),
                                                v.line(),
                                                v.column())));
            } catch (ServiceException.Forbidden | ServiceException.NotFound e) {
                wrong.add(name);
                violations.add(Violation.of("[" + name + "]", e.detail()));
            }
        });
        if (failOnError && !violations.isEmpty()) {
            throw new ServiceException.Invalid("Invalid entity: see errors", violations);
        }
        flows.saveAll(accepted, Set.of());
        return wrong;
    }

    private void requireEditor(String namespace) {
        access.require(Permission.FLOW_CREATE, namespace);
        access.require(Permission.FLOW_UPDATE, namespace);
    }

    private Map<String, String> sources(Part part) throws IOException {
        var name = part.getSubmittedFileName().toLowerCase(Locale.ROOT);
        if (name.endsWith(".zip")) {
            try (var content = part.getInputStream()) {
                return archive(content);
            } catch (ZipException | EOFException | IllegalArgumentException e) {
                throw new ServiceException.Malformed(
                        e.getMessage() == null
                                ? "Expected a ZIP archive but it is cut off"
                                : "Expected a ZIP archive: " + e.getMessage());
            }
        }
        if (name.endsWith(".yaml") || name.endsWith(".yml")) {
            var sources = new LinkedHashMap<String, String>();
            try (var content = part.getInputStream()) {
                for (var source : Sources.split(Sources.read(content, properties.maxBulkBytes()))) {
                    sources.put(String.valueOf(sources.size()), source);
                }
            }
            return sources;
        }
        throw new ServiceException.Invalid(
                "fileUpload", "Expected a file that ends in .zip, .yaml or .yml");
    }

    private Map<String, String> archive(InputStream content) throws IOException {
        var sources = new LinkedHashMap<String, String>();
        try (var zip = new ZipInputStream(content, StandardCharsets.UTF_8)) {
            int left = properties.maxBulkBytes();
            int count = 0;
            for (var entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                if (++count > MAX_ENTRIES) {
                    throw new ServiceException.TooLarge(
                            "Expected at most %d entries in the archive".formatted(MAX_ENTRIES));
                }
                var name = entry.getName().toLowerCase(Locale.ROOT);
                if (entry.isDirectory() || !(name.endsWith(".yml") || name.endsWith(".yaml"))) {
                    continue;
                }
                var source = Sources.read(zip, left);
                left -= source.length();
                sources.put(entry.getName(), source);
            }
        }
        if (sources.isEmpty()) {
            throw new ServiceException.Malformed("Expected YAML files in the archive");
        }
        return sources;
    }
}
