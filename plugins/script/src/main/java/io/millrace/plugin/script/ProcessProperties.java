// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.script;

import io.millrace.plugin.NamespaceFilesOptions;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What scripts and commands have in common.
interface ProcessProperties {
    @Nullable List<String> beforeCommands();

    List<String> interpreter();

    @Nullable Map<String, String> env();

    @Nullable Object inputFiles();

    @Nullable NamespaceFilesOptions namespaceFiles();

    @Nullable List<String> outputFiles();

    Boolean failFast();

    Boolean warningOnStdErr();

    @Nullable TaskRunnerChoice taskRunner();

    @Nullable String runner();

    default @Nullable String containerImage() {
        return null;
    }

    default @Nullable Map<String, @Nullable Object> docker() {
        return null;
    }
}
