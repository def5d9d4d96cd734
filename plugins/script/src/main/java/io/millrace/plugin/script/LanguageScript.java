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
            var before = install(properties.dependencies(), task, context);
            if (task.isPlain()) {
                var whole = new ArrayList<>(command());
                whole.add(script.toString());
                return runPlainly(task, whole, properties);
            }
            return run(
                    task,
                    task.shell("%s%s '%s'".formatted(before, String.join(" ", command()), script)));
        }
    }

    /// Runs it without a shell.
    ScriptOutputs runPlainly(ScriptTask task, List<String> command, ScriptProperties properties)
            throws Exception {
        return run(task, command);
    }
}
