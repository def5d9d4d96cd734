// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.notifications;

import io.millrace.plugin.Plugin;

/// Tell Slack what became of an execution.
@Plugin(
        type = "io.kestra.plugin.slack.notifications.SlackExecution",
        aliases = {
            "io.kestra.plugin.notifications.slack.SlackExecution",
            "io.kestra.plugin.slack.SlackExecution"
        },
        title = "Tell Slack what became of an execution")
public final class SlackExecution extends ExecutionMessage {
    public SlackExecution() {
        super(Channel.SLACK);
    }
}
