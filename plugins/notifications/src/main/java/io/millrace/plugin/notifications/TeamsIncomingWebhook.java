// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.notifications;

import io.millrace.plugin.Plugin;

/// Send a message to Microsoft Teams.
@Plugin(
        type = "io.kestra.plugin.notifications.teams.TeamsIncomingWebhook",
        aliases = {"io.kestra.plugin.microsoft365.teams.TeamsIncomingWebhook"},
        title = "Send a message to Microsoft Teams")
public final class TeamsIncomingWebhook extends IncomingWebhook {
    public TeamsIncomingWebhook() {
        super(Channel.TEAMS);
    }
}
