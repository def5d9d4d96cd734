// SPDX-License-Identifier: Apache-2.0
package io.millrace.scheduler.condition;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.expressions.ExpressionFunctions;
import io.millrace.expressions.Expressions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConditionsTest {
    private static final String TYPE = "io.kestra.plugin.core.condition.";

    @ParameterizedTest
    @CsvSource({"SUCCESS, true", "FAILED, false"})
    void oneExecutionAloneHasToFulfilAllOfAMultipleCondition(String state, boolean holds) {
        var condition =
                new Conditions(new Expressions())
                        .read(
                                Map.of(
                                        "type",
                                        TYPE + "MultipleCondition",
                                        "id",
                                        "both",
                                        "conditions",
                                        Map.of(
                                                "ended",
                                                Map.of(
                                                        "type",
                                                        TYPE + "ExecutionStatus",
                                                        "in",
                                                        List.of("SUCCESS")),
                                                "any",
                                                Map.of(
                                                        "type",
                                                        TYPE + "Expression",
                                                        "expression",
                                                        "yes"))));
        var execution = new ObservedExecution("a", "b", state, null, null, null);

        assertThat(
                        condition.holds(
                                new ConditionContext(
                                        Map.of(), execution, ExpressionFunctions.NONE)))
                .isEqualTo(holds);
    }
}
