// SPDX-License-Identifier: Apache-2.0
package io.millrace.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

@Command(
        name = "welcome",
        hidden = true,
        description = "Deploys the example flows, runs the first of them and shows its log.")
final class WelcomeCommand implements Callable<Integer> {
    @ParentCommand private Millrace millrace = new Millrace(Map.of());
    @Spec private CommandSpec spec = CommandSpec.create();

    @Parameters(paramLabel = "DIRECTORY", description = "of the examples")
    private Path directory = Path.of("examples");

    @Override
    public Integer call() {
        var out = Millrace.out(spec);
        var flows = examples();
        try (var session = new Session(millrace)) {
            var api = session.api();
            flows.forEach(api::apply);
            out.printf("%d example flows in %s%n", flows.size(), flows.getFirst().namespace());
            var first = flows.getFirst();
            var execution = api.start(first.namespace(), first.id(), Map.of(), "");
            var id = execution.path("id").asString();
            out.printf("%n%s.%s, execution %s:%n", first.namespace(), first.id(), id);
            var state = new Follower(api, millrace.output(spec)).awaitEnd(id);
            out.println(state);
            return state.equals("SUCCESS") ? 0 : 1;
        }
    }

    private List<FlowFile> examples() {
        try (var files = Files.list(directory)) {
            var flows =
                    files.filter(file -> file.toString().endsWith(".yaml"))
                            .sorted()
                            .map(FlowFile::read)
                            .toList();
            if (flows.isEmpty()) {
                throw new CliException("Expected flows in " + directory);
            }
            return flows;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
