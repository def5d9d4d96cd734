// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.script;

import io.millrace.plugin.TaskContext;
import java.util.ArrayList;
import java.util.List;

/// Runs a script that stands in the flow.
abstract class LanguageScript extends LanguageTask<ScriptProperties> {
    private final Language language;

    LanguageScript(Language language) {
        super(language);
        this.language = language;
    }

    @Override
    public ScriptOutputs run(ScriptProperties properties, TaskContext context) throws Exception {
        try (var task = prepare(properties.process(), context)) {
            var script = task.write(language.file(), task.render(properties.script()));
            var packages = properties.packages();
            var command = command(packages, task);
            var before = install(packages, task, context);
            if (task.isPlain()) {
                var whole = new ArrayList<>(command);
                whole.add(script.toString());
                return runPlainly(task, whole, packages);
            }
            var line = "%s%s '%s'".formatted(before, String.join(" ", command), script);
            return run(task, task.shell(line), packages);
        }
    }

    /// Runs it without a shell.
    ScriptOutputs runPlainly(ScriptTask task, List<String> command, PackageOptions packages)
            throws Exception {
        return run(task, command, packages);
    }
}
