// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.script;

import io.millrace.plugin.Default;
import io.millrace.plugin.Late;
import io.millrace.plugin.Title;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What flows say of the packages that their scripts need, and of the interpreter that loads them.
public record PackageOptions(
        @Title("Packages of the language that are needed") @Late
                @Nullable List<String> dependencies,
        @Title("Whether a set of packages is installed once, rather than anew for each run")
                @Default("true")
                Boolean dependencyCacheEnabled,
        @Title("Python: what installs packages; where there is no uv, pip does")
                @Nullable PackageManager packageManager,
        @Title("Python: version of the interpreter, such as 3.13; a container has its image's")
                @Nullable String pythonVersion) {

    static final PackageOptions NONE = new PackageOptions(null, true, null, null);

    /// What installs packages of Python.
    public enum PackageManager {
        PIP,
        UV
    }

    boolean needsSome() {
        return dependencies != null && !dependencies.isEmpty();
    }
}
