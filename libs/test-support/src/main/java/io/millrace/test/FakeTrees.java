// SPDX-License-Identifier: Apache-2.0
package io.millrace.test;

import io.millrace.plugin.NamespaceTrees;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.zip.ZipFile;

/// Remembers the trees that it is given.
public final class FakeTrees implements NamespaceTrees {
    public final List<Request> requests = new ArrayList<>();

    /// The last tree: contents by path.
    public final Map<String, String> last = new TreeMap<>();

    /// The last tree of each namespace.
    public final Map<String, Map<String, String>> lastOf = new TreeMap<>();

    /// Namespaces of the tenant beside those of flows.
    public final Set<String> namespaces = new TreeSet<>();

    /// Those of all namespaces.
    public final List<FlowSource> flows = new ArrayList<>();

    /// What is said of a tree.
    public Report report = new Report(true, false, "", List.of(), List.of());

    FakeTrees() {}

    @Override
    public Report replace(Request request, Path archive) throws IOException {
        requests.add(request);
        last.clear();
        try (var zip = new ZipFile(archive.toFile())) {
            for (var entry : zip.stream().toList()) {
                last.put(
                        entry.getName(),
                        new String(
                                zip.getInputStream(entry).readAllBytes(), StandardCharsets.UTF_8));
            }
        }
        lastOf.put(request.namespace(), Map.copyOf(last));
        return report;
    }

    @Override
    public List<FlowSource> flows(String namespace, boolean children) {
        return flows.stream()
                .filter(f ->
                        f.namespace().equals(namespace)
                                || (children && f.namespace().startsWith(namespace + ".")))
                .toList();
    }

    @Override
    public List<String> namespaces() {
        var all = new TreeSet<>(namespaces);
        flows.forEach(f -> all.add(f.namespace()));
        return List.copyOf(all);
    }
}
