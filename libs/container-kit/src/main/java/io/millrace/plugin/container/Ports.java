// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.container;

import io.millrace.plugin.TaskFailedException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/// Ports of the machine that lead to ports of a container, as the engine wants them.
final class Ports {
    private static final Pattern BINDING =
            Pattern.compile(
                    "(?:(?:([0-9.]+|\\[[0-9a-fA-F:]+]):)?(\\d{0,5}):)?(\\d{1,5})(/(?:tcp|udp|sctp))?");

    private Ports() {}

    /// @param bindings such as `127.0.0.1:8080:80/udp`, `8080:80` or `80`
    /// @return by port of the container, such as `80/tcp`
    static Map<String, List<Map<String, String>>> of(List<String> bindings)
            throws TaskFailedException {
        var all = new TreeMap<String, List<Map<String, String>>>();
        for (var binding : bindings) {
            var parts = BINDING.matcher(binding.strip());
            if (!parts.matches()) {
                throw new TaskFailedException(
                        "Expected a port such as 127.0.0.1:8080:80/tcp but got '%s'"
                                .formatted(binding));
            }
            var address = parts.group(1) == null ? "" : parts.group(1).replaceAll("[\\[\\]]", "");
            var port = parts.group(2) == null ? "" : parts.group(2);
            all.computeIfAbsent(
                            parts.group(3) + (parts.group(4) == null ? "/tcp" : parts.group(4)),
                            _ -> new ArrayList<>())
                    .add(Map.of("HostIp", address, "HostPort", port));
        }
        return all;
    }

    static Map<String, Map<String, String>> exposed(Map<String, ?> ports) {
        var exposed = new TreeMap<String, Map<String, String>>();
        ports.keySet().forEach(port -> exposed.put(port, Map.of()));
        return exposed;
    }
}
