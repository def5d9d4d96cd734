// SPDX-License-Identifier: Apache-2.0
package io.millrace.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.core.type.TypeReference;
import io.kestra.sdk.KestraClient;
import io.kestra.sdk.internal.ApiException;
import io.kestra.sdk.model.ApiAutocomplete;
import io.kestra.sdk.model.ApiIds;
import io.kestra.sdk.model.ApiPatchSuperAdminRequest;
import io.kestra.sdk.model.ApiSecretMetaEE;
import io.kestra.sdk.model.ApiSecretValue;
import io.kestra.sdk.model.BindingType;
import io.kestra.sdk.model.ChartFiltersOverrides;
import io.kestra.sdk.model.ConcurrencyLimit;
import io.kestra.sdk.model.CreateApiTokenRequest;
import io.kestra.sdk.model.DashboardControllerPreviewRequest;
import io.kestra.sdk.model.DeleteTriggersByQueryRequest;
import io.kestra.sdk.model.ExecutionControllerSetLabelsByIdsRequest;
import io.kestra.sdk.model.ExecutionControllerStateRequest;
import io.kestra.sdk.model.ExecutionRepositoryInterfaceFlowFilter;
import io.kestra.sdk.model.FlowControllerTaskValidationType;
import io.kestra.sdk.model.GroupIdentifierMembership;
import io.kestra.sdk.model.IAMBindingControllerApiCreateBindingRequest;
import io.kestra.sdk.model.IAMGroupControllerApiCreateGroupRequest;
import io.kestra.sdk.model.IAMGroupControllerApiUpdateGroupRequest;
import io.kestra.sdk.model.IAMRoleControllerApiRoleCreateOrUpdateRequest;
import io.kestra.sdk.model.IAMRoleControllerApiRoleCreateOrUpdateRequestPermissions;
import io.kestra.sdk.model.IAMServiceAccountControllerApiCreateServiceAccountRequest;
import io.kestra.sdk.model.IAMServiceAccountControllerApiPatchServiceAccountRequest;
import io.kestra.sdk.model.IAMServiceAccountControllerApiServiceAccountRequest;
import io.kestra.sdk.model.IAMTenantAccessControllerUserApiAutocomplete;
import io.kestra.sdk.model.IAMUserControllerApiPatchRestrictedRequest;
import io.kestra.sdk.model.IAMUserGroupControllerApiUpdateUserGroupsRequest;
import io.kestra.sdk.model.IdWithNamespace;
import io.kestra.sdk.model.KVControllerApiDeleteBulkRequest;
import io.kestra.sdk.model.Label;
import io.kestra.sdk.model.Namespace;
import io.kestra.sdk.model.PluginDefault;
import io.kestra.sdk.model.QueryFilter;
import io.kestra.sdk.model.QueryFilterField;
import io.kestra.sdk.model.QueryFilterOp;
import io.kestra.sdk.model.StateType;
import io.kestra.sdk.model.TestSuiteControllerRunRequest;
import io.kestra.sdk.model.TestSuiteControllerSearchTestsLastResult;
import io.kestra.sdk.model.TestSuiteControllerTestSuiteApiId;
import io.kestra.sdk.model.TestSuiteControllerTestSuiteBulkRequest;
import io.kestra.sdk.model.TestSuiteServiceRunByQueryRequest;
import io.kestra.sdk.model.TriggerControllerApiTriggerId;
import io.kestra.sdk.model.TriggerControllerSetDisabledRequest;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/// Kestra's published Java client, unmodified, against the gateway of a running suite: every
/// operation that it has is called, and what came of it is a page of the documentation.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@SuppressWarnings("NullAway") // the client's models say of everything that it may be absent
class PublishedClientIT {
    private static final String VERSION = "1.3.1";
    private static final Path DOCUMENT = Path.of("../../docs/published-client.md");
    private static final String TENANT = "main";
    private static final String NAMESPACE = "company.client";
    private static final String LOG = "io.kestra.plugin.core.log.Log";
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Map<String, String> ids = new LinkedHashMap<>();
    private final KestraClient client;
    private final ClientTable table;
    private final Path directory;

    PublishedClientIT(@TempDir Path directory) throws Exception {
        this.directory = directory;
        client = KestraClient.builder().url(RunningSuite.server()).tokenAuth(token()).build();
        table = new ClientTable(client);
    }

    private static String token() throws IOException, InterruptedException {
        var password =
                Files.readString(RunningSuite.data().resolve("dev-issuer/alice.password")).strip();
        var basic = ("dev-alice:" + password).getBytes(StandardCharsets.UTF_8);
        var request =
                HttpRequest.newBuilder(
                                URI.create(RunningSuite.server() + "/dev-issuer/oauth2/token"))
                        .header(
                                "Authorization",
                                "Basic " + Base64.getEncoder().encodeToString(basic))
                        .header("Content-Type", "application/x-www-form-urlencoded")
                        .POST(HttpRequest.BodyPublishers.ofString("grant_type=client_credentials"))
                        .build();
        try (var http = HttpClient.newHttpClient()) {
            var answer = http.send(request, HttpResponse.BodyHandlers.ofString());
            return JsonMapper.shared().readTree(answer.body()).path("access_token").asString();
        }
    }

