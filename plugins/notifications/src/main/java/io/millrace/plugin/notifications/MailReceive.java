// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.notifications;

import io.millrace.plugin.Inline;
import io.millrace.plugin.Plugin;
import io.millrace.plugin.PluginSettings;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskPlugin;
import io.millrace.plugin.Title;
import io.millrace.plugin.kit.EgressPolicy;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/// Reads new mail, with its attachments.
@Plugin(type = "io.millrace.plugin.mail.Receive", title = "Read new mail")
public final class MailReceive implements TaskPlugin<MailReceive.Properties, MailReceive.Outputs> {
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
    public Outputs run(Properties properties, TaskContext context) throws Exception {
        var mails = properties.mailbox().read(egress, context);
        context.count("mails", (double) mails.size(), Map.of());
        return new Outputs(mails.isEmpty() ? null : mails.getLast(), mails.size(), mails);
    }
}
