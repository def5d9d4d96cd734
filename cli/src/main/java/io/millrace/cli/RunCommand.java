// SPDX-License-Identifier: Apache-2.0
package io.millrace.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

@Command(
        name = "run",
        description = "Starts an execution; with --follow prints its log and waits for its end.")
final class RunCommand implements Callable<Integer> {
    static final Set<String> GOOD = Set.of("SUCCESS", "WARNING", "SKIPPED");

    @ParentCommand private Millrace millrace = new Millrace(Map.of());
    @Spec private CommandSpec spec = CommandSpec.create();

    @Parameters(index = "0", paramLabel = "NAMESPACE")
    private String namespace = "";

    @Parameters(index = "1", paramLabel = "FLOW")
    private String flow = "";

    @Option(
            names = {"-i", "--input"},
            paramLabel = "KEY=VALUE",
            description = "an input, of a file with KEY=@FILE; may be repeated")
    private Map<String, String> inputs = new LinkedHashMap<>();

    @Option(
            names = {"-l", "--label"},
            paramLabel = "KEY=VALUE",
            description = "a label; may be repeated")
    private Map<String, String> labels = new LinkedHashMap<>();

    @Option(names = "--revision", description = "of the flow (default: the newest)")
    private @Nullable Integer revision;

    @Option(
            names = {"-f", "--follow"},
            description = "print the log and wait for the end")
    private boolean follow;

    /// @return 0, or with `--follow` 1 if the execution didn't succeed
    @Override
    public Integer call() {
        var output = millrace.output(spec);
        var out = Millrace.out(spec);
        try (var session = new Session(millrace)) {
            var api = session.api();
            FlowInputs.check(api, namespace, flow, revision, inputs.keySet());
            var execution = api.start(namespace, flow, inputs, query());
            var id = execution.path("id").asString();
            if (output.isTable()) {
                out.println("execution " + id);
                out.flush();
            }
            if (!follow) {
                if (!output.isTable()) {
                    output.tree(execution);
                }
                return ExitCode.OK.code();
            }
            var state = new Follower(api, output).awaitEnd(id);
            if (output.isTable()) {
                out.println(state);
            } else {
                output.tree(api.execution(id));
            }
            return (GOOD.contains(state) ? ExitCode.OK : ExitCode.NO).code();
        }
    }

    private String query() {
        var parameters = new ArrayList<List<String>>();
        labels.forEach((key, value) -> parameters.add(List.of("labels", key + ":" + value)));
        if (revision != null) {
            parameters.add(List.of("revision", revision.toString()));
        }
        return Api.query(parameters);
    }
}
