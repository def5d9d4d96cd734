// SPDX-License-Identifier: Apache-2.0
package io.millrace.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/// A flow in a file.
///
/// @param source the file's text, byte for byte
record FlowFile(String namespace, String id, String source) {

    static FlowFile read(Path file) {
        try {
            return parse(file.toString(), Files.readString(file));
        } catch (NoSuchFileException e) {
            throw new CliException(ExitCode.USAGE, "Expected a file but there is no " + file, e);
        } catch (IOException e) {
            throw new CliException("The file " + file + " can't be read: " + e.getMessage(), e);
        }
    }

    /// @param name of the file, for messages
    static FlowFile parse(String name, String source) {
        try {
            var settings = LoadSettings.builder().setLabel(name).build();
            if (new Load(settings).loadFromString(source) instanceof Map<?, ?> flow
                    && flow.get("namespace") instanceof String namespace
                    && flow.get("id") instanceof String id) {
                return new FlowFile(namespace, id, source);
            }
        } catch (YamlEngineException e) {
            throw new CliException(name + " isn't YAML: " + e.getMessage(), e);
        }
        throw new CliException("Expected a flow with id and namespace in " + name);
    }
}
