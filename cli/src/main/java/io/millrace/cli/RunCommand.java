// SPDX-License-Identifier: Apache-2.0
package io.millrace.cli;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
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
    private static final Set<String> GOOD = Set.of("SUCCESS", "WARNING", "SKIPPED");

    @ParentCommand private Millrace millrace = new Millrace(Map.of());
    @Spec private CommandSpec spec = CommandSpec.create();

    @Parameters(index = "0", paramLabel = "NAMESPACE")
    private String namespace = "";

    @Parameters(index = "1", paramLabel = "FLOW")
    private String flow = "";

    @Option(
            names = {"-i", "--input"},
            paramLabel = "KEY=VALUE",
            description = "an input; may be repeated")
    private Map<String, String> inputs = new LinkedHashMap<>();

    @Option(names = "--follow", description = "print the log and wait for the end")
    private boolean follow;

    /// @return 0, or with `--follow` 1 if the execution didn't succeed
    @Override
    public Integer call() {
        var out = Millrace.out(spec);
        try (var http = new Http()) {
            var api = new Api(http, millrace.connection(), millrace.user());
            var execution = api.start(namespace, flow, inputs);
            var id = execution.path("id").asString();
            out.println("execution " + id);
            out.flush();
            if (!follow) {
                return 0;
            }
            var state = new Follower(api, out).awaitEnd(id);
            out.println(state);
            return GOOD.contains(state) ? 0 : 1;
        }
    }
}
