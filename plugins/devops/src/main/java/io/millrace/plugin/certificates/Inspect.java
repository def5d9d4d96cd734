// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.certificates;

import io.millrace.plugin.Default;
import io.millrace.plugin.Plugin;
import io.millrace.plugin.PluginSettings;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.TaskPlugin;
import io.millrace.plugin.Title;
import io.millrace.plugin.kit.Cancelling;
import io.millrace.plugin.kit.EgressPolicy;
import io.millrace.plugin.kit.RowFile;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/// Looks at the certificates that a server shows, or that a file holds. One that is about to
/// expire, or that nobody would trust, is a warning or a failure, as asked for.
@Plugin(
        type = "io.millrace.plugin.certificates.Inspect",
        title = "Look at the certificates of a server or a file")
public final class Inspect implements TaskPlugin<Inspect.Properties, Inspect.Outputs> {
    private static final int CONNECT_MILLIS = 10_000;
    private static final int LARGEST_FILE = 4 << 20;

    private EgressPolicy egress = EgressPolicy.of(new PluginSettings(Map.of()));

    /// What happens to the task if something is wrong.
    public enum Behavior {
        NONE,
        WARN,
        FAIL
    }

    /// Properties.
    public record Properties(
            @Title("A server that speaks TLS: host, or host:port (443)") @Nullable String server,
            @Title("Certificates in PEM or DER, in place of a server: their text or a file's URI")
                    @Nullable String from,
            @Title("The name that the server is asked for, if it isn't the host")
                    @Nullable String serverName,
            @Title("Certificates in PEM that are trusted, in place of those of the JDK")
                    @Nullable String trusted,
            @Title("How long certificates should last still") @Default("P30D") Duration minValidity,
            @Title("What happens if one doesn't: NONE, WARN or FAIL") @Default("WARN")
                    Behavior onExpiry,
            @Title("What happens if the chain isn't trusted, or is for another name")
                    @Default("WARN")
                    Behavior onUntrusted) {}

    /// One certificate.
    public record Seen(
            @Title("Whose it is") String subject,
            @Title("Who has signed it") String issuer,
            @Title("Its number, in hexadecimal") String serialNumber,
            @Title("From when on it counts") Instant notBefore,
            @Title("Until when it counts") Instant notAfter,
            @Title("Whole days that are left; negative if it has expired") long daysLeft,
            @Title("Names and addresses that it is for") List<String> names,
            @Title("How it is signed") String algorithm,
            @Title("Its SHA-256") String fingerprint) {}

    public record Outputs(
            @Title("That of the server first, then those that have signed it")
                    List<Seen> certificates,
            @Title("Until when all of them count") Instant notAfter,
            @Title("Whole days that are left of them") long daysLeft,
            @Title("Whether one expires too soon") boolean expiring,
            @Title("Whether the chain is trusted and for that name; nothing for a file")
                    @Nullable Boolean trusted,
            @Title("Why it isn't") @Nullable String problem) {}

    private record Chain(List<X509Certificate> certificates, @Nullable String problem) {}

    @Override
    public void start(PluginSettings settings) {
        egress = EgressPolicy.of(settings);
    }

    @Override
    public Outputs run(Properties properties, TaskContext context) throws Exception {
        if ((properties.server() == null) == (properties.from() == null)) {
            throw new TaskFailedException("Expected either server or from");
        }
        var chain =
                properties.server() != null
                        ? ofServer(properties.server().strip(), properties, context)
                        : new Chain(read(properties.from(), context), null);
        if (chain.certificates().isEmpty()) {
            throw new TaskFailedException("Expected a certificate but there is none");
        }
        var now = Instant.now();
        var seen = new ArrayList<Seen>();
        for (var certificate : chain.certificates()) {
            seen.add(seen(certificate, now));
        }
        var first = seen.stream().min((a, b) -> a.notAfter().compareTo(b.notAfter())).orElseThrow();
        boolean expiring = first.notAfter().isBefore(now.plus(properties.minValidity()));
        var outputs =
                new Outputs(
                        seen,
                        first.notAfter(),
                        first.daysLeft(),
                        expiring,
                        properties.server() == null ? null : (Boolean) (chain.problem() == null),
                        chain.problem());
        context.log().info("%s expires %s".formatted(seen.getFirst().subject(), first.notAfter()));
        if (expiring) {
            complain(
                    properties.onExpiry(),
                    "Expected %s to last %s but it ends %s"
                            .formatted(first.subject(), properties.minValidity(), first.notAfter()),
                    outputs,
                    context);
        }
        if (chain.problem() != null) {
            complain(
                    properties.onUntrusted(),
                    "The certificate isn't trusted: " + chain.problem(),
                    outputs,
                    context);
        }
        return outputs;
    }

    private static void complain(
            Behavior behavior, String message, Outputs outputs, TaskContext context)
            throws TaskFailedException {
        switch (behavior) {
            case NONE -> context.log().info(message);
            case WARN -> {
                context.log().warn(message);
                context.endWithWarning();
            }
            case FAIL ->
                    throw new TaskFailedException(
                            message,
                            Map.of(
                                    "daysLeft",
                                    outputs.daysLeft(),
                                    "notAfter",
                                    outputs.notAfter().toString()));
        }
    }

    // --- a server --------------------------------------------------------------------------------

