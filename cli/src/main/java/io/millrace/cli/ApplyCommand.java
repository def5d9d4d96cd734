// SPDX-License-Identifier: Apache-2.0
package io.millrace.cli;

import io.millrace.cli.Validation.Severity;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;

@Command(
        name = "apply",
        description = {
            "Makes the server have the flows and tests that files hold.",
            "All is checked first; the flows are saved in one transaction, or none of them is."
        })
final class ApplyCommand implements Callable<Integer> {
    @Spec private CommandSpec spec = CommandSpec.create();

    @Parameters(arity = "0..*", paramLabel = "PATH", description = "YAML files and directories")
    private List<Path> paths = new ArrayList<>();

    @Option(
            names = {"-f", "--filename"},
            paramLabel = "PATH",
            description = "the same; may be repeated")
    private List<Path> files = new ArrayList<>();

    @Option(
            names = "--prune",
            description = "delete what the namespaces of the files have beside them")
    private boolean prune;

    @Option(names = "--dry-run", description = "print the plan and change nothing")
    private boolean dryRun;

    /// @return 1 if something is wrong with a file
    @Override
    public Integer call() {
        var millrace = Root.of(spec);
        var all = new ArrayList<>(paths);
        all.addAll(files);
        var broken = new ArrayList<Validation.Finding>();
        var documents = documents(spec, all, broken);
        var out = Millrace.out(spec);
        try (var session = new Session(millrace);
                var checking = millrace.progress(spec, "checking");
                var saving = millrace.progress(spec, "saving")) {
            var api = session.api();
            var validation = Validation.of(api, documents, checking).with(broken);
            if (!validation.isGood()) {
                checking.done();
                validation.lines(Severity.error).forEach(spec.commandLine().getErr()::println);
                spec.commandLine().getErr().println("Nothing is applied.");
                return ExitCode.NO.code();
            }
            var plan = Plan.of(api, documents, prune, checking);
            checking.done();
            validation.lines(Severity.warning).forEach(spec.commandLine().getErr()::println);
            if (!dryRun) {
                carryOut(api, plan, saving);
                saving.done();
            }
            print(millrace.output(spec), plan);
            if (millrace.output(spec).isTable()) {
                out.println(plan.summary(!dryRun));
            }
            return ExitCode.OK.code();
        }
    }

    /// @param broken gets what isn't YAML
    static List<Document> documents(
            CommandSpec spec, List<Path> paths, List<Validation.Finding> broken) {
        if (paths.isEmpty()) {
            throw new CommandLine.ParameterException(
                    spec.commandLine(), "Expected files or directories: -f PATH");
        }
        var documents = Document.read(paths, e -> broken.add(e.finding()));
        if (documents.isEmpty() && broken.isEmpty()) {
            throw new CliException("Expected flows or tests in " + paths);
        }
        return documents;
    }

    /// Flows first, all in one request; then tests, which have to have something to test.
    private static void carryOut(Api api, Plan plan, Progress progress) {
        var changed = new ArrayList<Plan.Step>(plan.steps(Plan.Action.create));
        changed.addAll(plan.steps(Plan.Action.update));
        var deleted = plan.steps(Plan.Action.delete);
        int total = changed.size() + deleted.size();
        int done = 0;
        progress.at(0, total);
        var flows =
                changed.stream().filter(s -> s.document().kind() == Document.Kind.FLOW).toList();
        if (!flows.isEmpty()) {
            var sources =
                    String.join(
                            "---\n", flows.stream().map(step -> step.document().source()).toList());
            if (flows.size() == 1) {
                api.apply(flowFile(flows.getFirst().document()));
            } else {
                api.sendYaml("POST", "/flows/bulk?delete=false", sources);
            }
            done += flows.size();
            progress.at(done, total);
        }
        for (var step : changed) {
            if (step.document().kind() == Document.Kind.TEST) {
                boolean isNew = step.action() == Plan.Action.create;
                api.sendYaml(
                        isNew ? "POST" : "PUT",
                        isNew ? step.document().kind().path() : step.document().path(),
                        step.document().source());
                progress.at(++done, total);
            }
        }
        for (var step : deleted) {
            api.send("DELETE", step.document().path(), null);
            progress.at(++done, total);
        }
    }

    private static FlowFile flowFile(Document document) {
        return new FlowFile(document.namespace(), document.id(), document.source());
    }

    private static void print(Output output, Plan plan) {
        if (output.isTable()) {
            for (var step : plan.steps()) {
                output.writer().printf("%-9s  %s%n", step.action(), step.document().name());
            }
            output.writer().flush();
            return;
        }
        var rows = JsonMapper.shared().createArrayNode();
        for (var step : plan.steps()) {
            rows.addObject()
                    .put("action", step.action().name())
                    .put("kind", step.document().kind().title())
                    .put("namespace", step.document().namespace())
                    .put("id", step.document().id())
                    .put("file", step.document().file().toString());
        }
        output.tree(rows);
    }
}