    @Test
    void everyOperationIsAsThePageSays() throws Exception {
        ids.put(TENANT, "tenant");
        ids.put("company\\.client[a-z.]*", "namespace");
        ids.put("[0-9A-Za-z]{22}", "id");
        ids.put("[0-9a-f]{8}-[0-9a-f-]{27}", "id");
        ids.put("(?<=api-tokens/)[0-9A-Za-z]{16}", "tokenId");

        flows();
        executions();
        logs();
        triggers();
        namespaces();
        keys();
        files();
        dashboards();
        testSuites();
        people();
        accounts();
        whatIsNotThere();

        Files.writeString(Path.of("target/published-client.md"), table.page(VERSION, ids));
        assertThat(table.surprises()).isEmpty();
        assertThat(table.forgotten()).isEmpty();
        assertThat(Path.of("target/published-client.md"))
                .as("docs/published-client.md is generated: copy the other over it")
                .hasSameTextualContentAs(DOCUMENT);
    }

    // ---- flows

    private static String flow(String id, String more) {
        return "id: %s\nnamespace: %s\n%s".formatted(id, NAMESPACE, more);
    }

    private static String says(String id, String text) {
        return flow(
                id, "tasks:\n  - id: say\n    type: %s\n    message: %s\n".formatted(LOG, text));
    }

    private static IdWithNamespace named(String id) {
        return new IdWithNamespace().namespace(NAMESPACE).id(id);
    }

    private static QueryFilter filter(QueryFilterField field, QueryFilterOp op, Object value) {
        return new QueryFilter().field(field).operation(op).value(value);
    }

    private static List<QueryFilter> of(String flow) {
        return List.of(
                filter(QueryFilterField.NAMESPACE, QueryFilterOp.EQUALS, NAMESPACE),
                filter(QueryFilterField.FLOW_ID, QueryFilterOp.EQUALS, flow));
    }

    private static List<QueryFilter> flowsLike(String text) {
        return List.of(
                filter(QueryFilterField.NAMESPACE, QueryFilterOp.EQUALS, NAMESPACE),
                filter(QueryFilterField.QUERY, QueryFilterOp.EQUALS, text));
    }

    private void flows() throws IOException {
        var flows = client.flows();
        table.works("Flows.createFlow", () -> flows.createFlow(TENANT, says("one", "hi")));
        table.works(
                "Flows.updateFlow",
                () -> flows.updateFlow(NAMESPACE, "one", TENANT, says("one", "ho")));
        var read =
                table.works(
                        "Flows.flow", () -> flows.flow(NAMESPACE, "one", TENANT, true, 1, false));
        table.expect("Flows.flow", read != null && read.getSource().contains("hi"), "" + read);
        table.works(
                "Flows.taskFromFlow",
                () -> flows.taskFromFlow(NAMESPACE, "one", "say", TENANT, null));
        var all =
                table.works(
                        "Flows.listFlowsByNamespace",
                        () -> flows.listFlowsByNamespace(NAMESPACE, TENANT));
        table.expect("Flows.listFlowsByNamespace", all != null && all.size() == 1, "" + all);
        table.works(
                "Flows.listDistinctNamespaces",
                () -> flows.listDistinctNamespaces(TENANT, NAMESPACE));
        var found =
                table.works(
                        "Flows.searchFlows",
                        () ->
                                flows.searchFlows(
                                        TENANT, 1, 10, List.of("id:asc"), flowsLike("one")));
        table.expect("Flows.searchFlows", found != null && found.getTotal() == 1, "" + found);
        table.works(
                "Flows.searchFlowsBySourceCode",
                () -> flows.searchFlowsBySourceCode(TENANT, 1, 10, null, "ho", NAMESPACE));
        table.works(
                "Flows.listFlowRevisions",
                () -> flows.listFlowRevisions(NAMESPACE, "one", TENANT, false));
        table.does(
                "Flows.deleteRevisions",
                () -> flows.deleteRevisions(NAMESPACE, "one", TENANT, List.of(1)));
        table.works(
                "Flows.bulkUpdateFlows",
                () ->
                        flows.bulkUpdateFlows(
                                TENANT,
                                false,
                                NAMESPACE,
                                false,
                                says("b1", "x") + "---\n" + says("b2", "x")));
        table.works(
                "Flows.disableFlowsByIds",
                () -> flows.disableFlowsByIds(TENANT, List.of(named("b1"))));
        table.works(
                "Flows.enableFlowsByIds",
                () -> flows.enableFlowsByIds(TENANT, List.of(named("b1"))));
        table.works(
                "Flows.disableFlowsByQuery",
                () -> flows.disableFlowsByQuery(TENANT, flowsLike("b2")));
        table.works(
                "Flows.enableFlowsByQuery",
                () -> flows.enableFlowsByQuery(TENANT, flowsLike("b2")));
        table.works(
                "Flows.exportFlowsByIds",
                () -> flows.exportFlowsByIds(TENANT, List.of(named("b1"))));
        table.works(
                "Flows.exportFlowsByQuery",
                () -> flows.exportFlowsByQuery(TENANT, flowsLike("b2")));
        table.works(
                "Flows.deleteFlowsByIds",
                () -> flows.deleteFlowsByIds(TENANT, List.of(named("b1"))));
        table.works(
                "Flows.deleteFlowsByQuery",
                () -> flows.deleteFlowsByQuery(TENANT, flowsLike("b2")));
        table.works(
                "Flows.updateFlowsInNamespace",
                () ->
                        flows.updateFlowsInNamespace(
                                NAMESPACE + ".other",
                                TENANT,
                                says("o", "x").replace(NAMESPACE, NAMESPACE + ".other"),
                                true,
                                false));
        var file = directory.resolve("flows.yaml");
        Files.writeString(file, says("imported", "x"));
        table.works("Flows.importFlows", () -> flows.importFlows(TENANT, true, file.toFile()));
        table.works(
                "Flows.generateFlowGraph",
                () -> flows.generateFlowGraph(NAMESPACE, "one", TENANT, null, null));
        table.works(
                "Flows.generateFlowGraphFromSource",
                () -> flows.generateFlowGraphFromSource(TENANT, says("one", "x"), null));
        table.works(
                "Flows.flowDependencies",
                () -> flows.flowDependencies(NAMESPACE, "one", TENANT, false, false));
        table.works(
                "Flows.flowDependenciesFromNamespace",
                () -> flows.flowDependenciesFromNamespace(NAMESPACE, TENANT, false));
        table.works("Flows.validateFlows", () -> flows.validateFlows(TENANT, says("v", "x")));
        table.works(
                "Flows.validateTask",
                () ->
                        flows.validateTask(
                                FlowControllerTaskValidationType.TASKS,
                                TENANT,
                                Map.of("id", "a", "type", LOG, "message", "x")));
        table.works(
                "Flows.validateTrigger",
                () ->
                        flows.validateTrigger(
                                TENANT,
                                Map.of(
                                        "id",
                                        "a",
                                        "type",
                                        "io.kestra.plugin.core.trigger.Schedule",
                                        "cron",
                                        "0 0 * * *")));
        table.works("Flows.listDeprecated", () -> flows.listDeprecated(TENANT, NAMESPACE));
        table.does("Flows.deleteFlow", () -> flows.deleteFlow(NAMESPACE, "imported", TENANT));
        ids.put("one|imported|limited", "id");
        ids.put("tasks/say", "taskId");
    }

