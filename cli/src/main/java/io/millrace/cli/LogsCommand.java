// SPDX-License-Identifier: Apache-2.0
package io.millrace.cli;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(name = "logs", description = "Prints the log of an execution.")
final class LogsCommand implements Callable<Integer> {
    @Spec private CommandSpec spec = CommandSpec.create();

    @Parameters(paramLabel = "EXECUTION", description = "its id")
    private String execution = "";

    @Option(
            names = {"-f", "--follow"},
            description = "go on until the execution ends, and end as it does")
    private boolean follow;

    @Option(names = "--level", description = "least level: TRACE, DEBUG, INFO, WARN or ERROR")
    private @Nullable String level;

    @Option(names = "--task", paramLabel = "ID", description = "of this task alone")
    private @Nullable String task;

    /// @return 0, or with `--follow` 1 if the execution didn't succeed
    @Override
    public Integer call() {
        var millrace = Root.of(spec);
        var output = millrace.output(spec);
        var out = Millrace.out(spec);
        var query = new LinkedHashMap<String, String>();
        if (level != null) {
            query.put("minLevel", level);
        }
        if (task != null) {
            query.put("taskId", task);
        }
        try (var session = new Session(millrace)) {
            var api = session.api();
            if (follow) {
                var state = new Follower(api, output, Map.copyOf(query)).awaitEnd(execution);
                if (output.isTable()) {
                    out.println(state);
                }
                return (RunCommand.GOOD.contains(state) ? ExitCode.OK : ExitCode.NO).code();
            }
            var lines = api.logs(execution, query);
            if (output.isTable()) {
                lines.forEach(line -> out.println(Follower.line(line)));
            } else {
                output.tree(lines);
            }
            return ExitCode.OK.code();
        }
    }
}
