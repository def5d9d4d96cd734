// SPDX-License-Identifier: Apache-2.0
package io.millrace.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

@Command(
        name = "flow",
        description = "Works with flows.",
        subcommands = {
            FlowCommand.Apply.class,
            TestCommand.class,
            DiffCommand.class,
            ValidateCommand.class
        })
final class FlowCommand implements Runnable {
    @ParentCommand private Millrace millrace = new Millrace(Map.of());
    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public void run() {
        throw new CommandLine.ParameterException(
                spec.commandLine(), "Expected a command such as: flow apply FILE…");
    }

    @Command(name = "apply", description = "Creates or updates flows from files, one by one.")
    static final class Apply implements Runnable {
        @ParentCommand private FlowCommand flow = new FlowCommand();
        @Spec private CommandSpec spec = CommandSpec.create();

        @Parameters(arity = "1..*", paramLabel = "FILE", description = "YAML files, a flow each")
        private List<Path> files = new ArrayList<>();

        @Override
        public void run() {
            // All are read before the first is sent.
            var flows = files.stream().map(FlowFile::read).toList();
            try (var session = new Session(flow.millrace)) {
                for (var file : flows) {
                    var saved = session.api().apply(file);
                    Millrace.out(spec)
                            .printf(
                                    "%s.%s revision %s%n",
                                    file.namespace(),
                                    file.id(),
                                    saved.path("revision").asString("?"));
                }
            }
        }
    }
}
