// SPDX-License-Identifier: Apache-2.0
package io.millrace.flow.flows;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.docs.Page;
import io.millrace.model.yaml.BlueprintParser;
import io.millrace.model.yaml.DashboardParser;
import io.millrace.model.yaml.FlowParser;
import io.millrace.model.yaml.ParsedDashboard;
import io.millrace.model.yaml.ParsedFlow;
import io.millrace.model.yaml.ParsedSuite;
import io.millrace.model.yaml.Problem;
import io.millrace.model.yaml.SuiteParser;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.springframework.boot.context.properties.bind.Binder;
import tools.jackson.databind.json.JsonMapper;

/// What the documentation and the examples show in YAML is what the flow-service takes, with all
/// connectors that are built.
class DocumentedFlowsTest {
    private static final JsonMapper JSON = JsonMapper.shared();

    private final FlowParser parser = parser();

    private static FlowParser parser() {
        var environment = Connectors.built();
        var service = new FlowConfiguration();
        return service.flowParser(
                service.typeCatalog(environment),
                Binder.get(environment).bindOrCreate("millrace.flows", FlowProperties.class));
    }

    @TestFactory
    Stream<DynamicTest> yamlOfThePagesIsRight() throws IOException {
        return Page.all().stream()
                .flatMap(page -> page.blocks().stream())
                .filter(block -> block.language().equals("yaml"))
                .map(block ->
                        DynamicTest.dynamicTest(
                                block.toString(),
                                () -> assertThat(problems(block.text())).isEmpty()));
    }

    @TestFactory
    Stream<DynamicTest> examplesAreRight() throws IOException {
        return Page.files(Page.ROOT.resolve("examples"), ".*\\.ya?ml").stream()
                .map(file ->
                        DynamicTest.dynamicTest(
                                Page.ROOT.relativize(file).toString(),
                                () -> assertThat(problems(Files.readString(file))).isEmpty()));
    }

    /// By what it is: a flow, a test, a dashboard, a blueprint, tasks or triggers of a flow,
    /// settings, tasks of a playbook.
    private List<String> problems(String source) {
        var tree = new Load(LoadSettings.builder().build()).loadFromString(source);
        return switch (tree) {
            case Map<?, ?> map when map.containsKey("tasks") -> flow(source);
            case Map<?, ?> map when map.containsKey("testCases") ->
                    new SuiteParser().parse(source) instanceof ParsedSuite.Invalid(var problems)
                            ? texts(problems)
                            : List.of();
            case Map<?, ?> map when map.containsKey("charts") ->
                    new DashboardParser().parse(source)
                                    instanceof ParsedDashboard.Invalid(var problems)
                            ? texts(problems)
                            : List.of();
            case Map<?, ?> map when map.containsKey("extend") ->
                    texts(new BlueprintParser(parser.limits()).parse(source).problems());
            case Map<?, ?> map
                    when map.size() == 1 && map.get("triggers") instanceof List<?> triggers ->
                    triggers.stream()
                            .map(JSON::writeValueAsString)
                            .flatMap(one -> texts(parser.checkTrigger(one)).stream())
                            .toList();
            case Map<?, ?> map
                    when map.keySet().stream()
                            .allMatch(key -> key.toString().startsWith("millrace")) ->
                    List.of(); // settings: SettingsTest
            case List<?> list
                    when list.getFirst() instanceof Map<?, ?> first && first.containsKey("type") ->
                    list.stream()
                            .map(JSON::writeValueAsString)
                            .flatMap(one -> texts(parser.checkTask(one)).stream())
                            .toList();
            case List<?> list
                    when list.getFirst() instanceof Map<?, ?> first && first.containsKey("name") ->
                    List.of(); // Ansible's
            default -> List.of("Expected something that Millrace reads but got: " + source);
        };
    }

    private List<String> flow(String source) {
        var problems = new ArrayList<String>();
        switch (parser.parse(source)) {
            case ParsedFlow.Valid(var _, var _, var warnings) -> problems.addAll(texts(warnings));
            case ParsedFlow.Invalid(var found) -> problems.addAll(texts(found));
        }
        problems.addAll(parser.deprecations(source).paths());
        return problems;
    }

    private static List<String> texts(List<Problem> problems) {
        return problems.stream().map(Problem::toString).toList();
    }
}
