// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.script;

import io.millrace.plugin.Plugin;
import io.millrace.plugin.TaskContext;

/// Run a shell script.
@Plugin(type = "io.kestra.plugin.scripts.shell.Script", title = "Run a shell script", weight = 2)
public final class ShellScript extends LanguageTask<ScriptProperties> {
    static final String IMAGE = "ubuntu";

    public ShellScript() {
        super(null, IMAGE);
    }

    @Override
    public ScriptOutputs run(ScriptProperties properties, TaskContext context) throws Exception {
        try (var task = prepare(properties.process(), context)) {
            var packages = properties.packages();
            var before = install(packages, task, context);
            return run(task, task.shell(before + task.render(properties.script())), packages);
        }
    }
}
