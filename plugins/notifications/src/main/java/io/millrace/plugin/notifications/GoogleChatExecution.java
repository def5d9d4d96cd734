// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.notifications;

import io.millrace.plugin.Plugin;

/// Tell Google Chat what became of an execution.
@Plugin(
        type = "io.kestra.plugin.notifications.google.GoogleChatExecution",
        aliases = {"io.kestra.plugin.googleworkspace.chat.GoogleChatExecution"},
        title = "Tell Google Chat what became of an execution")
public final class GoogleChatExecution extends ExecutionMessage {
    public GoogleChatExecution() {
        super(Channel.GOOGLE_CHAT);
    }
}
