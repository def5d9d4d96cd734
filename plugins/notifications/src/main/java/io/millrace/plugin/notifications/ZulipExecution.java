// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.notifications;

import io.millrace.plugin.Plugin;

/// Tell Zulip what became of an execution.
@Plugin(
        type = "io.kestra.plugin.notifications.zulip.ZulipExecution",
        aliases = {"io.kestra.plugin.zulip.ZulipExecution"},
        title = "Tell Zulip what became of an execution")
public final class ZulipExecution extends ExecutionMessage {
    public ZulipExecution() {
        super(Channel.ZULIP);
    }
}
