// SPDX-License-Identifier: Apache-2.0
package io.millrace.cli;

import io.millrace.cli.Validation.Severity;
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
import tools.jackson.databind.json.JsonMapper;

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
        var broken = new ArrayList<Validation.Finding>();
        var documents = Document.read(all, e -> broken.add(e.finding()));
        try (var session = new Session(millrace);
                var progress = millrace.progress(spec, "validating")) {
            var found = Validation.of(session.api(), documents, progress).with(broken);
            progress.done();
            var output = millrace.output(spec);
            if (output.isTable()) {
                found.lines(Severity.warning).forEach(output.writer()::println);
                found.lines(Severity.error).forEach(output.writer()::println);
                if (found.isGood()) {
                    output.writer().printf("%d valid%n", documents.size());
                }
            } else {
                output.tree(JsonMapper.shared().valueToTree(found.findings()));
            }
            return (found.isGood() ? ExitCode.OK : ExitCode.NO).code();
        }
    }
}
