// SPDX-License-Identifier: Apache-2.0
package io.millrace.model;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Tests of one flow.
///
/// @param flowId of the flow that is tested, in the same namespace
/// @param disabled whether none of the tests is run
public record TestSuite(
        String id,
        String namespace,
        String flowId,
        @Nullable String description,
        boolean disabled,
        List<TestCase> testCases) {
    public TestSuite {
        testCases = List.copyOf(testCases);
    }

    /// One execution of the flow, and what must come of it.
    ///
    /// @param type the only one there is: `io.kestra.core.tests.flow.UnitTest`
    public record TestCase(
            String id,
            String type,
            @Nullable String description,
            boolean disabled,
            Fixtures fixtures,
            List<Assertion> assertions) {
        public TestCase {
            assertions = List.copyOf(assertions);
        }
    }

    /// What the execution finds. Texts may hold expressions: `files` by name, for the tasks also
    /// `inputs`.
    ///
    /// @param inputs of the flow
    /// @param files content by name; `{{ files['name'] }}` is the URI of one
    /// @param tasks that aren't run
    /// @param trigger what the execution takes for its trigger
    public record Fixtures(
            Map<String, @Nullable Object> inputs,
            Map<String, String> files,
            List<TaskFixture> tasks,
            @Nullable TriggerFixture trigger) {
        public static final Fixtures NONE = new Fixtures(Map.of(), Map.of(), List.of(), null);

        public Fixtures {
            inputs = Trees.copy(inputs);
            files = Trees.copy(files);
            tasks = List.copyOf(tasks);
        }
    }

    /// A task that ends at once in place of being run.
    ///
    /// @param value of the loop iteration that is meant, or absent for all
    /// @param state such as `SUCCESS`, which it is if it isn't given
    public record TaskFixture(
            String id,
            @Nullable String value,
            @Nullable String description,
            @Nullable String state,
            Map<String, @Nullable Object> outputs) {
        public TaskFixture {
            outputs = Trees.copy(outputs);
        }
    }

    /// @param type absent: as in the flow
    /// @param variables what expressions see as `trigger`
    public record TriggerFixture(
            String id, @Nullable String type, Map<String, @Nullable Object> variables) {
        public TriggerFixture {
            variables = Trees.copy(variables);
        }
    }

    /// What must hold of a value once the execution has ended.
    ///
    /// @param value an expression over the ended execution
    /// @param taskId task whose variables the expression sees, or absent for the execution's
    /// @param errorMessage what to say if it doesn't hold
    /// @param expected by operator, at least one; all must hold
    public record Assertion(
            String value,
            @Nullable String taskId,
            @Nullable String description,
            @Nullable String errorMessage,
            Map<Operator, @Nullable Object> expected) {
        public Assertion {
            expected = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(expected));
        }
    }

    public enum Operator {
        IS_NULL("isNull"),
        IS_NOT_NULL("isNotNull"),
        EQUAL_TO("equalTo", "equalsTo"),
        NOT_EQUAL_TO("notEqualTo", "notEqualsTo"),
        STARTS_WITH("startsWith"),
        ENDS_WITH("endsWith"),
        CONTAINS("contains"),
        IN("in"),
        NOT_IN("notIn"),
        GREATER_THAN("greaterThan"),
        GREATER_THAN_OR_EQUAL_TO("greaterThanOrEqualTo"),
        LESS_THAN("lessThan"),
        LESS_THAN_OR_EQUAL_TO("lessThanOrEqualTo");

        private final String property;
        private final String alias;

        Operator(String property) {
            this(property, property);
        }

        Operator(String property, String alias) {
            this.property = property;
            this.alias = alias;
        }

        /// As it is written in a suite.
        public String property() {
            return property;
        }

        /// How else it may be written; the same if there is no other way.
        public String alias() {
            return alias;
        }
    }
}
