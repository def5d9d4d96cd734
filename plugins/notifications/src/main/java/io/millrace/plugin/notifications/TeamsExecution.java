// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.notifications;

import io.millrace.plugin.Plugin;

/// Tell Microsoft Teams what became of an execution.
@Plugin(
        type = "io.kestra.plugin.notifications.teams.TeamsExecution",
        aliases = {"io.kestra.plugin.microsoft365.teams.TeamsExecution"},
        title = "Tell Microsoft Teams what became of an execution")
public final class TeamsExecution extends ExecutionMessage {
    public TeamsExecution() {
        super(Channel.TEAMS);
    }
}
