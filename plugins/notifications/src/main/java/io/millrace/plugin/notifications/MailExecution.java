// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.notifications;

import io.millrace.plugin.Inline;
import io.millrace.plugin.NoOutputs;
import io.millrace.plugin.Plugin;
import io.millrace.plugin.PluginSettings;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskPlugin;
import io.millrace.plugin.Title;
import io.millrace.plugin.kit.EgressPolicy;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Send a mail that tells what became of an execution.
@Plugin(
        type = "io.kestra.plugin.notifications.mail.MailExecution",
        aliases = "io.kestra.plugin.email.MailExecution",
        title = "Send a mail that tells what became of an execution")
public final class MailExecution implements TaskPlugin<MailExecution.Properties, NoOutputs> {
    private EgressPolicy egress = EgressPolicy.of(new PluginSettings(Map.of()));

    public record Properties(
            @Inline MailServer server,
            @Inline Envelope envelope,
            @Title("Subject; what became of the execution if absent") @Nullable String subject,
            @Title("Execution; the one that started this one, or this one, if absent")
                    @Nullable String executionId,
            @Title("What is said first") @Nullable String customMessage,
            @Title("What else is said") @Nullable Map<String, @Nullable Object> customFields) {}

    @Override
    public void start(PluginSettings settings) {
        egress = EgressPolicy.of(settings);
    }

    @Override
    public NoOutputs run(Properties p, TaskContext context) throws Exception {
        var text = ExecutionText.of(p.executionId(), p.customMessage(), p.customFields(), context);
        var letter =
                new Mail.Letter(
                        p.envelope(),
                        p.subject() == null ? text.title() : p.subject(),
                        null,
                        text.lines(),
                        List.of(),
                        List.of());
        Mail.send(p.server(), letter, egress, context);
        return new NoOutputs();
    }
}
