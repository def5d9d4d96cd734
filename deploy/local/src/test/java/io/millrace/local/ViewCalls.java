// SPDX-License-Identifier: Apache-2.0
package io.millrace.local;

import io.kestra.sdk.model.BlueprintControllerApiBlueprintItemWithSource;
import io.kestra.sdk.model.BlueprintControllerFlowBlueprintCreateOrUpdate;
import io.kestra.sdk.model.BlueprintControllerKind;
import io.kestra.sdk.model.BlueprintControllerUseBlueprintTemplateRequest;
import io.kestra.sdk.model.ChartFiltersOverrides;
import io.kestra.sdk.model.DashboardControllerPreviewRequest;
import io.kestra.sdk.model.TestSuiteControllerRunRequest;
import io.kestra.sdk.model.TestSuiteControllerSearchTestsLastResult;
import io.kestra.sdk.model.TestSuiteControllerTestSuiteApiId;
import io.kestra.sdk.model.TestSuiteControllerTestSuiteBulkRequest;
import io.kestra.sdk.model.TestSuiteServiceRunByQueryRequest;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// The operations on dashboards, on tests of flows and on blueprints.
@SuppressWarnings("NullAway") // the client's models say of everything that it may be absent
final class ViewCalls extends ClientCalls {
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

    ViewCalls(Setting setting) {
        super(setting);
    }

    @Override
    void callAll() throws Exception {
        dashboards();
        testSuites();
        blueprints();
    }

    private void blueprints() {
        var blueprints = client.blueprints();
        var asked =
                new BlueprintControllerFlowBlueprintCreateOrUpdate()
                        .title("Greets")
                        .tags(List.of("team"))
                        .source(
                                """
                                extend:
                                  templateArguments:
                                    - {id: name, type: STRING}
                                  template:
                                    source: |
                                      id: << arg.name >>
                                """);
        var made =
                table.works(
                        "Blueprints.createFlowBlueprint",
                        () -> blueprints.createFlowBlueprint(TENANT, asked));
        var id = made == null ? "none" : made.getId();
        table.works("Blueprints.flowBlueprintById", () -> blueprints.flowBlueprintById(id, TENANT));
        table.works("Blueprints.flowBlueprint", () -> blueprints.flowBlueprint(id, TENANT));
        var used =
                table.works(
                        "Blueprints.useBlueprintTemplate",
                        () ->
                                blueprints.useBlueprintTemplate(
                                        id,
                                        TENANT,
                                        new BlueprintControllerUseBlueprintTemplateRequest()
                                                .templateArgumentsInputs(Map.of("name", "mine"))));
        table.expect(
                "Blueprints.useBlueprintTemplate",
                used != null && used.getGeneratedFlowSource().equals("id: mine\n"),
                "" + used);
        table.works(
                "Blueprints.updateFlowBlueprint",
                () ->
                        blueprints.updateFlowBlueprint(
                                id, TENANT, asked.source(says("greets", "hello"))));
        table.does(
                "Blueprints.deleteFlowBlueprints",
                () -> blueprints.deleteFlowBlueprints(id, TENANT));
        olderBlueprints();
        catalogue();
    }

    /// What comes with Millrace.
    private void catalogue() {
        var blueprints = client.blueprints();
        var flow = BlueprintControllerKind.FLOW;
        var found =
                table.works(
                        "Blueprints.searchBlueprints",
                        () ->
                                blueprints.searchBlueprints(
                                        flow, TENANT, "greets", null, null, 1, 10));
        table.expect(
                "Blueprints.searchBlueprints",
                found != null
                        && found.getTotal() == 1
                        && found.getResults().getFirst().getTitle().equals("Hello"),
                "" + found);
        ids.put("hello", "id");
        var one =
                table.works(
                        "Blueprints.blueprint", () -> blueprints.blueprint("hello", flow, TENANT));
        table.expect(
                "Blueprints.blueprint",
                one != null && one.getSource().contains("id: hello"),
                "" + one);
        var source =
                table.works(
                        "Blueprints.blueprintSource",
                        () -> blueprints.blueprintSource("hello", flow, TENANT));
        table.expect(
                "Blueprints.blueprintSource",
                one != null && one.getSource().equals(source),
                "" + source);
        var graph =
                table.works(
                        "Blueprints.blueprintGraph",
                        () -> blueprints.blueprintGraph("hello", flow, TENANT));
        table.expect(
                "Blueprints.blueprintGraph",
                graph != null && graph.containsKey("nodes"),
                "" + graph);
    }

    @SuppressWarnings("deprecation") // clients that know nothing newer call it
    private void olderBlueprints() {
        var blueprints = client.blueprints();
        var older =
                new BlueprintControllerApiBlueprintItemWithSource()
                        .title("Says")
                        .source(says("said", "hello"))
                        .kind(BlueprintControllerKind.FLOW);
        var custom =
                table.works(
                        "Blueprints.createInternalBlueprints",
                        () -> blueprints.createInternalBlueprints(TENANT, older));
        var customId = custom == null ? "none" : custom.getId();
        table.works(
                "Blueprints.internalBlueprint",
                () -> blueprints.internalBlueprint(customId, TENANT));
        var source =
                table.works(
                        "Blueprints.internalBlueprintFlow",
                        () -> blueprints.internalBlueprintFlow(customId, TENANT));
        table.expect(
                "Blueprints.internalBlueprintFlow",
                says("said", "hello").equals(source),
                "" + source);
        var found =
                table.works(
                        "Blueprints.searchInternalBlueprints",
                        () ->
                                blueprints.searchInternalBlueprints(
                                        TENANT, "says", null, null, 1, 10, null));
        table.expect(
                "Blueprints.searchInternalBlueprints",
                found != null && found.getTotal() == 1,
                "" + found);
        table.works(
                "Blueprints.updateInternalBlueprints",
                () -> blueprints.updateInternalBlueprints(customId, TENANT, older.title("Said")));
        table.does(
                "Blueprints.deleteInternalBlueprints",
                () -> blueprints.deleteInternalBlueprints(customId, TENANT));
    }

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
}
