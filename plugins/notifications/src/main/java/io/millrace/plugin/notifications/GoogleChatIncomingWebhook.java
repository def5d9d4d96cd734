// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.notifications;

import io.millrace.plugin.Plugin;

/// Send a message to Google Chat.
@Plugin(
        type = "io.kestra.plugin.notifications.google.GoogleChatIncomingWebhook",
        aliases = {"io.kestra.plugin.googleworkspace.chat.GoogleChatIncomingWebhook"},
        title = "Send a message to Google Chat")
public final class GoogleChatIncomingWebhook extends IncomingWebhook {
    public GoogleChatIncomingWebhook() {
        super(Channel.GOOGLE_CHAT);
    }
}
