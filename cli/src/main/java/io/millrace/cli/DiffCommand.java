// SPDX-License-Identifier: Apache-2.0
package io.millrace.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "diff",
        description = "Shows how flows and tests in files differ from those on the server.")
final class DiffCommand implements Callable<Integer> {
    @Spec private CommandSpec spec = CommandSpec.create();

    @Parameters(arity = "0..*", paramLabel = "PATH", description = "YAML files and directories")
    private List<Path> paths = new ArrayList<>();

    @Option(
            names = {"-f", "--filename"},
            paramLabel = "PATH",
            description = "the same, as `apply` takes it")
    private List<Path> files = new ArrayList<>();

    @Option(names = "--prune", description = "also what the files' namespaces have beside them")
    private boolean prune;

    /// @return 1 if there is a difference
    @Override
    public Integer call() {
        var millrace = Root.of(spec);
        var all = new ArrayList<>(paths);
        all.addAll(files);
        var broken = new ArrayList<Validation.Finding>();
        var documents = ApplyCommand.documents(spec, all, broken);
        if (!broken.isEmpty()) {
            broken.forEach(finding -> spec.commandLine().getErr().println(finding.text()));
            return ExitCode.NO.code();
        }
        var out = Millrace.out(spec);
        try (var session = new Session(millrace);
                var progress = millrace.progress(spec, "comparing")) {
            var plan = Plan.of(session.api(), documents, prune, progress);
            progress.done();
            for (var step : plan.steps()) {
                if (step.action() != Plan.Action.unchanged) {
                    var document = step.document();
                    boolean deleted = step.action() == Plan.Action.delete;
                    LineDiff.unified(
                                    step.stored(),
                                    deleted ? "" : document.source(),
                                    "server/" + document.name(),
                                    deleted ? "/dev/null" : document.file().toString())
                            .forEach(out::println);
                }
            }
            out.flush();
            return (plan.changesNothing() ? ExitCode.OK : ExitCode.NO).code();
        }
    }
}
