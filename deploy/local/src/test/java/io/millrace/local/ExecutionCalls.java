// SPDX-License-Identifier: Apache-2.0
package io.millrace.local;

import io.kestra.sdk.model.ConcurrencyLimit;
import io.kestra.sdk.model.ExecutionControllerSetLabelsByIdsRequest;
import io.kestra.sdk.model.ExecutionControllerStateRequest;
import io.kestra.sdk.model.ExecutionRepositoryInterfaceFlowFilter;
import io.kestra.sdk.model.Label;
import io.kestra.sdk.model.StateType;
import java.net.URI;
import java.util.List;
import java.util.Objects;

/// The operations on executions and their logs.
@SuppressWarnings("NullAway") // the client's models say of everything that it may be absent
final class ExecutionCalls extends ClientCalls {
    ExecutionCalls(Setting setting) {
        super(setting);
    }

    @Override
    void callAll() throws Exception {
        executions();
        logs();
    }

    private void executions() {
        var executions = client.executions();
        for (var source :
                List.of(
                        says("runs", "hello") + "labels: {team: data}\n",
                        says("replays", "hello"),
                        flow(
                                "fails",
                                "tasks:\n  - {id: f, type: io.kestra.plugin.core.execution.Fail}\n"),
                        flow(
                                "sleeps",
                                "tasks:\n  - {id: s, type: io.kestra.plugin.core.flow.Sleep,"
                                        + " duration: PT10M}\n"),
                        flow(
                                "pauses",
                                "tasks:\n  - {id: p, type: io.kestra.plugin.core.flow.Pause}\n"),
                        flow(
                                "limited",
                                "concurrency: {limit: 1, behavior: QUEUE}\n"
                                        + "tasks:\n  - {id: p, type:"
                                        + " io.kestra.plugin.core.flow.Pause}\n"),
                        flow(
                                "writes",
                                "tasks:\n  - {id: w, type:"
                                        + " io.kestra.plugin.core.storage.Write, content: abc,"
                                        + " extension: .txt}\n"))) {
            table.beside(() -> client.flows().createFlow(TENANT, source));
        }
        var created =
                table.works(
                        "Executions.createExecution",
                        () ->
                                executions.createExecution(
                                        TENANT,
                                        NAMESPACE,
                                        "runs",
                                        List.of("team:data"),
                                        true,
                                        null,
                                        null,
                                        null,
                                        null));
        var one = created == null ? ended("runs") : created.getId();
        table.works("Executions.execution", () -> executions.execution(one, TENANT));
        var found =
                table.works(
                        "Executions.searchExecutions",
                        () ->
                                executions.searchExecutions(
                                        TENANT,
                                        1,
                                        10,
                                        List.of("state.startDate:desc"),
                                        of("runs")));
        table.expect(
                "Executions.searchExecutions", found != null && found.getTotal() == 1, "" + found);
        table.works(
                "Executions.searchExecutionsByFlowId",
                () -> executions.searchExecutionsByFlowId(TENANT, NAMESPACE, "runs", 1, 10));
        table.works(
                "Executions.latestExecutions",
                () ->
                        executions.latestExecutions(
                                TENANT,
                                List.of(
                                        new ExecutionRepositoryInterfaceFlowFilter()
                                                .namespace(NAMESPACE)
                                                .id("runs"))));
        table.works(
                "Executions.executionFlowGraph",
                () -> executions.executionFlowGraph(one, TENANT, null));
        table.works(
                "Executions.flowFromExecution",
                () -> executions.flowFromExecution(TENANT, NAMESPACE, "runs", null));
        table.works(
                "Executions.flowFromExecutionById",
                () -> executions.flowFromExecutionById(one, TENANT));
        table.works(
                "Executions.evalExpression",
                () -> executions.evalExpression(one, TENANT, "{{ execution.id }}"));
        filesOfExecutions();
        stops();
        restarts(one);
        queues();
        marks(one);
        deletes();
        follows();
    }

    private void filesOfExecutions() {
        var executions = client.executions();
        var id = ended("writes");
        var found =
                table.beside(() -> executions.evalExpression(id, TENANT, "{{ outputs.w.uri }}"));
        var uri = URI.create(String.valueOf(Objects.requireNonNull(found).getResult()));
        table.works(
                "Executions.downloadFileFromExecution",
                () -> executions.downloadFileFromExecution(id, uri, TENANT));
        var metas =
                table.works(
                        "Executions.fileMetadatasFromExecution",
                        () -> executions.fileMetadatasFromExecution(id, uri, TENANT));
        table.expect(
                "Executions.fileMetadatasFromExecution",
                metas != null && metas.getSize() == 3,
                "" + metas);
    }

