// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.notifications;

import io.millrace.plugin.Default;
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

/// Send a mail.
@Plugin(
        type = "io.kestra.plugin.notifications.mail.MailSend",
        aliases = "io.kestra.plugin.email.MailSend",
        title = "Send a mail")
public final class MailSend implements TaskPlugin<MailSend.Properties, NoOutputs> {
    private EgressPolicy egress = EgressPolicy.of(new PluginSettings(Map.of()));

    public record Properties(
            @Inline MailServer server,
            @Inline Envelope envelope,
            @Title("Subject") @Default("") String subject,
            @Title("Content as HTML") @Nullable String htmlTextContent,
            @Title("Content as text") @Nullable String plainTextContent,
            @Title("Files: name, uri and contentType") @Nullable List<Mail.Attachment> attachments,
            @Title("Images of the HTML, which names them as cid:NAME: name, uri and contentType")
                    @Nullable List<Mail.Attachment> embeddedImages) {}

    @Override
    public void start(PluginSettings settings) {
        egress = EgressPolicy.of(settings);
    }

    @Override
    public NoOutputs run(Properties p, TaskContext context) throws Exception {
        var letter =
                new Mail.Letter(
                        p.envelope(),
                        p.subject(),
                        p.htmlTextContent(),
                        p.plainTextContent(),
                        p.attachments() == null ? List.of() : p.attachments(),
                        p.embeddedImages() == null ? List.of() : p.embeddedImages());
        Mail.send(p.server(), letter, egress, context);
        return new NoOutputs();
    }
}
