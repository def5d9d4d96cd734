// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.notifications;

import io.millrace.plugin.Plugin;

/// Tell Discord what became of an execution.
@Plugin(
        type = "io.kestra.plugin.notifications.discord.DiscordExecution",
        aliases = {"io.kestra.plugin.discord.DiscordExecution"},
        title = "Tell Discord what became of an execution")
public final class DiscordExecution extends ExecutionMessage {
    public DiscordExecution() {
        super(Channel.DISCORD);
    }
}
