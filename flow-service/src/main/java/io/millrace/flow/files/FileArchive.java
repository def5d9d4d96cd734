// SPDX-License-Identifier: Apache-2.0
package io.millrace.flow.files;

import io.millrace.flow.files.FileRows.Place;
import io.millrace.flow.flows.FlowRevision;
import io.millrace.flow.flows.FlowSearch;
import io.millrace.flow.flows.Flows;
import io.millrace.platform.access.Access;
import io.millrace.platform.access.Permission;
import io.millrace.platform.problem.ServiceException;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import org.springframework.stereotype.Component;

/// All files of a namespace as a zip archive, with the sources of its flows in the folder `_flows`.
@Component
class FileArchive {
    private static final String FLOWS = FilePath.FLOWS + "/";
    private static final int MAX_FLOW_BYTES = 1 << 20;

    private final NamespaceFiles files;
    private final Flows flows;
    private final FlowSearch search;
    private final Access access;

    FileArchive(NamespaceFiles files, Flows flows, FlowSearch search, Access access) {
        this.files = files;
        this.flows = flows;
        this.search = search;
        this.access = access;
    }

    /// The flows that the caller may see.
    List<FlowRevision> flows(String namespace) {
        return access.allows(Permission.FLOW_READ, namespace)
                ? search.inNamespace(namespace)
                : List.of();
    }

    void pack(Place place, List<FlowRevision> sources, OutputStream out) throws IOException {
        try (var zip = new ZipOutputStream(out, StandardCharsets.UTF_8)) {
            for (var path : files.paths(place)) {
                try (var content = files.open(place, FilePath.ofFile(path), null).stream()) {
                    zip.putNextEntry(new ZipEntry(path));
                    content.transferTo(zip);
                    zip.closeEntry();
                }
            }
            for (var flow : sources) {
                zip.putNextEntry(new ZipEntry(FLOWS + flow.flow().id() + ".yml"));
                zip.write(flow.source().getBytes(StandardCharsets.UTF_8));
                zip.closeEntry();
            }
        }
    }

    /// Writes all files of an archive, or none. A name that leads out of the namespace is refused.
    void unpack(Place place, InputStream archive, String by) throws IOException {
        var sources = new ArrayList<String>();
        int entries = 0;
        try (var upload = files.upload(place);
                var zip = new ZipInputStream(archive, StandardCharsets.UTF_8)) {
            for (var entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                entries++;
                if (entry.isDirectory()) {
                    continue;
                }
                if (entry.getName().startsWith(FLOWS)) {
                    sources.add(flow(zip, entry.getName(), place.namespace()));
                } else {
                    upload.add(entryPath(entry), zip);
                }
            }
            if (entries == 0) {
                throw notAnArchive();
            }
            importFlows(sources);
            upload.commit(by);
        } catch (ZipException | EOFException | IllegalArgumentException e) {
            throw notAnArchive();
        }
    }

    private static FilePath entryPath(ZipEntry entry) {
        var name = entry.getName();
        if (name.startsWith("/") || name.contains("\\") || name.matches("[A-Za-z]:.*")) {
            throw new ServiceException.Invalid(
                    "fileContent",
                    "Illegal argument: expected plain names in the archive but got '%s'"
                            .formatted(name));
        }
        return FilePath.ofFile(name);
    }

    private static ServiceException.Invalid notAnArchive() {
        return new ServiceException.Invalid(
                "fileContent", "Illegal argument: expected a zip archive");
    }

    /// Saves a flow that was uploaded as a file would be, in this namespace.
    void saveFlow(InputStream content, String name, String namespace) throws IOException {
        importFlows(List.of(flow(content, name, namespace)));
    }

    private static String flow(InputStream content, String name, String namespace)
            throws IOException {
        var bytes = content.readNBytes(MAX_FLOW_BYTES + 1);
        if (bytes.length > MAX_FLOW_BYTES) {
            throw new ServiceException.TooLarge(
                    "Expected at most %d bytes in '%s'".formatted(MAX_FLOW_BYTES, name));
        }
        return new String(bytes, StandardCharsets.UTF_8)
                .replaceFirst("(?m)^namespace: .*$", "namespace: " + namespace);
    }

    private void importFlows(List<String> sources) {
        if (!sources.isEmpty()) {
            flows.saveAll(sources.stream().map(flows::read).toList(), Set.of());
        }
    }
}
