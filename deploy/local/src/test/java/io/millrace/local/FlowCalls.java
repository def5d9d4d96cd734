// SPDX-License-Identifier: Apache-2.0
package io.millrace.local;

import io.kestra.sdk.model.FlowControllerTaskValidationType;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;

/// The operations on flows.
@SuppressWarnings("NullAway") // the client's models say of everything that it may be absent
final class FlowCalls extends ClientCalls {
    FlowCalls(Setting setting) {
        super(setting);
    }

    @Override
    void callAll() throws Exception {
        flows();
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
}
