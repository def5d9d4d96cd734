// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.script;

import io.millrace.plugin.Inline;
import io.millrace.plugin.Late;
import io.millrace.plugin.Title;
import java.util.List;

/// Properties of a task that runs commands.
public record CommandsProperties(
        @Title("The commands") @Late List<String> commands,
        @Inline PackageOptions packages,
        @Inline ProcessOptions process) {}
