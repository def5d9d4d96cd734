// SPDX-License-Identifier: Apache-2.0
package io.millrace.cli;

import io.millrace.cli.Output.Column;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;

@Command(name = "git", description = "Namespaces that come from a Git repository.")
final class GitCommand implements Runnable {
    private static final List<Column> NAMESPACES =
            List.of(
                    new Column("NAMESPACE", "/namespace"),
                    new Column("COMMIT", "/commit"),
                    new Column("BRANCH", "/branch"),
                    new Column("AT", "/at"),
                    new Column("PINNED", "/pinned"),
                    new Column("MANAGED", "/managed"),
                    new Column("URL", "/url"));
    private static final List<Column> DRIFT =
            List.of(
                    new Column("WHAT", "/what"),
                    new Column("KIND", "/kind"),
                    new Column("NAMESPACE", "/namespace"),
                    new Column("ID", "/id"));
    private static final List<Column> HISTORY =
            List.of(
                    new Column("AT", "/at"),
                    new Column("COMMIT", "/commit"),
                    new Column("OUTCOME", "/outcome"),
                    new Column("EXECUTION", "/executionId"));

    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public void run() {
        throw new CommandLine.ParameterException(
                spec.commandLine(),
                "Expected git list, status, drift, history, sync, rollback, unpin or release");
    }

    @Command(name = "list", description = "Lists the namespaces and the commits they are of.")
    void list() {
        show("", NAMESPACES);
    }

    @Command(name = "status", description = "Says of which commit a namespace is.")
    void status(@Parameters(paramLabel = "NAMESPACE") String namespace) {
        var millrace = Root.of(spec);
        try (var session = new Session(millrace)) {
            var found = session.api().get(path(namespace));
            var output = millrace.output(spec);
            if (output.isTable()) {
                output.rows(
                        tools.jackson.databind.node.JsonNodeFactory.instance.arrayNode().add(found),
                        NAMESPACES);
            } else {
                output.tree(found);
            }
        }
    }

    /// @return 1 if something is different
    @Command(
            name = "drift",
            description = "What isn't as the commit has it; ends with 1 if there is something.")
    int drift(@Parameters(paramLabel = "NAMESPACE") String namespace) {
        var millrace = Root.of(spec);
        try (var session = new Session(millrace)) {
            var found = session.api().get(path(namespace) + "/drift");
            millrace.output(spec).rows(found, DRIFT);
            return (found.isEmpty() ? ExitCode.OK : ExitCode.NO).code();
        }
    }

    @Command(name = "history", description = "What was applied, the newest first.")
    void history(
            @Parameters(paramLabel = "NAMESPACE") String namespace,
            @Option(names = "--limit", defaultValue = "20") int limit) {
        show("/" + Api.encode(namespace) + "/history?limit=" + limit, HISTORY);
    }

    @Command(
            name = "sync",
            description = "Runs the flow that keeps the namespace as Git has it, and waits.")
    int sync(
            @Parameters(paramLabel = "NAMESPACE") String namespace,
            @Option(names = "--dry-run", description = "needs an input `dryRun` of the flow")
                    boolean dryRun) {
        return start(namespace, dryRun ? Map.of("dryRun", "true") : Map.of());
    }

    @Command(
            name = "rollback",
            description =
                    "Makes the namespace what a commit says, where it stays until `git unpin`."
                            + " Needs an input `commit` of the flow that keeps it.")
    int rollback(
            @Parameters(index = "0", paramLabel = "NAMESPACE") String namespace,
            @Parameters(index = "1", paramLabel = "COMMIT") String commit) {
        return start(namespace, Map.of("commit", commit));
    }

    @Command(name = "unpin", description = "Lets a namespace follow its branch again.")
    void unpin(@Parameters(paramLabel = "NAMESPACE") String namespace) {
        delete(namespace, "pin");
    }

    @Command(name = "release", description = "Lets others than Git change a namespace.")
    void release(@Parameters(paramLabel = "NAMESPACE") String namespace) {
        delete(namespace, "managed");
    }

    private static String path(String namespace) {
        return "/git/" + Api.encode(namespace);
    }

    private void show(String below, List<Column> columns) {
        var millrace = Root.of(spec);
        try (var session = new Session(millrace)) {
            millrace.output(spec).rows(session.api().get("/git" + below), columns);
        }
    }

    private void delete(String namespace, String what) {
        try (var session = new Session(Root.of(spec))) {
            session.api().send("DELETE", path(namespace) + "/" + what, null);
        }
    }

    private int start(String namespace, Map<String, String> inputs) {
        var millrace = Root.of(spec);
        try (var session = new Session(millrace)) {
            var api = session.api();
            JsonNode kept = api.get(path(namespace));
            var execution =
                    api.start(
                            kept.path("flowNamespace").asString(),
                            kept.path("flowId").asString(),
                            new LinkedHashMap<>(inputs),
                            "");
            var output = millrace.output(spec);
            var id = execution.path("id").asString();
            var state = new Follower(api, output).awaitEnd(id);
            if (output.isTable()) {
                output.writer().println(state);
                output.writer().flush();
            } else {
                output.tree(api.execution(id));
            }
            return (RunCommand.GOOD.contains(state) ? ExitCode.OK : ExitCode.NO).code();
        }
    }
}
