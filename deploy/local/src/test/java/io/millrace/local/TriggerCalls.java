// SPDX-License-Identifier: Apache-2.0
package io.millrace.local;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.core.type.TypeReference;
import io.kestra.sdk.model.DeleteTriggersByQueryRequest;
import io.kestra.sdk.model.TriggerControllerApiTriggerId;
import io.kestra.sdk.model.TriggerControllerSetDisabledRequest;
import java.util.List;
import java.util.Map;

/// The operations on triggers and webhooks.
@SuppressWarnings("NullAway") // the client's models say of everything that it may be absent
final class TriggerCalls extends ClientCalls {
    TriggerCalls(Setting setting) {
        super(setting);
    }

    @Override
    void callAll() throws Exception {
        triggers();
    }

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
}
