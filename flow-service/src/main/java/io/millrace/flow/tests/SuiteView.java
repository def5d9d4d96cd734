// SPDX-License-Identifier: Apache-2.0
package io.millrace.flow.tests;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.millrace.contracts.Codec;
import io.millrace.model.TestSuite;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A test suite in the form that Kestra's client knows.
@JsonInclude(JsonInclude.Include.NON_NULL)
record SuiteView(
        String id,
        String namespace,
        String flowId,
        @Nullable String description,
        String source,
        List<CaseView> testCases,
        boolean deleted,
        boolean disabled) {

    /// @param assertions texts by property: the client knows operators as texts alone
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record CaseView(
            String id,
            String type,
            boolean disabled,
            @Nullable String description,
            @Nullable FixturesView fixtures,
            List<Map<String, String>> assertions) {}

    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    record FixturesView(
            Map<String, @Nullable Object> inputs,
            Map<String, String> files,
            List<TaskView> tasks,
            @Nullable TriggerView trigger) {}

    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    record TaskView(
            String id,
            @Nullable String value,
            @Nullable String description,
            @Nullable String state,
            Map<String, @Nullable Object> outputs) {}

    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    record TriggerView(String id, @Nullable String type, Map<String, @Nullable Object> variables) {}

    static SuiteView of(StoredSuite stored) {
        var suite = stored.suite();
        return new SuiteView(
                suite.id(),
                suite.namespace(),
                suite.flowId(),
                suite.description(),
                stored.source(),
                suite.testCases().stream().map(SuiteView::testCase).toList(),
                false,
                suite.disabled());
    }

    private static CaseView testCase(TestSuite.TestCase test) {
        return new CaseView(
                test.id(),
                test.type(),
                test.disabled(),
                test.description(),
                test.fixtures().equals(TestSuite.Fixtures.NONE) ? null : fixtures(test.fixtures()),
                test.assertions().stream().map(SuiteView::assertion).toList());
    }

    private static FixturesView fixtures(TestSuite.Fixtures fixtures) {
        var trigger = fixtures.trigger();
        return new FixturesView(
                fixtures.inputs(),
                fixtures.files(),
                fixtures.tasks().stream()
                        .map(t ->
                                new TaskView(
                                        t.id(), t.value(), t.description(), t.state(), t.outputs()))
                        .toList(),
                trigger == null
                        ? null
                        : new TriggerView(trigger.id(), trigger.type(), trigger.variables()));
    }

    private static Map<String, String> assertion(TestSuite.Assertion assertion) {
        var view = new LinkedHashMap<String, String>();
        view.put("value", assertion.value());
        put(view, "taskId", assertion.taskId());
        put(view, "description", assertion.description());
        put(view, "errorMessage", assertion.errorMessage());
        assertion
                .expected()
                .forEach((operator, expected) -> put(view, operator.property(), text(expected)));
        return view;
    }

    private static void put(Map<String, String> view, String name, @Nullable String value) {
        if (value != null) {
            view.put(name, value);
        }
    }

    private static @Nullable String text(@Nullable Object value) {
        return switch (value) {
            case null -> null;
            case Map<?, ?> map -> new String(Codec.encode(map), StandardCharsets.UTF_8);
            case Collection<?> list -> new String(Codec.encode(list), StandardCharsets.UTF_8);
            default -> value.toString();
        };
    }
}