    private Chain ofServer(String server, Properties properties, TaskContext context)
            throws Exception {
        int colon = server.startsWith("[") ? server.indexOf("]:") + 1 : server.lastIndexOf(':');
        boolean hasPort = colon > 0 && (server.startsWith("[") || server.indexOf(':') == colon);
        var host = hasPort ? server.substring(0, colon) : server;
        int port;
        try {
            port = hasPort ? Integer.parseInt(server.substring(colon + 1)) : 443;
            if (port < 1 || port > 65_535) {
                throw new NumberFormatException(server);
            }
        } catch (NumberFormatException e) {
            throw new TaskFailedException(
                    "Expected a server such as example.com:443 but got '%s'".formatted(server), e);
        }
        egress.check(host, port);
        var name = properties.serverName() == null ? host : properties.serverName().strip();
        var judge = new Judge(delegate(properties, context));
        var tls = SSLContext.getInstance("TLS");
        tls.init(null, new TrustManager[] {judge}, null);
        try (var plain = new Socket();
                var _ = Cancelling.closes(plain, context)) {
            plain.connect(new InetSocketAddress(host, port), CONNECT_MILLIS);
            plain.setSoTimeout(CONNECT_MILLIS);
            try (var socket =
                    (SSLSocket) tls.getSocketFactory().createSocket(plain, name, port, false)) {
                var parameters = socket.getSSLParameters();
                if (name.matches(".*[A-Za-z].*") && !name.contains(":")) {
                    parameters.setServerNames(List.of(new SNIHostName(name)));
                }
                socket.setSSLParameters(parameters);
                socket.startHandshake();
                var shown = x509(List.of(socket.getSession().getPeerCertificates()));
                var problem = judge.problem;
                if (problem == null && !isFor(shown.getFirst(), name)) {
                    problem = "it is for %s".formatted(names(shown.getFirst()));
                }
                return new Chain(shown, problem);
            }
        } catch (SocketTimeoutException e) {
            throw new TaskFailedException("No answer in time from " + host, e);
        } catch (IOException e) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            throw new TaskFailedException("No TLS with %s: %s".formatted(host, e.getMessage()), e);
        }
    }

    private static X509TrustManager delegate(Properties properties, TaskContext context)
            throws IOException, GeneralSecurityException, TaskFailedException {
        KeyStore store = null;
        if (properties.trusted() != null) {
            store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            int number = 0;
            for (var certificate : read(properties.trusted(), context)) {
                store.setCertificateEntry("trusted" + number++, certificate);
            }
        }
        var factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        return Arrays.stream(factory.getTrustManagers())
                .filter(X509TrustManager.class::isInstance)
                .map(X509TrustManager.class::cast)
                .findFirst()
                .orElseThrow();
    }

    /// Lets every handshake through, for nothing is sent over it, and keeps what is wrong.
    private static final class Judge implements X509TrustManager {
        private final X509TrustManager delegate;
        private @Nullable String problem;

        Judge(X509TrustManager delegate) {
            this.delegate = delegate;
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType)
                throws CertificateException {
            throw new CertificateException("There are no clients here");
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType) {
            try {
                delegate.checkServerTrusted(chain, authType);
            } catch (CertificateException e) {
                problem = e.getMessage();
            }
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }

    private static boolean isFor(X509Certificate certificate, String host)
            throws CertificateParsingException {
        return names(certificate).stream()
                .anyMatch(name ->
                        name.equalsIgnoreCase(host)
                                || (name.startsWith("*.")
                                        && host.indexOf('.') > 0
                                        && host.substring(host.indexOf('.'))
                                                .equalsIgnoreCase(name.substring(1))));
    }

    // --- certificates ----------------------------------------------------------------------------

    private static List<X509Certificate> read(@Nullable String from, TaskContext context)
            throws IOException, TaskFailedException {
        byte[] bytes;
        if (from != null && from.strip().startsWith("kestra:///")) {
            try (var content = RowFile.stream(from, context)) {
                bytes = content.readNBytes(LARGEST_FILE);
            }
        } else {
            bytes = String.valueOf(from).strip().getBytes(StandardCharsets.UTF_8);
        }
        try {
            var factory = CertificateFactory.getInstance("X.509");
            return x509(factory.generateCertificates(new ByteArrayInputStream(bytes)));
        } catch (CertificateException e) {
            throw new TaskFailedException("Expected certificates in PEM or DER", e);
        }
    }

    private static List<X509Certificate> x509(Collection<? extends Certificate> certificates) {
        return certificates.stream()
                .filter(X509Certificate.class::isInstance)
                .map(X509Certificate.class::cast)
                .toList();
    }

    private static Seen seen(X509Certificate certificate, Instant now)
            throws GeneralSecurityException {
        var end = certificate.getNotAfter().toInstant();
        return new Seen(
                certificate.getSubjectX500Principal().getName(),
                certificate.getIssuerX500Principal().getName(),
                certificate.getSerialNumber().toString(16),
                certificate.getNotBefore().toInstant(),
                end,
                Math.floorDiv(Duration.between(now, end).toSeconds(), 86_400L),
                names(certificate),
                certificate.getSigAlgName(),
                HexFormat.of()
                        .formatHex(
                                MessageDigest.getInstance("SHA-256")
                                        .digest(certificate.getEncoded())));
    }

    /// DNS names and addresses (RFC 5280, 4.2.1.6).
    private static List<String> names(X509Certificate certificate)
            throws CertificateParsingException {
        var alternatives = certificate.getSubjectAlternativeNames();
        var names = new ArrayList<String>();
        if (alternatives != null) {
            for (var alternative : alternatives) {
                if (alternative.size() == 2
                        && alternative.getFirst() instanceof Integer kind
                        && (kind == 2 || kind == 7)) {
                    names.add(String.valueOf(alternative.get(1)));
                }
            }
        }
        return names;
    }
}
