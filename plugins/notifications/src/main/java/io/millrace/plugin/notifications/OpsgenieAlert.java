// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.notifications;

import io.millrace.plugin.Default;
import io.millrace.plugin.NoOutputs;
import io.millrace.plugin.Plugin;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.Title;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Sends an alert to Opsgenie.
@Plugin(
        type = "io.kestra.plugin.notifications.opsgenie.OpsgenieAlert",
        aliases = "io.kestra.plugin.opsgenie.OpsgenieAlert",
        title = "Send an alert to Opsgenie")
public final class OpsgenieAlert extends Posting<OpsgenieAlert.Properties, NoOutputs> {

    public record Properties(
            @Title("URL") @Default("https://api.opsgenie.com/v2/alerts") String url,
            @Title("JSON as Opsgenie takes it") String payload,
            @Title("Key of the integration; it is a secret") String authorizationToken,
            @Title("How it is sent") @Nullable RequestOptions options) {}

    @Override
    public NoOutputs run(Properties properties, TaskContext context) throws Exception {
        post(
                "Opsgenie",
                properties.url(),
                Map.of("Authorization", "GenieKey " + properties.authorizationToken()),
                properties.payload(),
                properties.options());
        return new NoOutputs();
    }
}
