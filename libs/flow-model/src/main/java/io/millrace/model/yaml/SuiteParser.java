// SPDX-License-Identifier: Apache-2.0
package io.millrace.model.yaml;

import io.millrace.model.TestSuite;
import io.millrace.model.TestSuite.Assertion;
import io.millrace.model.TestSuite.Fixtures;
import io.millrace.model.TestSuite.Operator;
import io.millrace.model.TestSuite.TaskFixture;
import io.millrace.model.TestSuite.TestCase;
import io.millrace.model.TestSuite.TriggerFixture;
import io.millrace.model.yaml.YamlNode.Mapping;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Makes a [TestSuite] of YAML, or says everything that is wrong with it.
public record SuiteParser(ParserLimits limits) {
    /// The one type of tests, as the product calls it.
    public static final String UNIT_TEST = "io.kestra.core.tests.flow.UnitTest";

    private static final Set<String> TYPES =
            Set.of(UNIT_TEST, "io.kestra.core.test.flow.UnitTest", "io.millrace.tests.UnitTest");
    private static final Pattern ID = Pattern.compile("^[a-zA-Z0-9][a-zA-Z0-9._-]*");
    private static final Set<String> STATES =
            Set.of("SUCCESS", "WARNING", "FAILED", "KILLED", "CANCELLED", "SKIPPED");

    public SuiteParser() {
        this(ParserLimits.DEFAULT);
    }

    public ParsedSuite parse(String source) {
        var problems = new Problems();
        var root = new YamlReader(limits, problems).read(source);
        if (root.isEmpty()) {
            return new ParsedSuite.Invalid(problems.inOrder());
        }
        if (!(root.get() instanceof Mapping document)) {
            problems.add("", root.get().position(), "Expected a map but got " + root.get().kind());
            return new ParsedSuite.Invalid(problems.inOrder());
        }
        var suite = suite(new Fields(problems, "", document));
        return problems.isEmpty()
                ? new ParsedSuite.Valid(suite, document.tree())
                : new ParsedSuite.Invalid(problems.inOrder());
    }

    private static TestSuite suite(Fields fields) {
        var id = fields.requiredText("id", ID, 256);
        var namespace = fields.requiredText("namespace", FlowReader.NAMESPACE, 150);
        var flowId = fields.requiredText("flowId", FlowReader.FLOW_ID, 100);
        var description = fields.text("description");
        boolean disabled = fields.flag("disabled", false);
        var cases = new ArrayList<TestCase>();
        var ids = new HashSet<String>();
        for (var written : fields.maps("testCases")) {
            var one = testCase(written);
            if (!one.id().isEmpty() && !ids.add(one.id())) {
                written.problem("id", "Duplicate test case `" + one.id() + "`");
            }
            cases.add(one);
        }
        if (cases.isEmpty()) {
            fields.problem("testCases", "must not be empty");
        }
        fields.ignore("deleted", "source", "tenantId").done("a test suite");
        return new TestSuite(id, namespace, flowId, description, disabled, cases);
    }

    private static TestCase testCase(Fields fields) {
        var id = fields.requiredText("id", ID, 256);
        var type = fields.text("type", UNIT_TEST);
        if (!TYPES.contains(type)) {
            fields.problem("type", "Expected `" + UNIT_TEST + "` but got `" + type + "`");
        }
        var description = fields.text("description");
        boolean disabled = fields.flag("disabled", false);
        var written = fields.fields("fixtures");
        var fixtures = written == null ? Fixtures.NONE : fixtures(written);
        var assertions = fields.maps("assertions").stream().map(SuiteParser::assertion).toList();
        fields.done("a test case");
        return new TestCase(id, type, description, disabled, fixtures, assertions);
    }

    private static Fixtures fixtures(Fields fields) {
        var inputs = fields.map("inputs");
        var files = new LinkedHashMap<String, String>();
        var given = fields.fields("files");
        if (given != null) {
            for (var name : given.node().entries().keySet()) {
                if (name.contains("..") || name.startsWith("/") || name.isBlank()) {
                    given.problem(name, "Expected the name of a file");
                }
                var content = given.text(name);
                files.put(name, content == null ? "" : content);
            }
        }
        var tasks = new ArrayList<TaskFixture>();
        for (var written : fields.maps("tasks")) {
            tasks.add(task(written));
        }
        var trigger = fields.fields("trigger");
        var fixtures =
                new Fixtures(inputs, files, tasks, trigger == null ? null : trigger(trigger));
        fields.done("fixtures");
        return fixtures;
    }

    private static TaskFixture task(Fields fields) {
        var id = fields.requiredText("id");
        var state = fields.text("state");
        if (state != null && !STATES.contains(state)) {
            fields.problem(
                    "state",
                    "Expected one of %s but got `%s`"
                            .formatted(sorted(STATES), Fields.clip(state)));
        }
        var fixture =
                new TaskFixture(
                        id,
                        fields.text("value"),
                        fields.text("description"),
                        state,
                        fields.map("outputs"));
        fields.ignore("assets").done("a task fixture");
        return fixture;
    }

    private static TriggerFixture trigger(Fields fields) {
        var trigger =
                new TriggerFixture(
                        fields.requiredText("id"), fields.text("type"), fields.map("variables"));
        fields.done("a trigger fixture");
        return trigger;
    }

    private static Assertion assertion(Fields fields) {
        var value = fields.requiredText("value");
        var expected = new LinkedHashMap<Operator, @Nullable Object>();
        for (var operator : Operator.values()) {
            for (var name : List.of(operator.property(), operator.alias())) {
                if (fields.has(name)) {
                    expected.put(operator, fields.tree(name));
                }
            }
        }
        if (expected.isEmpty()) {
            fields.problem(
                    "value",
                    "Expected an operator beside it, such as `%s`"
                            .formatted(Operator.EQUAL_TO.property()));
        }
        var assertion =
                new Assertion(
                        value,
                        fields.text("taskId"),
                        fields.text("description"),
                        fields.text("errorMessage"),
                        expected);
        fields.done("an assertion");
        return assertion;
    }

    private static List<String> sorted(Set<String> names) {
        return names.stream().sorted().toList();
    }
}
