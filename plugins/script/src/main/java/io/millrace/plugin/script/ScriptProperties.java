// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.script;

import io.millrace.plugin.Inline;
import io.millrace.plugin.Late;
import io.millrace.plugin.Title;

/// Properties of a task that runs a script.
public record ScriptProperties(
        @Title("The script") @Late String script,
        @Inline PackageOptions packages,
        @Inline ProcessOptions process) {}