    // ---- executions

    private String start(String flow) {
        var started =
                table.beside(() ->
                        client.executions()
                                .createExecution(
                                        TENANT, NAMESPACE, flow, null, false, null, null, null,
                                        null));
        return started == null ? "none" : started.getId();
    }

    private String state(String execution) {
        try {
            return String.valueOf(
                    client.executions()
                            .execution(execution, TENANT)
                            .getState()
                            .getCurrent()
                            .getValue());
        } catch (ApiException e) {
            return e.toString();
        }
    }

    private String in(String state, String execution) {
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(state(execution)).isEqualTo(state));
        return execution;
    }

    private String ended(String flow) {
        return in("SUCCESS", start(flow));
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

    // ---- triggers

    private static TriggerControllerApiTriggerId yearly() {
        return new TriggerControllerApiTriggerId()
                .namespace(NAMESPACE)
                .flowId("scheduled")
                .triggerId("yearly");
    }

    private void backfill() {
        table.beside(() ->
                client.triggers()
                        .invokeAPI(
                                "/api/v1/main/triggers",
                                "PUT",
                                Map.of(
                                        "namespace",
                                        NAMESPACE,
                                        "flowId",
                                        "scheduled",
                                        "triggerId",
                                        "yearly",
                                        "backfill",
                                        Map.of(
                                                "start", "2000-01-01T00:00:00Z",
                                                "end", "2020-12-31T00:00:00Z")),
                                new TypeReference<Map<String, Object>>() {}));
    }

    private void triggers() {
        var triggers = client.triggers();
        table.beside(() ->
                client.flows()
                        .createFlow(
                                TENANT,
                                flow(
                                        "scheduled",
                                        """
                                        tasks:
                                          - {id: p, type: io.kestra.plugin.core.flow.Pause}
                                        triggers:
                                          - id: yearly
                                            type: io.kestra.plugin.core.trigger.Schedule
                                            cron: "0 0 1 1 *"
                                          - id: hook
                                            type: io.kestra.plugin.core.trigger.Webhook
                                            key: published-client-key
                                        """)));
        await().atMost(PATIENCE)
                .until(() ->
                        triggers.searchTriggers(TENANT, 1, 10, null, of("scheduled")).getTotal()
                                >= 1);
        table.works(
                "Triggers.searchTriggers",
                () -> triggers.searchTriggers(TENANT, 1, 10, null, of("scheduled")));
        table.works(
                "Triggers.searchTriggersForFlow",
                () ->
                        triggers.searchTriggersForFlow(
                                TENANT, NAMESPACE, "scheduled", 1, 10, null, null));
        table.works(
                "Triggers.exportTriggers", () -> triggers.exportTriggers(TENANT, of("scheduled")));
        table.works(
                "Triggers.disabledTriggersByIds",
                () ->
                        triggers.disabledTriggersByIds(
                                TENANT,
                                new TriggerControllerSetDisabledRequest()
                                        .triggers(List.of(yearly()))
                                        .disabled(true)));
        table.works(
                "Triggers.disabledTriggersByQuery",
                () -> triggers.disabledTriggersByQuery(TENANT, false, of("scheduled")));
        table.works(
                "Triggers.restartTrigger",
                () -> triggers.restartTrigger(TENANT, NAMESPACE, "scheduled", "yearly"));
        table.works(
                "Triggers.unlockTrigger",
                () -> triggers.unlockTrigger(TENANT, NAMESPACE, "scheduled", "yearly"));
        table.works(
                "Triggers.unlockTriggersByIds",
                () -> triggers.unlockTriggersByIds(TENANT, List.of(yearly())));
        table.works(
                "Triggers.unlockTriggersByQuery",
                () -> triggers.unlockTriggersByQuery(TENANT, of("scheduled")));
        backfill();
        table.works("Triggers.pauseBackfill", () -> triggers.pauseBackfill(TENANT, yearly()));
        table.works("Triggers.unpauseBackfill", () -> triggers.unpauseBackfill(TENANT, yearly()));
        table.works(
                "Triggers.pauseBackfillByIds",
                () -> triggers.pauseBackfillByIds(TENANT, List.of(yearly())));
        table.works(
                "Triggers.unpauseBackfillByIds",
                () -> triggers.unpauseBackfillByIds(TENANT, List.of(yearly())));
        table.works(
                "Triggers.pauseBackfillByQuery",
                () -> triggers.pauseBackfillByQuery(TENANT, of("scheduled")));
        table.works(
                "Triggers.unpauseBackfillByQuery",
                () -> triggers.unpauseBackfillByQuery(TENANT, of("scheduled")));
        table.works("Triggers.deleteBackfill", () -> triggers.deleteBackfill(TENANT, yearly()));
        backfill();
        table.works(
                "Triggers.deleteBackfillByIds",
                () -> triggers.deleteBackfillByIds(TENANT, List.of(yearly())));
        backfill();
        table.works(
                "Triggers.deleteBackfillByQuery",
                () -> triggers.deleteBackfillByQuery(TENANT, of("scheduled")));
        webhooks();
        table.does(
                "Triggers.deleteTrigger",
                () -> triggers.deleteTrigger(TENANT, NAMESPACE, "scheduled", "yearly"));
        table.works(
                "Triggers.deleteTriggersByIds",
                () -> triggers.deleteTriggersByIds(TENANT, List.of(yearly())));
        table.works(
                "Triggers.deleteTriggersByQuery",
                () ->
                        triggers.deleteTriggersByQuery(
                                TENANT,
                                new DeleteTriggersByQueryRequest().filters(of("scheduled"))));
        table.beside(() -> client.executions().killExecutionsByQuery(TENANT, of("scheduled")));
        ids.put("scheduled", "flowId");
        ids.put("yearly", "triggerId");
        ids.put("published-client-key", "key");
        ids.put("orders%2Fnew|orders/new", "path");
    }

    private void webhooks() {
        var executions = client.executions();
        var key = "published-client-key";
        table.works(
                "Executions.triggerExecutionByGetWebhook",
                () -> executions.triggerExecutionByGetWebhook(TENANT, NAMESPACE, "scheduled", key));
        table.works(
                "Executions.triggerExecutionByGetWebhookWithPath",
                () ->
                        executions.triggerExecutionByGetWebhookWithPath(
                                TENANT, NAMESPACE, "scheduled", key, "orders"));
        table.works(
                "Executions.triggerExecutionByPostWebhookWithPath",
                () ->
                        executions.triggerExecutionByPostWebhookWithPath(
                                TENANT, NAMESPACE, "scheduled", key, "orders"));
        table.works(
                "Executions.triggerExecutionByPutWebhookWithPath",
                () ->
                        executions.triggerExecutionByPutWebhookWithPath(
                                TENANT, NAMESPACE, "scheduled", key, "orders"));
        ids.put("orders", "path");
    }

    // ---- namespaces and what is in them

    private void namespaces() throws IOException {
        var namespaces = client.namespaces();
        var own = NAMESPACE + ".own";
        var given =
                new Namespace()
                        .id(own)
                        .description("Made by a client")
                        .variables(Map.of("region", "eu"))
                        .pluginDefaults(
                                List.of(
                                        new PluginDefault()
                                                .type(LOG)
                                                .forced(false)
                                                .values(Map.of("level", "WARN"))));
        table.works("Namespaces.createNamespace", () -> namespaces.createNamespace(TENANT, given));
        var read = table.works("Namespaces.namespace", () -> namespaces.namespace(own, TENANT));
        table.expect(
                "Namespaces.namespace",
                read != null && "eu".equals(read.getVariables().get("region")),
                "" + read);
        table.works(
                "Namespaces.updateNamespace",
                () -> namespaces.updateNamespace(own, TENANT, given.description("Changed")));
        table.works(
                "Namespaces.searchNamespaces",
                () -> namespaces.searchNamespaces(TENANT, NAMESPACE, 1, 10, null, false));
        table.works(
                "Namespaces.autocompleteNamespaces",
                () -> namespaces.autocompleteNamespaces(TENANT, new ApiAutocomplete().q("client")));
        var below = own + ".below";
        var variables =
                table.works(
                        "Namespaces.inheritedVariables",
                        () -> namespaces.inheritedVariables(below, TENANT));
        table.expect(
                "Namespaces.inheritedVariables",
                variables != null && variables.toString().contains("eu"),
                "" + variables);
        var defaults =
                table.works(
                        "Namespaces.inheritedPluginDefaults",
                        () -> namespaces.inheritedPluginDefaults(below, TENANT));
        table.expect(
                "Namespaces.inheritedPluginDefaults",
                defaults != null && defaults.toString().contains(own),
                "" + defaults);
        var exported =
                table.works(
                        "Namespaces.exportPluginDefaults",
                        () -> namespaces.exportPluginDefaults(own, TENANT));
        var file = directory.resolve("defaults.yaml");
        Files.write(file, exported == null ? new byte[0] : exported);
        table.works(
                "Namespaces.importPluginDefaults",
                () -> namespaces.importPluginDefaults(own, TENANT, file.toFile()));
        table.works(
                "Namespaces.putSecrets",
                () ->
                        namespaces.putSecrets(
                                own,
                                TENANT,
                                new ApiSecretValue().key("PASSWORD").value("s3cret-s3cret")));
        table.works(
                "Namespaces.patchSecret",
                () ->
                        namespaces.patchSecret(
                                own,
                                "PASSWORD",
                                TENANT,
                                new ApiSecretMetaEE().key("PASSWORD").description("Of a door")));
        table.works(
                "Namespaces.inheritedSecrets", () -> namespaces.inheritedSecrets(below, TENANT));
        table.does(
                "Namespaces.deleteSecret", () -> namespaces.deleteSecret(own, "PASSWORD", TENANT));
        table.does("Namespaces.deleteNamespace", () -> namespaces.deleteNamespace(own, TENANT));
        ids.put("PASSWORD", "key");
    }

    private void keys() {
        var kv = client.kv();
        table.does("Kv.setKeyValue", () -> kv.setKeyValue(NAMESPACE, "k1", TENANT, "\"v\""));
        table.beside(() -> {
            kv.setKeyValue(NAMESPACE, "k2", TENANT, "2");
            return true;
        });
        var read = table.works("Kv.keyValue", () -> kv.keyValue(NAMESPACE, "k1", TENANT));
        table.expect("Kv.keyValue", read != null && "v".equals(read.getValue()), "" + read);
        table.works("Kv.listAllKeys", () -> kv.listAllKeys(TENANT, 1, 10, null, null));
        table.works(
                "Kv.listKeysWithInheritance", () -> kv.listKeysWithInheritance(NAMESPACE, TENANT));
        table.works("Kv.deleteKeyValue", () -> kv.deleteKeyValue(NAMESPACE, "k1", TENANT));
        table.works(
                "Kv.deleteKeyValues",
                () ->
                        kv.deleteKeyValues(
                                NAMESPACE,
                                TENANT,
                                new KVControllerApiDeleteBulkRequest().keys(List.of("k2"))));
        ids.put("k1", "key");
    }

    private void files() throws IOException {
        var files = client.files();
        var file = directory.resolve("a.txt");
        Files.writeString(file, "abc");
        table.does(
                "Files.createNamespaceDirectory",
                () -> files.createNamespaceDirectory(NAMESPACE, TENANT, "/dir"));
        table.does(
                "Files.createNamespaceFile",
                () -> files.createNamespaceFile(NAMESPACE, "/dir/a.txt", TENANT, file.toFile()));
        table.works(
                "Files.listNamespaceDirectoryFiles",
                () -> files.listNamespaceDirectoryFiles(NAMESPACE, TENANT, "/dir"));
        table.works(
                "Files.fileContent",
                () -> files.fileContent(NAMESPACE, "/dir/a.txt", TENANT, null));
        table.works(
                "Files.fileMetadatas", () -> files.fileMetadatas(NAMESPACE, TENANT, "/dir/a.txt"));
        table.works(
                "Files.fileRevisions", () -> files.fileRevisions(NAMESPACE, TENANT, "/dir/a.txt"));
        table.does(
                "Files.moveFileDirectory",
                () ->
                        files.moveFileDirectory(
                                NAMESPACE,
                                URI.create("/dir/a.txt"),
                                URI.create("/dir/b.txt"),
                                TENANT));
        table.works(
                "Files.searchNamespaceFiles",
                () -> files.searchNamespaceFiles(NAMESPACE, "b.txt", TENANT));
        table.works(
                "Files.exportNamespaceFiles", () -> files.exportNamespaceFiles(NAMESPACE, TENANT));
        table.does(
                "Files.deleteFileDirectory",
                () -> files.deleteFileDirectory(NAMESPACE, "/dir", TENANT));
    }

    // ---- dashboards

    private static final String CHART =
            """
            id: by_state
            type: io.kestra.plugin.core.dashboard.chart.Pie
            chartOptions:
              displayName: Executions by state
            data:
              type: io.kestra.plugin.core.dashboard.data.Executions
              columns:
                state:
                  field: STATE
                total:
                  agg: COUNT
            """;

    private void dashboards() {
        var dashboards = client.dashboards();
        var source =
                "id: overview\ntitle: Overview\ntimeWindow:\n  default: P7D\n  max: P365D\ncharts:\n  - "
                        + CHART.strip().replace("\n", "\n    ")
                        + "\n";
        table.works("Dashboards.createDashboard", () -> dashboards.createDashboard(TENANT, source));
        table.works("Dashboards.dashboard", () -> dashboards.dashboard("overview", TENANT));
        table.works(
                "Dashboards.updateDashboard",
                () ->
                        dashboards.updateDashboard(
                                "overview",
                                TENANT,
                                source.replace("title: Overview", "title: All")));
        table.works(
                "Dashboards.searchDashboards",
                () -> dashboards.searchDashboards(TENANT, 1, 10, null, null));
        var filters =
                new ChartFiltersOverrides()
                        .startDate(OffsetDateTime.now(ZoneOffset.UTC).minusDays(1))
                        .endDate(OffsetDateTime.now(ZoneOffset.UTC).plusMinutes(1));
        var data =
                table.works(
                        "Dashboards.dashboardChartData",
                        () ->
                                dashboards.dashboardChartData(
                                        "overview", "by_state", TENANT, filters));
        table.expect(
                "Dashboards.dashboardChartData",
                data != null && data.getTotal() > 1 && data.toString().contains("SUCCESS"),
                "" + data);
        var preview = new DashboardControllerPreviewRequest().chart(CHART).globalFilter(filters);
        table.works("Dashboards.previewChart", () -> dashboards.previewChart(TENANT, preview));
        table.works(
                "Dashboards.exportChartToCsv", () -> dashboards.exportChartToCsv(TENANT, preview));
        table.works(
                "Dashboards.exportDashboardChartDataToCSV",
                () ->
                        dashboards.exportDashboardChartDataToCSV(
                                "overview", "by_state", TENANT, filters));
        var validated =
                table.works(
                        "Dashboards.validateDashboard",
                        () -> dashboards.validateDashboard(TENANT, source));
        table.expect(
                "Dashboards.validateDashboard",
                validated != null && validated.getConstraints() == null,
                "" + validated);
        table.works("Dashboards.validateChart", () -> dashboards.validateChart(TENANT, CHART));
        table.does(
                "Dashboards.deleteDashboard", () -> dashboards.deleteDashboard("overview", TENANT));
        ids.put("overview", "id");
        ids.put("by_state", "chartId");
    }

    // ---- tests of flows

    private void testSuites() {
        var suites = client.testSuites();
        var source =
                """
                id: suite
                namespace: %s
                flowId: runs
                testCases:
                  - id: says
                    type: io.kestra.core.tests.flow.UnitTest
                    assertions:
                      - value: "{{ execution.state }}"
                        equalTo: SUCCESS
                """
                        .formatted(NAMESPACE);
        var bulk =
                new TestSuiteControllerTestSuiteBulkRequest()
                        .ids(
                                List.of(
                                        new TestSuiteControllerTestSuiteApiId()
                                                .namespace(NAMESPACE)
                                                .id("suite")));
        table.works("TestSuites.createTestSuite", () -> suites.createTestSuite(TENANT, source));
        table.works("TestSuites.testSuite", () -> suites.testSuite(NAMESPACE, "suite", TENANT));
        table.works(
                "TestSuites.updateTestSuite",
                () -> suites.updateTestSuite(NAMESPACE, "suite", TENANT, source + "# changed\n"));
        table.works("TestSuites.validateTestSuite", () -> suites.validateTestSuite(TENANT, source));
        table.works(
                "TestSuites.searchTestSuites",
                () -> suites.searchTestSuites(TENANT, 1, 10, null, NAMESPACE, null, false));
        table.works(
                "TestSuites.disableTestSuitesByIds",
                () -> suites.disableTestSuitesByIds(TENANT, bulk));
        table.works(
                "TestSuites.enableTestSuitesByIds",
                () -> suites.enableTestSuitesByIds(TENANT, bulk));
        var ran =
                table.works(
                        "TestSuites.runTestSuite",
                        () ->
                                suites.runTestSuite(
                                        NAMESPACE,
                                        "suite",
                                        TENANT,
                                        new TestSuiteControllerRunRequest()));
        table.expect(
                "TestSuites.runTestSuite",
                ran != null && "SUCCESS".equals(String.valueOf(ran.getState())),
                "" + ran);
        table.works(
                "TestSuites.runTestSuitesByQuery",
                () ->
                        suites.runTestSuitesByQuery(
                                TENANT,
                                new TestSuiteServiceRunByQueryRequest().namespace(NAMESPACE)));
        table.works(
                "TestSuites.testResult",
                () -> suites.testResult(Objects.requireNonNull(ran).getId(), TENANT));
        table.works(
                "TestSuites.searchTestSuitesResults",
                () -> suites.searchTestSuitesResults(TENANT, 1, 10, null, null, NAMESPACE, null));
        table.works(
                "TestSuites.testsLastResult",
                () ->
                        suites.testsLastResult(
                                TENANT,
                                new TestSuiteControllerSearchTestsLastResult()
                                        .testSuiteIds(bulk.getIds())));
        table.works(
                "TestSuites.deleteTestSuite",
                () -> suites.deleteTestSuite(NAMESPACE, "suite", TENANT));
        table.beside(() -> suites.createTestSuite(TENANT, source));
        table.works(
                "TestSuites.deleteTestSuitesByIds",
                () -> suites.deleteTestSuitesByIds(TENANT, bulk));
        ids.put("suite", "id");
    }

    // ---- who may do what

    private void people() {
        var users = client.users();
        var list = table.works("Users.listUsers", () -> users.listUsers(1, 10, null, null));
        var user = Objects.requireNonNull(list).getResults().getFirst().getId();
        ids.put(user.replace(".", "\\."), "userId");
        table.works("Users.user", () -> users.user(user));
        table.works(
                "Users.autocompleteUsers",
                () ->
                        users.autocompleteUsers(
                                TENANT, new IAMTenantAccessControllerUserApiAutocomplete().q("a")));
        table.works(
                "TenantAccess.listTenantAccess",
                () -> client.tenantAccess().listTenantAccess(TENANT, 1, 10));
        table.does(
                "Users.patchUserDemo",
                () ->
                        users.patchUserDemo(
                                user,
                                new IAMUserControllerApiPatchRestrictedRequest()
                                        .restricted(false)));
        table.does(
                "Users.patchUserSuperAdmin",
                () ->
                        users.patchUserSuperAdmin(
                                user, new ApiPatchSuperAdminRequest().superAdmin(true)));
        groups(user);
        roles(user);
    }

    private void groups(String user) {
        var groups = client.groups();
        var made =
                table.works(
                        "Groups.createGroup",
                        () ->
                                groups.createGroup(
                                        TENANT,
                                        new IAMGroupControllerApiCreateGroupRequest()
                                                .name("Clients")
                                                .description("of the test")));
        var id = Objects.requireNonNull(made).getId();
        ids.put(id, "id");
        table.works("Groups.group", () -> groups.group(id, TENANT));
        table.works(
                "Groups.updateGroup",
                () ->
                        groups.updateGroup(
                                id,
                                TENANT,
                                new IAMGroupControllerApiUpdateGroupRequest()
                                        .name("Clients")
                                        .description("changed")));
        table.works("Groups.addUserToGroup", () -> groups.addUserToGroup(id, user, TENANT));
        table.works(
                "Groups.setUserMembershipForGroup",
                () ->
                        groups.setUserMembershipForGroup(
                                id, user, GroupIdentifierMembership.OWNER, TENANT));
        var members =
                table.works(
                        "Groups.searchGroupMembers",
                        () -> groups.searchGroupMembers(id, TENANT, 1, 10, null, null));
        table.expect(
                "Groups.searchGroupMembers",
                members != null && members.getTotal() == 1,
                "" + members);
        table.works(
                "Groups.deleteUserFromGroup", () -> groups.deleteUserFromGroup(id, user, TENANT));
        table.does(
                "Users.updateUserGroups",
                () ->
                        client.users()
                                .updateUserGroups(
                                        user,
                                        TENANT,
                                        new IAMUserGroupControllerApiUpdateUserGroupsRequest()
                                                .groupIds(List.of(id))));
        table.works(
                "Groups.searchGroups",
                () -> groups.searchGroups(TENANT, 1, 10, "Clients", null, null));
        table.works(
                "Groups.autocompleteGroups",
                () -> groups.autocompleteGroups(TENANT, new ApiAutocomplete().q("Cli"), null));
        table.works(
                "Groups.listGroupIds",
                () -> groups.listGroupIds(TENANT, new ApiIds().ids(List.of(id))));
        table.does("Groups.deleteGroup", () -> groups.deleteGroup(id, TENANT));
    }

    private void roles(String user) {
        var roles = client.roles();
        var request =
                new IAMRoleControllerApiRoleCreateOrUpdateRequest()
                        .name("Clients")
                        .permissions(
                                new IAMRoleControllerApiRoleCreateOrUpdateRequestPermissions()
                                        .addFLOWItem("READ"));
        var made = table.works("Roles.createRole", () -> roles.createRole(TENANT, request));
        var id = Objects.requireNonNull(made).getId();
        ids.put(id, "id");
        table.works("Roles.role", () -> roles.role(id, TENANT));
        table.works(
                "Roles.updateRole",
                () -> roles.updateRole(id, TENANT, request.description("changed")));
        table.works("Roles.searchRoles", () -> roles.searchRoles(TENANT, 1, 10, null, null, null));
        table.works(
                "Roles.autocompleteRoles",
                () -> roles.autocompleteRoles(TENANT, new ApiAutocomplete().q("Cli")));
        table.works(
                "Roles.listRolesFromGivenIds",
                () -> roles.listRolesFromGivenIds(TENANT, new ApiIds().ids(List.of(id))));
        var bindings = client.bindings();
        var bound =
                table.works(
                        "Bindings.createBinding",
                        () ->
                                bindings.createBinding(
                                        TENANT,
                                        new IAMBindingControllerApiCreateBindingRequest()
                                                .type(BindingType.USER)
                                                .externalId(user)
                                                .roleId(id)
                                                .namespaceId(NAMESPACE)));
        table.works(
                "Bindings.searchBindings",
                () -> bindings.searchBindings(TENANT, 1, 10, null, null));
        table.does(
                "Bindings.deleteBinding",
                () -> bindings.deleteBinding(Objects.requireNonNull(bound).getId(), TENANT));
        table.does("Roles.deleteRole", () -> roles.deleteRole(id, TENANT));
    }

    private static @Nullable String id(@Nullable Object token) {
        return token instanceof Map<?, ?> map ? String.valueOf(map.get("id")) : null;
    }

    private void accounts() {
        var accounts = client.serviceAccount();
        var made =
                table.works(
                        "ServiceAccount.createServiceAccount",
                        () ->
                                accounts.createServiceAccount(
                                        new IAMServiceAccountControllerApiCreateServiceAccountRequest()
                                                .name("client-test")
                                                .superAdmin(false)));
        var id = Objects.requireNonNull(made).getId();
        ids.put(id, "id");
        table.works("ServiceAccount.serviceAccount", () -> accounts.serviceAccount(id));
        table.works(
                "ServiceAccount.patchServiceAccountDetails",
                () ->
                        accounts.patchServiceAccountDetails(
                                id,
                                new IAMServiceAccountControllerApiPatchServiceAccountRequest()
                                        .name("client-test")
                                        .description("changed")));
        table.does(
                "ServiceAccount.patchServiceAccountSuperAdmin",
                () ->
                        accounts.patchServiceAccountSuperAdmin(
                                id, new ApiPatchSuperAdminRequest().superAdmin(true)));
        table.works(
                "ServiceAccount.listServiceAccounts",
                () -> accounts.listServiceAccounts(1, 10, null, null));
        var token =
                table.works(
                        "ServiceAccount.createApiTokensForServiceAccount",
                        () ->
                                accounts.createApiTokensForServiceAccount(
                                        id, new CreateApiTokenRequest().name("t").maxAge("P1D")));
        table.works(
                "ServiceAccount.listApiTokensForServiceAccount",
                () -> accounts.listApiTokensForServiceAccount(id));
        table.does(
                "ServiceAccount.deleteApiTokenForServiceAccount",
                () -> accounts.deleteApiTokenForServiceAccount(id, id(token)));
        table.does("ServiceAccount.deleteServiceAccount", () -> accounts.deleteServiceAccount(id));
        ofTenant();
    }

    private void ofTenant() {
        var accounts = client.serviceAccount();
        var request =
                new IAMServiceAccountControllerApiServiceAccountRequest()
                        .name("client-test-main")
                        .groups(List.of());
        var made =
                table.works(
                        "ServiceAccount.createServiceAccountForTenant",
                        () -> accounts.createServiceAccountForTenant(TENANT, request));
        var id = Objects.requireNonNull(made).getId();
        ids.put(id, "id");
        table.works(
                "ServiceAccount.serviceAccountForTenant",
                () -> accounts.serviceAccountForTenant(id, TENANT));
        table.works(
                "ServiceAccount.updateServiceAccount",
                () -> accounts.updateServiceAccount(id, TENANT, request.description("changed")));
        var token =
                table.works(
                        "ServiceAccount.createApiTokensForServiceAccountWithTenant",
                        () ->
                                accounts.createApiTokensForServiceAccountWithTenant(
                                        id, TENANT, new CreateApiTokenRequest().name("t")));
        table.works(
                "ServiceAccount.listApiTokensForServiceAccountWithTenant",
                () -> accounts.listApiTokensForServiceAccountWithTenant(id, TENANT));
        table.does(
                "ServiceAccount.deleteApiTokenForServiceAccountWithTenant",
                () -> accounts.deleteApiTokenForServiceAccountWithTenant(id, id(token), TENANT));
        table.does(
                "ServiceAccount.deleteServiceAccountForTenant",
                () -> accounts.deleteServiceAccountForTenant(id, TENANT));
    }

    // ---- what there is none of

    private void whatIsNotThere() {
        // calls of what isn't there must be refused, whoever calls
        ids.put("x", "…");
        for (var operation : table.forgotten()) {
            table.refused(operation, why(operation));
        }
    }

    private static String why(String operation) {
        return switch (operation.substring(0, operation.indexOf('.'))) {
            case "Apps" -> "there are no apps";
            case "Assets" -> "there is no inventory of assets";
            case "Blueprints" -> "there are no blueprints: examples are files";
            case "Invitations" -> "nobody is invited: who signs in is known";
            case "Users", "TenantAccess" -> "users, their passwords and sessions are the issuer's";
            default -> throw new AssertionError("Nobody calls " + operation);
        };
    }
}
