// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.notifications;

import io.millrace.plugin.Plugin;

/// Send a message to Discord.
@Plugin(
        type = "io.kestra.plugin.notifications.discord.DiscordIncomingWebhook",
        aliases = {"io.kestra.plugin.discord.DiscordIncomingWebhook"},
        title = "Send a message to Discord")
public final class DiscordIncomingWebhook extends IncomingWebhook {
    public DiscordIncomingWebhook() {
        super(Channel.DISCORD);
    }
}
