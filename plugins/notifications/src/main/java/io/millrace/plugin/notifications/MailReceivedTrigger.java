// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.notifications;

import io.millrace.plugin.Default;
import io.millrace.plugin.Plugin;
import io.millrace.plugin.PluginSettings;
import io.millrace.plugin.PollingTrigger;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.Title;
import io.millrace.plugin.kit.EgressPolicy;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/// Looks for new mail.
@Plugin(
        type = "io.kestra.plugin.notifications.mail.MailReceivedTrigger",
        aliases = "io.kestra.plugin.email.MailReceivedTrigger",
        title = "Start an execution when mail comes")
public final class MailReceivedTrigger
        implements PollingTrigger<MailReceivedTrigger.Properties, MailReceivedTrigger.Outputs> {
    private EgressPolicy egress = EgressPolicy.of(new PluginSettings(Map.of()));

    public record Properties(
            @Title("Mail server") String host,
            @Title("Port; that of the protocol if absent") @Nullable Integer port,
            @Title("IMAP or POP3") @Default("IMAP") Mailbox.Protocol protocol,
            @Title("Whether it is TLS from the start") @Default("true") Boolean ssl,
            @Title("User") String username,
            @Title("Password") String password,
            @Title("Folder") @Default("INBOX") String mailDirectory,
            @Title("What becomes of a mail that was read: SEEN, DELETE, or NONE") @Default("SEEN")
                    Mailbox.After after,
            @Title("Only those whose subject matches this regular expression")
                    @Nullable String subject,
            @Title("Only those whose sender matches this regular expression") @Nullable String from,
            @Title("How many at once") @Default("100") Integer maxMails)
            implements Mailbox.Access {}

    public record Outputs(
            @Title("The latest mail") Mailbox.@Nullable Received latestEmail,
            @Title("How many") int total,
            @Title("All of them") List<Mailbox.Received> emails) {}

    @Override
    public void start(PluginSettings settings) {
        egress = EgressPolicy.of(settings);
    }

    @Override
    public Optional<Outputs> poll(Properties properties, TaskContext context) throws Exception {
        var mails = Mailbox.read(properties, egress, context);
        return mails.isEmpty()
                ? Optional.empty()
                : Optional.of(new Outputs(mails.getLast(), mails.size(), mails));
    }
}
