// SPDX-License-Identifier: Apache-2.0
package io.millrace.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "validate",
        description = "Says what is wrong with flows and tests in files; nothing is stored.")
final class ValidateCommand implements Callable<Integer> {
    @Spec private CommandSpec spec = CommandSpec.create();

    @Parameters(arity = "0..*", paramLabel = "PATH", description = "YAML files and directories")
    private List<Path> paths = new ArrayList<>();

    @Option(
            names = {"-f", "--filename"},
            paramLabel = "PATH",
            description = "the same; may be repeated")
    private List<Path> files = new ArrayList<>();

    /// @return 1 if something is wrong
    @Override
    public Integer call() {
        var millrace = Root.of(spec);
        var all = new ArrayList<>(paths);
        all.addAll(files);
        if (all.isEmpty()) {
            throw new ParameterException(spec.commandLine(), "Expected files or directories");
        }
        var documents = Document.read(all);
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
