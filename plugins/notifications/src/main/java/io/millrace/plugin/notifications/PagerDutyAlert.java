// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.notifications;

import io.millrace.plugin.Default;
import io.millrace.plugin.NoOutputs;
import io.millrace.plugin.Plugin;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.Title;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Sends an event to PagerDuty.
@Plugin(
        type = "io.kestra.plugin.notifications.pagerduty.PagerDutyAlert",
        aliases = "io.kestra.plugin.pagerduty.PagerDutyAlert",
        title = "Send an event to PagerDuty")
public final class PagerDutyAlert extends Posting<PagerDutyAlert.Properties, NoOutputs> {

    public record Properties(
            @Title("URL") @Default("https://events.pagerduty.com/v2/enqueue") String url,
            @Title("JSON as PagerDuty takes it, with routing_key and event_action") String payload,
            @Title("How it is sent") @Nullable RequestOptions options) {}

    @Override
    public NoOutputs run(Properties properties, TaskContext context) throws Exception {
        post("PagerDuty", properties.url(), Map.of(), properties.payload(), properties.options());
        return new NoOutputs();
    }
}
