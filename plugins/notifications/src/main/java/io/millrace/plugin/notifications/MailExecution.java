// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.notifications;

import io.millrace.plugin.Default;
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
            @Title("Mail server") String host,
            @Title("Port") @Default("25") Integer port,
            @Title("User") @Nullable String username,
            @Title("Password") @Nullable String password,
            @Title("SMTP, SMTPS (TLS from the start) or SMTP_TLS (STARTTLS)") @Default("SMTPS")
                    String transportStrategy,
            @Title("How long each step may take, in milliseconds") @Default("10000")
                    Integer sessionTimeout,
            @Title("Sender") @Nullable String from,
            @Title("Receivers, separated by commas") String to,
            @Title("Receivers of copies") @Nullable String cc,
            @Title("Receivers whom nobody sees") @Nullable String bcc,
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
        var server =
                new Mail.Server(
                        p.host(),
                        p.port(),
                        p.username(),
                        p.password(),
                        p.transportStrategy(),
                        p.sessionTimeout());
        var text = ExecutionText.of(p.executionId(), p.customMessage(), p.customFields(), context);
        var letter =
                new Mail.Letter(
                        p.from(),
                        p.to(),
                        p.cc(),
                        p.bcc(),
                        p.subject() == null ? text.title() : p.subject(),
                        null,
                        text.lines(),
                        List.of());
        Mail.send(server, letter, egress, context);
        return new NoOutputs();
    }
}
