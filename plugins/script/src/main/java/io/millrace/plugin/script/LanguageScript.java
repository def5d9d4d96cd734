// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.script;

import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskFailedException;
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
            var packages = properties.packages();
            var script = task.write(file(packages), task.render(properties.script()));
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

    private String file(PackageOptions packages) throws TaskFailedException {
        var extension = packages.extension();
        if (extension == null || language != Language.JAVA) {
            expectNone("extension", extension);
            return language.file();
        }
        if (!extension.matches("\\.[A-Za-z0-9]{1,10}")) {
            throw new TaskFailedException(
                    "Expected an `extension` such as .jsh but got '%s'".formatted(extension));
        }
        return "Script" + extension;
    }

    /// Runs it without a shell.
    ScriptOutputs runPlainly(ScriptTask task, List<String> command, PackageOptions packages)
            throws Exception {
        return run(task, command, packages);
    }
}
