// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.notifications;

import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.kit.EgressPolicy;
import jakarta.activation.DataHandler;
import jakarta.mail.AuthenticationFailedException;
import jakarta.mail.Authenticator;
import jakarta.mail.Message;
import jakarta.mail.MessagingException;
import jakarta.mail.Part;
import jakarta.mail.PasswordAuthentication;
import jakarta.mail.Session;
import jakarta.mail.Transport;
import jakarta.mail.internet.AddressException;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeBodyPart;
import jakarta.mail.internet.MimeMessage;
import jakarta.mail.internet.MimeMultipart;
import jakarta.mail.util.ByteArrayDataSource;
import java.io.IOException;
import java.net.URI;
import java.util.Date;
import java.util.List;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/// A mail on its way.
final class Mail {
    private static final long LARGEST = 50L << 20;

    private Mail() {}

    record Letter(
            Envelope envelope,
            String subject,
            @Nullable String html,
            @Nullable String text,
            List<Attachment> attachments,
            List<Attachment> images) {}

    /// @param uri of the internal storage
    public record Attachment(String name, String uri, @Nullable String contentType) {}

    static void send(MailServer server, Letter letter, EgressPolicy egress, TaskContext context)
            throws TaskFailedException, IOException {
        egress.check(server.host(), server.port());
        var session = session(server);
        try {
            var message = message(session, server, letter, context);
            Transport.send(message);
        } catch (AuthenticationFailedException e) {
            throw new TaskFailedException(
                    "The mail server at %s refuses the user '%s' or the credentials"
                            .formatted(server.host(), server.username()),
                    e);
        } catch (AddressException e) {
            throw new TaskFailedException(
                    "Expected addresses but got '%s'".formatted(e.getRef()), e);
        } catch (MessagingException e) {
            throw new TaskFailedException("The mail isn't sent: " + e.getMessage(), e);
        }
    }

    private static Session session(MailServer server) {
        var transport = server.transportStrategy().toUpperCase(java.util.Locale.ROOT);
        var name = transport.equals("SMTPS") ? "smtps" : "smtp";
        var p = new Properties();
        p.setProperty("mail.transport.protocol", name);
        p.setProperty("mail.transport.protocol.rfc822", name);
        var prefix = "mail." + name + ".";
        p.setProperty(prefix + "host", server.host());
        p.setProperty(prefix + "port", String.valueOf(server.port()));
        var timeout = String.valueOf(server.sessionTimeout());
        p.setProperty(prefix + "connectiontimeout", timeout);
        p.setProperty(prefix + "timeout", timeout);
        p.setProperty(prefix + "writetimeout", timeout);
        p.setProperty(
                prefix + "ssl.checkserveridentity", String.valueOf(server.verifyServerIdentity()));
        if (server.trustedHosts() != null && !server.trustedHosts().isEmpty()) {
            p.setProperty(prefix + "ssl.trust", String.join(" ", server.trustedHosts()));
        }
        if (transport.equals("SMTP_TLS")) {
            p.setProperty(prefix + "starttls.enable", "true");
            p.setProperty(prefix + "starttls.required", "true");
        }
        if (server.username() == null) {
            return Session.getInstance(p);
        }
        p.setProperty(prefix + "auth", "true");
        return Session.getInstance(
                p,
                new Authenticator() {
                    @Override
                    protected PasswordAuthentication getPasswordAuthentication() {
                        return new PasswordAuthentication(server.username(), server.password());
                    }
                });
    }

    @SuppressWarnings("JavaUtilDate") // the mail API's
    private static MimeMessage message(
            Session session, MailServer server, Letter letter, TaskContext context)
            throws MessagingException, IOException, TaskFailedException {
        var message = new MimeMessage(session);
        var envelope = letter.envelope();
        var sender = envelope.from() == null ? server.username() : envelope.from();
        if (sender == null) {
            throw new TaskFailedException("Expected `from`");
        }
        message.setFrom(new InternetAddress(sender));
        message.setRecipients(
                Message.RecipientType.TO, InternetAddress.parse(addresses(envelope.to())));
        if (envelope.cc() != null) {
            message.setRecipients(
                    Message.RecipientType.CC, InternetAddress.parse(addresses(envelope.cc())));
        }
        if (envelope.bcc() != null) {
            message.setRecipients(
                    Message.RecipientType.BCC, InternetAddress.parse(addresses(envelope.bcc())));
        }
        message.setSubject(inOneLine(letter.subject()), "UTF-8");
        message.setSentDate(new Date());
        var alternatives = new MimeMultipart("alternative");
        if (letter.text() != null || letter.html() == null) {
            var part = new MimeBodyPart();
            part.setText(letter.text() == null ? "" : letter.text(), "UTF-8");
            alternatives.addBodyPart(part);
        }
        if (letter.html() != null) {
            var part = new MimeBodyPart();
            part.setContent(letter.html(), "text/html; charset=UTF-8");
            alternatives.addBodyPart(withImages(part, letter.images(), context));
        }
        var body = new MimeBodyPart();
        body.setContent(alternatives);
        var all = new MimeMultipart("mixed");
        all.addBodyPart(body);
        for (var attachment : letter.attachments()) {
            all.addBodyPart(attached(attachment, context));
        }
        message.setContent(all);
        return message;
    }

    /// Images that the HTML names as `cid:NAME` (RFC 2387).
    private static MimeBodyPart withImages(
            MimeBodyPart html, List<Attachment> images, TaskContext context)
            throws MessagingException, IOException, TaskFailedException {
        if (images.isEmpty()) {
            return html;
        }
        var related = new MimeMultipart("related");
        related.addBodyPart(html);
        for (var image : images) {
            var part = attached(image, context);
            part.setDisposition(Part.INLINE);
            part.setContentID("<%s>".formatted(inOneLine(image.name())));
            related.addBodyPart(part);
        }
        var whole = new MimeBodyPart();
        whole.setContent(related);
        return whole;
    }

    /// What would be more than one line would be more than one header.
    private static String inOneLine(String text) {
        return text.replaceAll("[\\r\\n]+", " ");
    }

    private static String addresses(String text) {
        return text.replace(';', ',');
    }

    private static MimeBodyPart attached(Attachment attachment, TaskContext context)
            throws MessagingException, IOException, TaskFailedException {
        var uri = URI.create(attachment.uri().strip());
        if (context.files().size(uri) > LARGEST) {
            throw new TaskFailedException(
                    "Expected attachments of at most %d bytes".formatted(LARGEST));
        }
        var type =
                attachment.contentType() == null
                        ? "application/octet-stream"
                        : attachment.contentType();
        var part = new MimeBodyPart();
        try (var content = context.files().get(uri)) {
            part.setDataHandler(
                    new DataHandler(new ByteArrayDataSource(content.readAllBytes(), type)));
        }
        part.setFileName(inOneLine(attachment.name()));
        return part;
    }
}
