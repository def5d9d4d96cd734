// SPDX-License-Identifier: Apache-2.0
package io.millrace.model;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TaskTypesTest {

    @ParameterizedTest
    @CsvSource({
        "io.kestra.core.tasks.flows.Sequential, io.kestra.plugin.core.flow.Sequential",
        "io.kestra.core.tasks.flows.Flow, io.kestra.plugin.core.flow.Subflow",
        "io.kestra.core.tasks.log.Log, io.kestra.plugin.core.log.Log",
        "io.kestra.core.tasks.debugs.Return, io.kestra.plugin.core.debug.Return",
        "io.kestra.core.tasks.debugs.Echo, io.kestra.plugin.core.debug.Echo",
        "io.kestra.core.tasks.executions.Fail, io.kestra.plugin.core.execution.Fail",
        "io.kestra.core.tasks.storages.Concat, io.kestra.plugin.core.storage.Concat",
        "io.kestra.core.tasks.states.Get, io.kestra.plugin.core.state.Get",
        "io.kestra.plugin.core.flow.WaitFor, io.kestra.plugin.core.flow.LoopUntil",
        "io.kestra.core.models.triggers.types.Schedule, io.kestra.plugin.core.trigger.Schedule",
        "io.kestra.core.models.conditions.types.ExecutionStatusCondition,"
                + " io.kestra.plugin.core.condition.ExecutionStatus",
        "io.kestra.plugin.core.condition.ExecutionFlowCondition,"
                + " io.kestra.plugin.core.condition.ExecutionFlow",
        "io.kestra.core.models.conditions.types.VariableCondition,"
                + " io.kestra.plugin.core.condition.Expression",
        "io.kestra.plugin.core.condition.MultipleCondition,"
                + " io.kestra.plugin.core.condition.MultipleCondition",
        "io.kestra.core.tasks.scripts.Bash, io.kestra.core.tasks.scripts.Bash",
        "com.example.Task, com.example.Task",
    })
    void olderNamesMeanTheSameType(String name, String canonical) {
        assertThat(TaskTypes.canonical(name)).isEqualTo(canonical);
    }
}
