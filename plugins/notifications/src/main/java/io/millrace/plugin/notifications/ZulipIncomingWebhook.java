// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.notifications;

import io.millrace.plugin.Plugin;

/// Send a message to Zulip.
@Plugin(
        type = "io.kestra.plugin.notifications.zulip.ZulipIncomingWebhook",
        aliases = {"io.kestra.plugin.zulip.ZulipIncomingWebhook"},
        title = "Send a message to Zulip")
public final class ZulipIncomingWebhook extends IncomingWebhook {
    public ZulipIncomingWebhook() {
        super(Channel.ZULIP);
    }
}
