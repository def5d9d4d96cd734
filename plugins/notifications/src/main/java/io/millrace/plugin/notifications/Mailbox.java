// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.notifications;

import static java.util.stream.Collectors.toSet;

import io.millrace.plugin.Default;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.Title;
import io.millrace.plugin.kit.Cancelling;
import io.millrace.plugin.kit.EgressPolicy;
import io.millrace.plugin.kit.KeptList;
import io.millrace.plugin.kit.NewFile;
import jakarta.mail.Address;
import jakarta.mail.AuthenticationFailedException;
import jakarta.mail.Flags;
import jakarta.mail.Folder;
import jakarta.mail.FolderNotFoundException;
import jakarta.mail.Message;
import jakarta.mail.MessagingException;
import jakarta.mail.Multipart;
import jakarta.mail.Part;
import jakarta.mail.Session;
import jakarta.mail.Store;
import jakarta.mail.internet.ContentType;
import jakarta.mail.internet.MimeUtility;
import jakarta.mail.internet.ParseException;
import jakarta.mail.search.FlagTerm;
import jakarta.mail.search.SearchTerm;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// A folder of a mailbox: what is new in it, and what becomes of that.
record Mailbox(
        @Title("Mail server") String host,
        @Title("Port; that of the protocol if absent") @Nullable Integer port,
        @Title("IMAP or POP3") @Default("IMAP") Protocol protocol,
        @Title("Whether it is TLS from the start") @Default("true") Boolean ssl,
        @Title("User") String username,
        @Title("Password") String password,
        @Title("Folder") @Default("INBOX") String mailDirectory,
        @Title("The same, as others name it") @Nullable String folder,
        @Title("Whether the server's certificate isn't checked") @Default("false")
                Boolean trustAllCertificates,
        @Title("What becomes of a mail that was read: SEEN, DELETE, or NONE") @Default("SEEN")
                After after,
        @Title("Only those whose subject matches this regular expression") @Nullable String subject,
        @Title("Only those whose sender matches this regular expression") @Nullable String from,
        @Title("How many at once") @Default("100") Integer maxMails) {
    private static final int TIMEOUT_MILLIS = 15_000;
    private static final int LONGEST_TEXT = 1 << 20;
    private static final long LARGEST_FILE = 50L << 20;
    private static final int MOST_PARTS = 100;

    /// How mail is read.
    public enum Protocol {
        IMAP,
        POP3
    }

    /// What becomes of a mail that was read.
    public enum After {
        SEEN,
        DELETE,
        NONE
    }

    /// One mail.
    public record Received(
            @Title("Its id") String messageId,
            @Title("Subject") @Nullable String subject,
            @Title("Senders") List<String> from,
            @Title("Receivers") List<String> to,
            @Title("Receivers of copies") List<String> cc,
            @Title("When it was sent") @Nullable Instant date,
            @Title("Content as text") @Nullable String body,
            @Title("Content as HTML") @Nullable String html,
            @Title("Stored attachments by name") Map<String, URI> attachments) {}

    /// Reads what is new, and does with it what is asked for. What was kept is told, also if the
    /// rest fails: some may be marked already, and no other look tells of those.
    List<Received> read(EgressPolicy egress, TaskContext context)
            throws TaskFailedException, IOException, InterruptedException {
        try {
            return fetch(egress, context);
        } catch (TaskFailedException | IOException | InterruptedException e) {
            var told =
                    after == After.NONE
                            ? Optional.<List<Received>>empty()
                            : new KeptList<Received>(context, Received.class).read();
            if (told.isEmpty()) {
                throw e;
            }
            context.log().warn("The mails were read, but may come again: " + e.getMessage());
            context.endWithWarning();
            return told.get();
        }
    }

    private List<Received> fetch(EgressPolicy egress, TaskContext context)
            throws TaskFailedException, IOException, InterruptedException {
        var scheme = protocol.name().toLowerCase(Locale.ROOT) + (ssl ? "s" : "");
        int at = port != null ? port : defaultPort(scheme);
        egress.check(host, at);
        if (protocol == Protocol.POP3 && after == After.SEEN) {
            throw new TaskFailedException(
                    "POP3 knows no mail that was seen: expected after DELETE");
        }
        var settings = new Properties();
        var prefix = "mail." + scheme + ".";
        settings.setProperty("mail.store.protocol", scheme);
        settings.setProperty(prefix + "connectiontimeout", String.valueOf(TIMEOUT_MILLIS));
        settings.setProperty(prefix + "timeout", String.valueOf(TIMEOUT_MILLIS));
        settings.setProperty(prefix + "writetimeout", String.valueOf(TIMEOUT_MILLIS));
        settings.setProperty(
                prefix + "ssl.checkserveridentity", String.valueOf(!trustAllCertificates));
        if (trustAllCertificates) {
            settings.setProperty(prefix + "ssl.trust", "*");
        }
        settings.setProperty(prefix + "peek", "true");
        try (var store = Session.getInstance(settings).getStore(scheme);
                var _ = Cancelling.closes(store, context)) {
            store.connect(host, at, username, password);
            return read(store, context);
        } catch (AuthenticationFailedException e) {
            throw new TaskFailedException(
                    "The mail server at %s refuses the user '%s' or the credentials"
                            .formatted(host, username),
                    e);
        } catch (FolderNotFoundException e) {
            throw new TaskFailedException("There is no folder '%s'".formatted(directory()), e);
        } catch (MessagingException e) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            throw new TaskFailedException(
                    "Unable to read mail at %s: %s".formatted(host, e.getMessage()), e);
        }
    }

    private String directory() {
        return folder == null ? mailDirectory : folder;
    }

    private static int defaultPort(String scheme) {
        return switch (scheme) {
            case "imaps" -> 993;
            case "imap" -> 143;
            case "pop3s" -> 995;
            default -> 110;
        };
    }

    /// All are kept before anything becomes of one: an attempt that follows on one whose worker
    /// died in between tells the same, and does the rest.
    private List<Received> read(Store store, TaskContext context)
            throws MessagingException, IOException, TaskFailedException {
        var kept = new KeptList<Received>(context, Received.class);
        var before = after == After.NONE ? Optional.<List<Received>>empty() : kept.read();
        var folder = store.getFolder(directory());
        folder.open(after == After.NONE ? Folder.READ_ONLY : Folder.READ_WRITE);
        try {
            SearchTerm unseen = new FlagTerm(new Flags(Flags.Flag.SEEN), false);
            var messages = protocol == Protocol.IMAP ? folder.search(unseen) : folder.getMessages();
            if (before.isPresent()) {
                var ids =
                        before.get().stream()
                                .map(Received::messageId)
                                .filter(id -> !id.isEmpty())
                                .collect(toSet());
                for (var message : messages) {
                    if (ids.contains(id(message))) {
                        done(message);
                    }
                }
                return before.get();
            }
            var read = new ArrayList<Message>();
            var received = new ArrayList<Received>();
            for (var message : messages) {
                if (received.size() >= maxMails) {
                    break;
                }
                if (wanted(message)) {
                    read.add(message);
                    received.add(received(message, context));
                }
            }
            if (after != After.NONE && !received.isEmpty()) {
                kept.keep(received);
            }
            for (var message : read) {
                done(message);
            }
            return received;
        } finally {
            folder.close(after == After.DELETE);
        }
    }

    private void done(Message message) throws MessagingException {
        switch (after) {
            case SEEN -> message.setFlag(Flags.Flag.SEEN, true);
            case DELETE -> message.setFlag(Flags.Flag.DELETED, true);
            case NONE -> {} // it stays as it is
        }
    }

    private static String id(Message message) throws MessagingException {
        var id = message.getHeader("Message-ID");
        return id == null || id.length == 0 ? "" : id[0];
    }

    private boolean wanted(Message message) throws MessagingException {
        var shown = message.getSubject() == null ? "" : message.getSubject();
        return (subject == null || matches(subject, shown))
                && (from == null
                        || addresses(message.getFrom()).stream().anyMatch(a -> matches(from, a)));
    }

    private static boolean matches(String pattern, String text) {
        return java.util.regex.Pattern.compile(pattern).matcher(text).find();
    }

    @SuppressWarnings("JavaUtilDate") // the mail API's
    private static Received received(Message message, TaskContext context)
            throws MessagingException, IOException {
        var parts = new Parts(context);
        parts.take(message);
        var date = message.getSentDate();
        return new Received(
                id(message),
                message.getSubject(),
                addresses(message.getFrom()),
                addresses(message.getRecipients(Message.RecipientType.TO)),
                addresses(message.getRecipients(Message.RecipientType.CC)),
                date == null ? null : date.toInstant(),
                parts.text,
                parts.html,
                parts.files);
    }

    private static List<String> addresses(Address @Nullable [] addresses) {
        var texts = new ArrayList<String>();
        if (addresses != null) {
            for (var address : addresses) {
                texts.add(address.toString());
            }
        }
        return texts;
    }

    /// What a mail consists of (RFC 2045).
    private static final class Parts {
        private final TaskContext context;
        private final Map<String, URI> files = new LinkedHashMap<>();
        private @Nullable String text;
        private @Nullable String html;
        private int count;

        Parts(TaskContext context) {
            this.context = context;
        }

        void take(Part part) throws MessagingException, IOException {
            if (++count > MOST_PARTS) {
                return;
            }
            if (part.isMimeType("multipart/*") && part.getContent() instanceof Multipart all) {
                for (int i = 0; i < all.getCount(); i++) {
                    take(all.getBodyPart(i));
                }
                return;
            }
            boolean attached =
                    Part.ATTACHMENT.equalsIgnoreCase(part.getDisposition())
                            || part.getFileName() != null;
            if (!attached && part.isMimeType("text/plain") && text == null) {
                text = shortened(part);
            } else if (!attached && part.isMimeType("text/html") && html == null) {
                html = shortened(part);
            } else if (attached) {
                store(part);
            }
        }

        private static String shortened(Part part) throws MessagingException, IOException {
            try (var content = part.getInputStream()) {
                return new String(content.readNBytes(LONGEST_TEXT), charset(part));
            }
        }

        private static Charset charset(Part part) throws MessagingException {
            try {
                var named = new ContentType(part.getContentType()).getParameter("charset");
                return named == null
                        ? StandardCharsets.UTF_8
                        : Charset.forName(MimeUtility.javaCharset(named));
            } catch (ParseException | IllegalArgumentException _) {
                return StandardCharsets.UTF_8; // one that nobody knows
            }
        }

        private void store(Part part) throws MessagingException, IOException {
            var given = part.getFileName() == null ? "attachment" : part.getFileName();
            var name = given.replaceAll("[\\\\/\\p{Cntrl}]", "_").replaceFirst("^\\.+", "_");
            var unique = files.containsKey(name) ? files.size() + "-" + name : name;
            try (var file = NewFile.create(context);
                    var content = part.getInputStream()) {
                var buffer = new byte[1 << 16];
                long size = 0;
                for (int n = content.read(buffer); n >= 0; n = content.read(buffer)) {
                    size += n;
                    if (size > LARGEST_FILE) {
                        throw new IOException(
                                "Attachment %s is larger than 50 MiB".formatted(unique));
                    }
                    file.stream().write(buffer, 0, n);
                }
                file.stream().close();
                try (var stored = java.nio.file.Files.newInputStream(file.path())) {
                    files.put(
                            unique, context.files().put(UUID.randomUUID() + "-" + unique, stored));
                }
            }
        }
    }
}
