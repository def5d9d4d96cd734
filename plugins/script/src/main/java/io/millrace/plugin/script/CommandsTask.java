// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.script;

import io.millrace.plugin.TaskContext;

/// Commands are run in the same way whatever language the files beside them are in; the language
/// says what `dependencies` are.
abstract class CommandsTask extends LanguageTask<CommandsProperties> {

    CommandsTask(Language language) {
        super(language);
    }

    /// Of no language.
    ///
    /// @param image for containers, where nobody names one
    CommandsTask(String image) {
        super(null, image);
    }

    ProcessOptions options(CommandsProperties properties) {
        return properties.process();
    }

    @Override
    public ScriptOutputs run(CommandsProperties properties, TaskContext context) throws Exception {
        try (var task = prepare(options(properties), context)) {
            var packages = properties.packages();
            var before = install(packages, task, context);
            var lines = String.join("\n", task.render(properties.commands()));
            return run(task, task.shell(before + lines), packages);
        }
    }
}
