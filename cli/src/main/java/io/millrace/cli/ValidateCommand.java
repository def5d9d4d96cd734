// SPDX-License-Identifier: Apache-2.0
package io.millrace.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "validate",
        description = "Says what is wrong with flows and tests in files; nothing is stored.")
final class ValidateCommand implements Callable<Integer> {
    @Spec private CommandSpec spec = CommandSpec.create();

    @Parameters(arity = "1..*", paramLabel = "PATH", description = "YAML files and directories")
    private List<Path> paths = List.of();

    /// @return 1 if something is wrong
    @Override
    public Integer call() {
        var millrace = Root.of(spec);
        var documents = Document.read(paths);
        try (var session = new Session(millrace);
                var progress = millrace.progress(spec, "validating")) {
            var found = Validation.of(session.api(), documents, progress);
            progress.done();
            var out = Millrace.out(spec);
            found.warnings().forEach(out::println);
            found.errors().forEach(out::println);
            if (found.errors().isEmpty()) {
                out.printf("%d valid%n", documents.size());
                return ExitCode.OK.code();
            }
            return ExitCode.NO.code();
        }
    }
}
