// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.script;

import io.millrace.plugin.Plugin;

/// Run shell commands.
@Plugin(
        type = "io.kestra.plugin.scripts.shell.Commands",
        aliases = {
            "io.kestra.plugin.scripts.shell.ShellCommands",
            "io.kestra.core.tasks.scripts.Bash"
        },
        title = "Run shell commands",
        weight = 2)
public final class ShellCommands extends CommandsTask {
    public ShellCommands() {
        super(ShellScript.IMAGE);
    }
}
