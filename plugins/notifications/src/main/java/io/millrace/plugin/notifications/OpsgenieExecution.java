// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.notifications;

import static java.util.Objects.requireNonNullElse;

import io.millrace.plugin.Default;
import io.millrace.plugin.NoOutputs;
import io.millrace.plugin.Plugin;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.Title;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/// Alerts those on call to an execution. Alerts to one execution are one, unless the flow says
/// otherwise.
@Plugin(
        type = "io.kestra.plugin.notifications.opsgenie.OpsgenieExecution",
        aliases = "io.kestra.plugin.opsgenie.OpsgenieExecution",
        title = "Tell Opsgenie what became of an execution")
public final class OpsgenieExecution extends Posting<OpsgenieExecution.Properties, NoOutputs> {

    public record Properties(
            @Title("URL") @Default("https://api.opsgenie.com/v2/alerts") String url,
            @Title("Key of the integration; it is a secret") String authorizationToken,
            @Title("What the alert is about, in place of what is said first")
                    @Nullable String message,
            @Title("What makes alerts one; the execution if absent") @Nullable String alias,
            @Title("Who is alerted: team, user, escalation or schedule, by id")
                    @Nullable Map<String, String> responders,
            @Title("Who else sees it: team or user, by id") @Nullable Map<String, String> visibleTo,
            @Title("Tags") @Nullable List<String> tags,
            @Title("P1 to P5") @Nullable String priority,
            @Title("Execution; the one that started this one, or this one, if absent")
                    @Nullable String executionId,
            @Title("What is said first") @Nullable String customMessage,
            @Title("What else is said") @Nullable Map<String, @Nullable Object> customFields,
            @Title("How it is sent") @Nullable RequestOptions options) {}

    @Override
    public NoOutputs run(Properties properties, TaskContext context) throws Exception {
        var text =
                ExecutionText.of(
                        properties.executionId(),
                        properties.customMessage(),
                        properties.customFields(),
                        context);
        var alert = new LinkedHashMap<String, Object>();
        alert.put("message", requireNonNullElse(properties.message(), text.title()));
        alert.put("alias", requireNonNullElse(properties.alias(), text.execution()));
        alert.put("description", text.lines());
        alert.put("details", text.fields());
        alert.put("source", "Millrace");
        Channel.put(alert, "priority", properties.priority());
        if (properties.responders() != null) {
            alert.put("responders", people(properties.responders()));
        }
        if (properties.visibleTo() != null) {
            alert.put("visibleTo", people(properties.visibleTo()));
        }
        if (properties.tags() != null) {
            alert.put("tags", properties.tags());
        }
        post(
                "Opsgenie",
                properties.url(),
                Map.of("Authorization", "GenieKey " + properties.authorizationToken()),
                JsonMapper.shared().writeValueAsString(alert),
                properties.options());
        return new NoOutputs();
    }

    private static List<Map<String, String>> people(Map<String, String> typesById) {
        return typesById.entrySet().stream()
                .map(one -> Map.of("id", one.getKey(), "type", one.getValue()))
                .toList();
    }
}
