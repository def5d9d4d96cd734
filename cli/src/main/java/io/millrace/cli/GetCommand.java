// SPDX-License-Identifier: Apache-2.0
package io.millrace.cli;

import io.millrace.cli.Output.Column;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "get",
        description = {
            "Lists things: get flows, executions, triggers, namespaces, tests.",
            "Or shows one: get flow NAMESPACE ID, get execution ID, get test NAMESPACE ID."
        })
final class GetCommand implements Runnable {
    private static final List<Column> FLOWS =
            List.of(
                    new Column("NAMESPACE", "/namespace"),
                    new Column("ID", "/id"),
                    new Column("REVISION", "/revision"),
                    new Column("DISABLED", "/disabled"),
                    new Column("DESCRIPTION", "/description"));
    private static final List<Column> EXECUTIONS =
            List.of(
                    new Column("ID", "/id"),
                    new Column("NAMESPACE", "/namespace"),
                    new Column("FLOW", "/flowId"),
                    new Column("STATE", "/state/current"),
                    new Column("STARTED", "/state/startDate"),
                    new Column("DURATION", "/state/duration"));
    private static final List<Column> TASK_RUNS =
            List.of(
                    new Column("TASK", "/taskId"),
                    new Column("VALUE", "/value"),
                    new Column("STATE", "/state/current"),
                    new Column("STARTED", "/state/startDate"),
                    new Column("DURATION", "/state/duration"));
    private static final List<Column> TESTS =
            List.of(
                    new Column("NAMESPACE", "/namespace"),
                    new Column("ID", "/id"),
                    new Column("FLOW", "/flowId"),
                    new Column("DISABLED", "/disabled"));
    private static final List<Column> TRIGGERS =
            List.of(
                    new Column("NAMESPACE", "/triggerContext/namespace"),
                    new Column("FLOW", "/triggerContext/flowId"),
                    new Column("TRIGGER", "/triggerContext/triggerId"),
                    new Column("NEXT", "/triggerContext/nextExecutionDate"),
                    new Column("DISABLED", "/triggerContext/disabled"));
    private static final List<Column> NAMESPACES =
            List.of(new Column("ID", "/id"), new Column("DISABLED", "/disabled"));

    private static final int MOST = 100;

    @Spec private CommandSpec spec = CommandSpec.create();

    @Parameters(index = "0", paramLabel = "WHAT")
    private String what = "";

    @Parameters(index = "1..*", paramLabel = "NAME")
    private List<String> names = List.of();

    @Option(
            names = {"-n", "--namespace"},
            description = "in this namespace, and those below it")
    private @Nullable String namespace;

    @Option(names = "--flow", paramLabel = "ID", description = "of this flow")
    private @Nullable String flow;

    @Option(names = "--state", description = "in this state; may be repeated")
    private List<String> states = List.of();

    @Option(
            names = {"-q", "--query"},
            description = "with this in its name")
    private @Nullable String query;

    @Option(names = "--limit", description = "at most so many (default: ${DEFAULT-VALUE})")
    private int limit = MOST;

    @Option(names = "--revision", description = "of a flow (default: the newest)")
    private @Nullable Integer revision;

    @Override
    public void run() {
        var millrace = Root.of(spec);
        var output = millrace.output(spec);
        try (var session = new Session(millrace)) {
            var api = session.api();
            switch (what) {
                case "flows" -> output.rows(api.pages("/flows/search", filter(), limit), FLOWS);
                case "executions" ->
                        output.rows(api.pages("/executions/search", filter(), limit), EXECUTIONS);
                case "triggers" ->
                        output.rows(api.pages("/triggers/search", filter(), limit), TRIGGERS);
                case "namespaces" ->
                        output.rows(api.pages("/namespaces/search", filter(), limit), NAMESPACES);
                case "tests" -> output.rows(api.pages("/tests/search", filter(), limit), TESTS);
                case "flow" -> {
                    var path = "/flows/" + path(2) + "?source=true";
                    var found = api.get(revision == null ? path : path + "&revision=" + revision);
                    if (output.isTable()) {
                        output.writer().print(found.path("source").asString());
                        output.writer().flush();
                    } else {
                        output.tree(found);
                    }
                }
                case "test" -> {
                    var found = api.get("/tests/" + path(2));
                    if (output.isTable()) {
                        output.writer().print(found.path("source").asString());
                        output.writer().flush();
                    } else {
                        output.tree(found);
                    }
                }
                case "execution" -> {
                    var found = api.get("/executions/" + path(1));
                    if (output.isTable()) {
                        var one = tools.jackson.databind.json.JsonMapper.shared().createArrayNode();
                        output.rows(one.add(found), EXECUTIONS);
                        output.writer().println();
                        output.rows(found.path("taskRunList"), TASK_RUNS);
                    } else {
                        output.tree(found);
                    }
                }
                default ->
                        throw new CommandLine.ParameterException(
                                spec.commandLine(),
                                "Expected flows, executions, triggers, namespaces, tests, flow,"
                                        + " execution or test but got "
                                        + what);
            }
        }
    }

    private String path(int count) {
        if (names.size() != count) {
            throw new CommandLine.ParameterException(
                    spec.commandLine(),
                    count == 1
                            ? "Expected: get " + what + " ID"
                            : "Expected: get " + what + " NAMESPACE ID");
        }
        return String.join("/", names.stream().map(Api::encode).toList());
    }

    private Map<String, String> filter() {
        if (!names.isEmpty()) {
            throw new CommandLine.ParameterException(
                    spec.commandLine(), "Expected no name after " + what + ": see -n and --flow");
        }
        if (limit < 1) {
            throw new CommandLine.ParameterException(
                    spec.commandLine(), "Expected a --limit of 1 or more but got " + limit);
        }
        var filter = new LinkedHashMap<String, String>();
        if (namespace != null) {
            filter.put("namespace", namespace);
        }
        if (flow != null) {
            filter.put("flowId", flow);
        }
        if (query != null) {
            filter.put("q", query);
        }
        if (!states.isEmpty()) {
            filter.put("state", String.join(",", states));
        }
        return filter;
    }
}
