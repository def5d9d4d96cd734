// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.script;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/// A package for pip that no index has: `greet`, whose `WORD` says what installed it.
///
/// @see <a
///   href="https://packaging.python.org/en/latest/specifications/binary-distribution-format/">
///   Binary distribution format</a>
final class Wheel {
    private static final Map<String, String> FILES =
            Map.of(
                    "greet.py", "WORD = 'installed by pip'\n",
                    "greet-1.0.dist-info/METADATA",
                            "Metadata-Version: 2.1\nName: greet\nVersion: 1.0\n",
                    "greet-1.0.dist-info/WHEEL",
                            "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
                    "greet-1.0.dist-info/RECORD", "");

    private Wheel() {}

    /// @return the folder that has it
    static Path in(Path directory) throws IOException {
        var folder = Files.createDirectories(directory.resolve("wheels"));
        var file = folder.resolve("greet-1.0-py3-none-any.whl");
        try (var wheel = new ZipOutputStream(Files.newOutputStream(file))) {
            for (var entry : FILES.entrySet()) {
                wheel.putNextEntry(new ZipEntry(entry.getKey()));
                wheel.write(entry.getValue().getBytes(UTF_8));
            }
        }
        return folder;
    }
}
