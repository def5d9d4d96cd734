// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.script;

import io.millrace.plugin.Plugin;

/// Run commands beside Python files.
@Plugin(
        type = "io.kestra.plugin.scripts.python.Commands",
        aliases = "io.kestra.plugin.scripts.python.PythonCommands",
        title = "Run commands beside Python files",
        weight = 2)
public final class PythonCommands extends CommandsTask {}
