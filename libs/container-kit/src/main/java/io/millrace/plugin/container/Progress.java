// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.container;

import io.millrace.plugin.TaskFailedException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.function.Consumer;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/// What an engine says while it works: an object of JSON a line. What goes wrong after its first
/// byte is said there.
public final class Progress {
    private Progress() {}

    /// @param lines takes what is said in words
    /// @throws TaskFailedException if something goes wrong
    public static void read(InputStream content, String doing, Consumer<String> lines)
            throws IOException, TaskFailedException {
        var reader = new BufferedReader(new InputStreamReader(content, StandardCharsets.UTF_8));
        for (var line = reader.readLine(); line != null; line = reader.readLine()) {
            take(line, doing, lines);
        }
    }

    static void check(String content, String doing) throws TaskFailedException {
        for (var line : content.split("\n")) {
            take(line, doing, _ -> {});
        }
    }

    private static void take(String line, String doing, Consumer<String> lines)
            throws TaskFailedException {
        Object said;
        try {
            said = line.isBlank() ? null : JsonMapper.shared().readValue(line, Object.class);
        } catch (JacksonException _) {
            return; // nothing that counts
        }
        if (said instanceof Map<?, ?> map) {
            if (map.get("error") != null) {
                throw new TaskFailedException("%s: %s".formatted(doing, map.get("error")));
            }
            if (map.get("stream") instanceof String text) {
                text.lines().filter(one -> !one.isBlank()).forEach(lines);
            }
        }
    }
}
