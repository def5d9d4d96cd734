// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.script;

import io.millrace.plugin.TaskContext;
import org.jspecify.annotations.Nullable;

/// Commands are run in the same way whatever language the files beside them are in; the language
/// says what `dependencies` are.
abstract class CommandsTask extends LanguageTask<CommandsProperties> {

    CommandsTask(@Nullable Language language) {
        super(language);
    }

    ProcessOptions options(CommandsProperties properties) {
        return properties.process();
    }

    @Override
    public ScriptOutputs run(CommandsProperties properties, TaskContext context) throws Exception {
        try (var task = prepare(options(properties), context)) {
            var before = install(properties.dependencies(), task, context);
            return run(
                    task,
                    task.shell(before + String.join("\n", task.render(properties.commands()))));
        }
    }
}
