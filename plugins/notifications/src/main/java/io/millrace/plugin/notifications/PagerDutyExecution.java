// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.notifications;

import static java.util.Objects.requireNonNullElse;

import io.millrace.plugin.Default;
import io.millrace.plugin.NoOutputs;
import io.millrace.plugin.Plugin;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.Title;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/// Alerts PagerDuty to an execution. Alerts to one execution are one.
@Plugin(
        type = "io.kestra.plugin.notifications.pagerduty.PagerDutyExecution",
        aliases = "io.kestra.plugin.pagerduty.PagerDutyExecution",
        title = "Tell PagerDuty what became of an execution")
public final class PagerDutyExecution extends Posting<PagerDutyExecution.Properties, NoOutputs> {

    public record Properties(
            @Title("URL") @Default("https://events.pagerduty.com/v2/enqueue") String url,
            @Title("Key of the service; it is a secret") String routingKey,
            @Title("trigger, acknowledge or resolve") @Default("trigger") String eventAction,
            @Title("critical, error, warning or info") @Default("error") String payloadSeverity,
            @Title("Execution; the one that started this one, or this one, if absent")
                    @Nullable String executionId,
            @Title("What is said first") @Nullable String customMessage,
            @Title("What else is said") @Nullable Map<String, @Nullable Object> customFields,
            @Title("What the event is about, in place of what is said first")
                    @Nullable String payloadSummary,
            @Title("What makes events one; the execution if absent")
                    @Nullable String deduplicationKey,
            @Title("How it is sent") @Nullable RequestOptions options) {}

    @Override
    public NoOutputs run(Properties properties, TaskContext context) throws Exception {
        var text =
                ExecutionText.of(
                        properties.executionId(),
                        properties.customMessage(),
                        properties.customFields(),
                        context);
        var event =
                Map.of(
                        "routing_key", properties.routingKey(),
                        "event_action", properties.eventAction(),
                        "dedup_key",
                                requireNonNullElse(properties.deduplicationKey(), text.execution()),
                        "payload",
                                Map.of(
                                        "summary",
                                        requireNonNullElse(
                                                properties.payloadSummary(), text.title()),
                                        "source",
                                        "Millrace",
                                        "severity",
                                        properties.payloadSeverity(),
                                        "custom_details",
                                        text.fields()));
        post(
                "PagerDuty",
                properties.url(),
                Map.of(),
                JsonMapper.shared().writeValueAsString(event),
                properties.options());
        return new NoOutputs();
    }
}