    private void stops() {
        var executions = client.executions();
        var killed = in("RUNNING", start("sleeps"));
        table.works(
                "Executions.killExecution", () -> executions.killExecution(killed, TENANT, true));
        var byId = in("RUNNING", start("sleeps"));
        table.works(
                "Executions.killExecutionsByIds",
                () -> executions.killExecutionsByIds(TENANT, List.of(byId)));
        in("KILLED", byId);
        var paused = in("RUNNING", start("sleeps"));
        table.works("Executions.pauseExecution", () -> executions.pauseExecution(paused, TENANT));
        var pausedById = in("RUNNING", start("sleeps"));
        table.works(
                "Executions.pauseExecutionsByIds",
                () -> executions.pauseExecutionsByIds(TENANT, List.of(pausedById)));
        table.works(
                "Executions.pauseExecutionsByQuery",
                () -> executions.pauseExecutionsByQuery(TENANT, of("sleeps")));
        table.works(
                "Executions.killExecutionsByQuery",
                () -> executions.killExecutionsByQuery(TENANT, of("sleeps")));
        var resumed = in("PAUSED", start("pauses"));
        table.works(
                "Executions.resumeExecution", () -> executions.resumeExecution(resumed, TENANT));
        in("SUCCESS", resumed);
        var resumedById = in("PAUSED", start("pauses"));
        table.works(
                "Executions.resumeExecutionsByIds",
                () -> executions.resumeExecutionsByIds(TENANT, List.of(resumedById)));
        var resumedByQuery = in("PAUSED", start("pauses"));
        table.works(
                "Executions.resumeExecutionsByQuery",
                () -> executions.resumeExecutionsByQuery(TENANT, of("pauses")));
        in("SUCCESS", resumedByQuery);
    }

    private void restarts(String one) {
        var executions = client.executions();
        var failed = in("FAILED", start("fails"));
        table.works(
                "Executions.restartExecution",
                () -> executions.restartExecution(failed, TENANT, null));
        in("FAILED", failed);
        table.works(
                "Executions.restartExecutionsByIds",
                () -> executions.restartExecutionsByIds(TENANT, List.of(failed)));
        in("FAILED", failed);
        table.works(
                "Executions.restartExecutionsByQuery",
                () -> executions.restartExecutionsByQuery(TENANT, of("fails")));
        table.works(
                "Executions.replayExecution",
                () -> executions.replayExecution(one, TENANT, null, null, null));
        table.works(
                "Executions.replayExecutionWithInputs",
                () -> executions.replayExecutionWithInputs(one, TENANT, null, null, null));
        table.works(
                "Executions.replayExecutionsByIds",
                () -> executions.replayExecutionsByIds(TENANT, List.of(one), false));
        ended("replays");
        table.works(
                "Executions.replayExecutionsByQuery",
                () -> executions.replayExecutionsByQuery(TENANT, of("replays"), true));
    }

    private void queues() {
        var executions = client.executions();
        in("PAUSED", start("limited"));
        var forced = in("QUEUED", start("limited"));
        var unqueued = in("QUEUED", start("limited"));
        var unqueuedById = in("QUEUED", start("limited"));
        var forcedById = in("QUEUED", start("limited"));
        in("QUEUED", start("limited"));
        table.works(
                "Executions.forceRunExecution", () -> executions.forceRunExecution(forced, TENANT));
        table.works(
                "Executions.unqueueExecution",
                () -> executions.unqueueExecution(unqueued, TENANT, StateType.RUNNING));
        table.works(
                "Executions.unqueueExecutionsByIds",
                () ->
                        executions.unqueueExecutionsByIds(
                                TENANT, StateType.RUNNING, List.of(unqueuedById)));
        table.works(
                "Executions.forceRunByIds",
                () -> executions.forceRunByIds(TENANT, List.of(forcedById)));
        table.works(
                "Executions.unqueueExecutionsByQuery",
                () ->
                        executions.unqueueExecutionsByQuery(
                                TENANT, StateType.RUNNING, of("limited")));
        table.works(
                "Executions.forceRunExecutionsByQuery",
                () -> executions.forceRunExecutionsByQuery(TENANT, of("limited")));
        table.works(
                "Flows.searchConcurrencyLimits",
                () -> client.flows().searchConcurrencyLimits(TENANT));
        table.works(
                "Flows.updateConcurrencyLimit",
                () ->
                        client.flows()
                                .updateConcurrencyLimit(
                                        NAMESPACE,
                                        "limited",
                                        TENANT,
                                        new ConcurrencyLimit()
                                                .tenantId(TENANT)
                                                .namespace(NAMESPACE)
                                                .flowId("limited")
                                                .running(0)));
        table.beside(() -> executions.killExecutionsByQuery(TENANT, of("limited")));
    }

