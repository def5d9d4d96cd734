// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.script;

import io.millrace.plugin.Inline;
import io.millrace.plugin.Late;
import io.millrace.plugin.Title;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Properties of a task that runs a script.
public record ScriptProperties(
        @Title("The script") @Late String script,
        @Title("Packages of the language that it needs; they are installed once") @Late
                @Nullable List<String> dependencies,
        @Inline ProcessOptions process) {}
