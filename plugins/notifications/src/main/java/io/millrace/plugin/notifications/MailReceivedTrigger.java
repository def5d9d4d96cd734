// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.notifications;

import io.millrace.plugin.Inline;
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

    public record Properties(@Inline Mailbox mailbox) {}

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
        var mails = properties.mailbox().read(egress, context);
        return mails.isEmpty()
                ? Optional.empty()
                : Optional.of(new Outputs(mails.getLast(), mails.size(), mails));
    }
}
