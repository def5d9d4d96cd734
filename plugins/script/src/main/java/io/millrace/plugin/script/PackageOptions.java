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
                @Nullable String pythonVersion,
        @Title("Without effect: where there is no uv, pip installs packages of Python")
                @Nullable Boolean uvAutoInstallEnabled,
        @Title("Without effect: uv is the worker's own, or the image's")
                @Nullable String uvInstallerVersion,
        @Title("Without effect: uv is the worker's own, or the image's")
                @Nullable String uvInstallerSha256,
        @Title("Java: what the script is, such as .jsh or .kt; anything but .java needs jbang")
                @Nullable String extension,
        @Title("Java: whether jbang says nothing of what it does; true if absent")
                @Nullable Boolean quiet) {

    static final PackageOptions NONE =
            new PackageOptions(null, true, null, null, null, null, null, null, null);

    /// What installs packages of Python.
    public enum PackageManager {
        PIP,
        UV
    }

    boolean needsSome() {
        return dependencies != null && !dependencies.isEmpty();
    }
}
