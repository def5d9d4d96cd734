// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.notifications;

import io.millrace.plugin.Plugin;

/// Send a message to Slack.
@Plugin(
        type = "io.kestra.plugin.slack.notifications.SlackIncomingWebhook",
        aliases = {
            "io.kestra.plugin.notifications.slack.SlackIncomingWebhook",
            "io.kestra.plugin.slack.SlackIncomingWebhook"
        },
        title = "Send a message to Slack")
public final class SlackIncomingWebhook extends IncomingWebhook {
    public SlackIncomingWebhook() {
        super(Channel.SLACK);
    }
}