    private void marks(String one) {
        var executions = client.executions();
        var labels = List.of(new Label().key("a").value("b"));
        table.works(
                "Executions.setLabelsOnTerminatedExecution",
                () -> executions.setLabelsOnTerminatedExecution(one, TENANT, labels));
        table.works(
                "Executions.setLabelsOnTerminatedExecutionsByIds",
                () ->
                        executions.setLabelsOnTerminatedExecutionsByIds(
                                TENANT,
                                new ExecutionControllerSetLabelsByIdsRequest()
                                        .executionsId(List.of(one))
                                        .executionLabels(labels)));
        table.works(
                "Executions.setLabelsOnTerminatedExecutionsByQuery",
                () ->
                        executions.setLabelsOnTerminatedExecutionsByQuery(
                                TENANT, labels, of("runs")));
        table.works(
                "Executions.updateExecutionStatus",
                () -> executions.updateExecutionStatus(one, StateType.WARNING, TENANT));
        table.works(
                "Executions.updateExecutionsStatusByIds",
                () ->
                        executions.updateExecutionsStatusByIds(
                                TENANT, StateType.SUCCESS, List.of(one)));
        table.works(
                "Executions.updateExecutionsStatusByQuery",
                () ->
                        executions.updateExecutionsStatusByQuery(
                                TENANT, StateType.WARNING, of("runs")));
        var failed = in("FAILED", start("fails"));
        var run =
                Objects.requireNonNull(table.beside(() -> executions.execution(failed, TENANT)))
                        .getTaskRunList()
                        .getFirst()
                        .getId();
        table.works(
                "Executions.updateTaskRunState",
                () ->
                        executions.updateTaskRunState(
                                failed,
                                TENANT,
                                new ExecutionControllerStateRequest()
                                        .taskRunId(run)
                                        .state(StateType.SUCCESS)));
    }

    private void deletes() {
        var executions = client.executions();
        var one = ended("replays");
        table.does(
                "Executions.deleteExecution",
                () -> executions.deleteExecution(one, TENANT, true, true, true));
        var byId = ended("replays");
        table.works(
                "Executions.deleteExecutionsByIds",
                () ->
                        executions.deleteExecutionsByIds(
                                TENANT, List.of(byId), false, true, true, true));
        table.works(
                "Executions.deleteExecutionsByQuery",
                () ->
                        executions.deleteExecutionsByQuery(
                                TENANT, of("replays"), false, true, true, true));
    }

    private void follows() {
        var executions = client.executions();
        var one = ended("runs");
        var seen =
                table.works(
                        "Executions.followExecution",
                        () ->
                                executions
                                        .followExecution(one, TENANT)
                                        .collectList()
                                        .block(PATIENCE));
        table.expect("Executions.followExecution", seen != null && !seen.isEmpty(), "" + seen);
        table.works(
                "Executions.followDependenciesExecution",
                () ->
                        executions
                                .followDependenciesExecution(one, TENANT, false, false)
                                .collectList()
                                .block(PATIENCE));
    }

    private void logs() {
        var logs = client.logs();
        var one = ended("runs");
        var lines =
                table.works(
                        "Logs.listLogsFromExecution",
                        () -> logs.listLogsFromExecution(one, TENANT, null, null, null, null));
        table.expect("Logs.listLogsFromExecution", lines != null && !lines.isEmpty(), "" + lines);
        table.works(
                "Logs.downloadLogsFromExecution",
                () -> logs.downloadLogsFromExecution(one, TENANT, null, null, null, null));
        table.works("Logs.searchLogs", () -> logs.searchLogs(TENANT, 1, 10, null, of("runs")));
        var followed =
                table.works(
                        "Logs.followLogsFromExecution",
                        () ->
                                logs.followLogsFromExecution(one, TENANT, null)
                                        .collectList()
                                        .block(PATIENCE));
        table.expect(
                "Logs.followLogsFromExecution",
                followed != null && !followed.isEmpty(),
                "" + followed);
        table.does(
                "Logs.deleteLogsFromExecution",
                () -> logs.deleteLogsFromExecution(one, TENANT, null, null, null, null));
        table.does(
                "Logs.deleteLogsFromFlow",
                () -> logs.deleteLogsFromFlow(NAMESPACE, "runs", null, TENANT));
        ids.put("runs", "flowId");
    }
}
