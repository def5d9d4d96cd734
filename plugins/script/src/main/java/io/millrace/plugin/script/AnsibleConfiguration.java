// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.script;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// What an `ansible.cfg` has under `[defaults]`; a variable of the environment would hide it.
///
/// @param folder that paths in it are relative to
/// @see <a href="https://docs.ansible.com/ansible/latest/reference_appendices/config.html">Ansible
///   configuration settings</a>
record AnsibleConfiguration(Map<String, String> defaults, Path folder) {
    private static final Pattern SECTION = Pattern.compile("\\s*\\[(.*)].*");
    private static final Pattern SETTING = Pattern.compile("([\\w ]+?)\\s*[=:]\\s*(.*?)(\\s;.*)?");

    /// Nothing is said if the file isn't there.
    static AnsibleConfiguration read(Path file) throws IOException {
        var defaults = new HashMap<String, String>();
        if (Files.isRegularFile(file)) {
            boolean within = false;
            for (var line : Files.readAllLines(file)) {
                var section = SECTION.matcher(line);
                var setting = SETTING.matcher(line.strip());
                if (section.matches()) {
                    within = section.group(1).equals("defaults");
                } else if (within && setting.matches()) {
                    defaults.put(setting.group(1), setting.group(2).strip());
                }
            }
        }
        return new AnsibleConfiguration(Map.copyOf(defaults), file.resolveSibling("."));
    }

    Optional<String> value(String name) {
        return Optional.ofNullable(defaults.get(name)).filter(value -> !value.isEmpty());
    }

    /// A search path, whose relative folders are made absolute.
    Optional<String> path(String name) {
        return value(name)
                .map(path ->
                        Arrays.stream(path.split(":"))
                                .map(String::strip)
                                .map(part ->
                                        part.startsWith("~")
                                                ? part
                                                : folder.resolve(part).normalize().toString())
                                .collect(Collectors.joining(":")));
    }
}
