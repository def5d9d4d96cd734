// SPDX-License-Identifier: Apache-2.0
package io.millrace.cli;

import io.millrace.flowtest.JUnitReport;
import io.millrace.flowtest.SuiteRun;
import io.millrace.flowtest.TestState;
import io.millrace.flowtest.local.LocalTests;
import io.millrace.model.Flow;
import io.millrace.model.TestSuite;
import io.millrace.model.yaml.FlowParser;
import io.millrace.model.yaml.ParsedFlow;
import io.millrace.model.yaml.ParsedSuite;
import io.millrace.model.yaml.Problem;
import io.millrace.model.yaml.SuiteParser;
import io.millrace.plugin.PluginCatalog;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
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
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;

@Command(
        name = "test",
        description = {
            "Runs the tests of flows in files, here, without a server.",
            "With --remote the server runs those that it has under the same names."
        })
final class TestCommand implements Callable<Integer> {
    private static final JsonMapper JSON = JsonMapper.shared();

    @Spec private CommandSpec spec = CommandSpec.create();

    @Parameters(
            arity = "1..*",
            paramLabel = "PATH",
            description = "YAML files and directories with tests and their flows")
    private List<Path> paths = List.of();

    @Option(
            names = "--flows",
            paramLabel = "PATH",
            description = "more flows, such as those that are started as subflows")
    private List<Path> more = new ArrayList<>();

    @Option(names = "--files", paramLabel = "DIR", description = "the files of the namespace")
    private @Nullable Path files;

    @Option(
            names = "--kv",
            paramLabel = "KEY=VALUE",
            description = "a key of the key-value store; may be repeated")
    private Map<String, String> keys = new LinkedHashMap<>();

    @Option(names = "--case", paramLabel = "ID", description = "only this test; may be repeated")
    private Set<String> cases = Set.of();

    @Option(names = "--junit", paramLabel = "FILE", description = "write a JUnit report there")
    private @Nullable Path junit;

    @Option(names = "--remote", description = "let the server run them")
    private boolean remote;

    /// @return 1 if a test failed or could not be run
    @Override
    public Integer call() {
        var millrace = Root.of(spec);
        var output = millrace.output(spec);
        var documents = Document.read(paths);
        var suites = documents.stream().filter(d -> d.kind() == Document.Kind.TEST).toList();
        if (suites.isEmpty()) {
            throw new CliException("Expected tests (testCases and flowId) in " + paths);
        }
        var runs = remote ? remotely(millrace, suites) : here(millrace, documents, suites);
        if (junit != null) {
            try {
                JUnitReport.write(runs, junit);
            } catch (IOException e) {
                throw new CliException("The report can't be written to " + junit, e);
            }
        }
        if (output.isTable()) {
            print(output, runs);
        } else {
            output.tree(JSON.valueToTree(runs));
        }
        boolean good = runs.stream().noneMatch(run -> run.state().isBad());
        return (good ? ExitCode.OK : ExitCode.NO).code();
    }

    private List<SuiteRun> here(
            Millrace millrace, List<Document> documents, List<Document> suites) {
        var flows = new ArrayList<Document>(documents);
        flows.addAll(Document.read(more));
        var problems = new ArrayList<String>();
        var parsedFlows = new ArrayList<Flow>();
        var parser = FlowParser.trusting();
        for (var document : flows) {
            if (document.kind() == Document.Kind.FLOW) {
                switch (parser.parse(document.source())) {
                    case ParsedFlow.Valid(var flow, var _, var _) -> parsedFlows.add(flow);
                    case ParsedFlow.Invalid(var found) -> add(problems, document, found);
                }
            }
        }
        var parsedSuites = new ArrayList<TestSuite>();
        for (var document : suites) {
            switch (new SuiteParser().parse(document.source())) {
                case ParsedSuite.Valid(var suite, var _) -> parsedSuites.add(only(suite));
                case ParsedSuite.Invalid(var found) -> add(problems, document, found);
            }
        }
        if (!problems.isEmpty()) {
            throw new CliException(String.join("\n", problems));
        }
        var settings =
                new LocalTests.Settings(
                        files, millrace.environment(), keys, LocalTests.Settings.NONE.maxEvents());
        var runs = new ArrayList<SuiteRun>();
        try (var tests = new LocalTests(parsedFlows, PluginCatalog.load(), settings);
                var progress = millrace.progress(spec, "testing")) {
            for (var suite : parsedSuites) {
                progress.at(runs.size(), parsedSuites.size());
                runs.add(tests.run(suite, InstantSource.system()));
            }
        }
        return runs;
    }

    private static void add(List<String> problems, Document document, List<Problem> found) {
        for (var problem : found) {
            problems.add(
                    "%s:%d:%d: %s%s"
                            .formatted(
                                    document.file(),
                                    document.linesBefore() + problem.line(),
                                    problem.column(),
                                    problem.path().isEmpty() ? "" : problem.path() + ": ",
                                    problem.message()));
        }
    }

    private TestSuite only(TestSuite suite) {
        if (cases.isEmpty()) {
            return suite;
        }
        return new TestSuite(
                suite.id(),
                suite.namespace(),
                suite.flowId(),
                suite.description(),
                suite.disabled(),
                suite.testCases().stream().filter(test -> cases.contains(test.id())).toList());
    }

    private List<SuiteRun> remotely(Millrace millrace, List<Document> suites) {
        var runs = new ArrayList<SuiteRun>();
        try (var session = new Session(millrace);
                var progress = millrace.progress(spec, "testing")) {
            for (var suite : suites) {
                progress.at(runs.size(), suites.size());
                var answer =
                        session.api()
                                .send(
                                        "POST",
                                        suite.path() + "/run",
                                        Map.of("testCases", List.copyOf(cases)));
                runs.add(JSON.treeToValue(answer, SuiteRun.class));
            }
        }
        return runs;
    }

    private static void print(Output output, List<SuiteRun> runs) {
        var out = output.writer();
        int count = 0;
        int bad = 0;
        int skipped = 0;
        for (var run : runs) {
            out.printf("%s.%s%n", run.namespace(), run.testSuiteId());
            for (var test : run.results()) {
                count++;
                bad += test.state().isBad() ? 1 : 0;
                skipped += test.state() == TestState.SKIPPED ? 1 : 0;
                out.printf(
                        "  %-7s  %s%s%n",
                        test.state(),
                        test.testId(),
                        test.durationMillis() == null
                                ? ""
                                : "  (" + test.durationMillis() + " ms)");
                if (test.state().isBad()) {
                    JUnitReport.explanation(test)
                            .forEach(line -> out.println("           " + line));
                }
            }
        }
        out.printf("%d passed, %d failed, %d skipped%n", count - bad - skipped, bad, skipped);
        out.flush();
    }
}
