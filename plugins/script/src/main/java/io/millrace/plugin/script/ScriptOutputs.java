// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.script;

import io.millrace.plugin.Title;
import java.net.URI;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Outputs of a script.
public record ScriptOutputs(
        @Title("What the script printed as `::{\"outputs\":{…}}::`")
                Map<String, @Nullable Object> vars,
        @Title("Exit code") int exitCode,
        @Title("Stored files by their names") Map<String, URI> outputFiles,
        @Title("Lines on the standard output") int stdOutLineCount,
        @Title("Lines on the standard error") int stdErrLineCount) {

    Map<String, @Nullable Object> toMap() {
        return Map.of(
                "vars", vars,
                "exitCode", exitCode,
                "outputFiles", outputFiles,
                "stdOutLineCount", stdOutLineCount,
                "stdErrLineCount", stdErrLineCount);
    }
}
