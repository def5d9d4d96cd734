// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.git;

import io.millrace.plugin.PluginSettings;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.kit.Cancelling;
import io.millrace.plugin.kit.EgressPolicy;
import io.millrace.plugin.kit.Pem;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.PublicKey;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import javax.net.ssl.TrustManager;
import org.apache.sshd.common.config.keys.FilePasswordProvider;
import org.apache.sshd.common.util.security.SecurityUtils;
import org.eclipse.jgit.api.TransportCommand;
import org.eclipse.jgit.transport.CredentialsProvider;
import org.eclipse.jgit.transport.SshTransport;
import org.eclipse.jgit.transport.Transport;
import org.eclipse.jgit.transport.TransportHttp;
import org.eclipse.jgit.transport.URIish;
import org.eclipse.jgit.transport.UsernamePasswordCredentialsProvider;
import org.eclipse.jgit.transport.http.HttpConnection;
import org.eclipse.jgit.transport.http.JDKHttpConnection;
import org.eclipse.jgit.transport.http.JDKHttpConnectionFactory;
import org.eclipse.jgit.transport.sshd.ServerKeyDatabase;
import org.eclipse.jgit.transport.sshd.SshdSessionFactory;
import org.eclipse.jgit.transport.sshd.SshdSessionFactoryBuilder;
import org.jspecify.annotations.Nullable;

/// Gets into one repository for one task. What it needs lies in a directory of its own, deleted
/// when it is closed; nothing of the machine's own Git or SSH configuration is used.
final class GitAccess implements AutoCloseable {
    private static final Set<String> SCHEMES = Set.of("http", "https", "ssh");
    private static final int TIMEOUT_SECONDS = 60;
    private static final int CONNECT_MILLIS = 10_000;

    private final Remote remote;
    private final Path home;
    private final @Nullable SshdSessionFactory ssh;
    private final TrustManager @Nullable [] trusted;
    private final EgressPolicy egress;
    private final List<TaskContext.Registration> kills = new ArrayList<>();

    private GitAccess(
            Remote remote,
            Path home,
            @Nullable SshdSessionFactory ssh,
            TrustManager @Nullable [] trusted,
            EgressPolicy egress,
            TaskContext context) {
        kills.add(Cancelling.interrupts(context));
        if (ssh != null) {
            kills.add(Cancelling.closes(ssh, context));
        }
        this.remote = remote;
        this.home = home;
        this.ssh = ssh;
        this.trusted = trusted;
        this.egress = egress;
    }

    /// @throws TaskFailedException if the repository may not be reached, or a key or a certificate
    ///   can't be read
    static GitAccess open(Remote remote, PluginSettings settings, TaskContext context)
            throws IOException, TaskFailedException {
        var egress = EgressPolicy.of(settings);
        check(remote.url(), egress);
        var home = Files.createTempDirectory("git-access");
        try {
            return new GitAccess(
                    remote,
                    home,
                    isSsh(remote.url()) ? ssh(remote, home, context) : null,
                    trusted(remote),
                    egress,
                    context);
        } catch (IOException | TaskFailedException | RuntimeException e) {
            delete(home);
            throw e;
        }
    }

    /// `file:` and the like would reach what is the worker's.
    private static void check(String url, EgressPolicy egress) throws TaskFailedException {
        URIish uri;
        try {
            uri = new URIish(url);
        } catch (URISyntaxException e) {
            throw new TaskFailedException("Expected the URL of a repository", e);
        }
        var scheme = uri.getScheme() == null ? "ssh" : uri.getScheme().toLowerCase(Locale.ROOT);
        var host = uri.getHost();
        if (!SCHEMES.contains(scheme) || host == null) {
            throw new TaskFailedException(
                    "Expected the URL of a repository over https, http or ssh");
        }
        int standard = scheme.equals("ssh") ? 22 : scheme.equals("http") ? 80 : 443;
        egress.check(host, uri.getPort() > 0 ? uri.getPort() : standard);
    }

    private static boolean isSsh(String url) {
        return !url.toLowerCase(Locale.ROOT).startsWith("http");
    }

    /// Those who believe the given authority in place of the JDK's; nothing if none is given.
    private static TrustManager @Nullable [] trusted(Remote remote) throws TaskFailedException {
        var given = remote.caCertificate();
        return given == null || given.isBlank() ? null : Pem.trusting(given, "`caCertificate`");
    }

    private static SshdSessionFactory ssh(Remote remote, Path home, TaskContext context)
            throws IOException, TaskFailedException {
        var directory = Files.createDirectory(home.resolve(".ssh"));
        var keys = remote.privateKey() == null ? List.<KeyPair>of() : keys(remote);
        var known = remote.knownHosts();
        var builder =
                new SshdSessionFactoryBuilder()
                        .setPreferredAuthentications(
                                keys.isEmpty() ? "password,keyboard-interactive" : "publickey")
                        .setHomeDirectory(home.toFile())
                        .setSshDirectory(directory.toFile())
                        .setConfigFile(_ -> null)
                        .setDefaultKeysProvider(_ -> keys);
        if (known == null || known.isBlank()) {
            context.log()
                    .warn(
                            "The server's key isn't checked: give `knownHosts` to be sure who"
                                    + " answers");
            builder.setServerKeyDatabase((_, _) -> new AnyServer());
        } else {
            var file = directory.resolve("known_hosts");
            Files.writeString(file, known.strip() + "\n");
            builder.setDefaultKnownHostsFiles(_ -> List.of(file));
        }
        return builder.build(null);
    }

    private static List<KeyPair> keys(Remote remote) throws IOException, TaskFailedException {
        var passphrase = remote.passphrase();
        FilePasswordProvider password =
                passphrase == null
                        ? FilePasswordProvider.EMPTY
                        : FilePasswordProvider.of(passphrase);
        var text = remote.privateKey() == null ? "" : remote.privateKey().strip() + "\n";
        try (var in = new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8))) {
            var loaded =
                    SecurityUtils.loadKeyPairIdentities(null, () -> "privateKey", in, password);
            if (loaded == null) {
                throw new TaskFailedException("Expected a private key in PEM or OpenSSH format");
            }
            var keys = new ArrayList<KeyPair>();
            loaded.forEach(keys::add);
            return keys;
        } catch (GeneralSecurityException e) {
            throw new TaskFailedException("The private key can't be read: " + e.getMessage(), e);
        }
    }

    /// Takes whatever key the server shows.
    private static final class AnyServer implements ServerKeyDatabase {
        @Override
        public List<PublicKey> lookup(
                String address, InetSocketAddress remote, Configuration config) {
            return List.of();
        }

        @Override
        public boolean accept(
                String address,
                InetSocketAddress remote,
                PublicKey key,
                Configuration config,
                @Nullable CredentialsProvider provider) {
            return true;
        }
    }

    /// Lets a command get in.
    <C extends TransportCommand<?, ?>> C with(C command) {
        command.setTimeout(TIMEOUT_SECONDS);
        var password = remote.password();
        if (password != null) {
            var name = remote.username() == null ? "oauth2" : remote.username();
            command.setCredentialsProvider(new UsernamePasswordCredentialsProvider(name, password));
        }
        command.setTransportConfigCallback(this::configure);
        return command;
    }

    private void configure(Transport transport) {
        if (transport instanceof SshTransport sshTransport && ssh != null) {
            sshTransport.setSshSessionFactory(ssh);
        }
        if (transport instanceof TransportHttp http) {
            http.setHttpConnectionFactory(new CheckedConnections(egress, trusted));
        }
    }

    /// Checks each URL that is connected to, those of redirects too.
    private static final class CheckedConnections extends JDKHttpConnectionFactory {
        private final EgressPolicy egress;
        private final TrustManager @Nullable [] trusted;

        CheckedConnections(EgressPolicy egress, TrustManager @Nullable [] trusted) {
            this.egress = egress;
            this.trusted = trusted;
        }

        @Override
        public HttpConnection create(URL url) throws IOException {
            check(url);
            return trusting(url, new QuickConnection(url, Proxy.NO_PROXY));
        }

        @Override
        public HttpConnection create(URL url, Proxy proxy) throws IOException {
            check(url);
            return trusting(url, new QuickConnection(url, proxy));
        }

        private HttpConnection trusting(URL url, HttpConnection connection) throws IOException {
            if (trusted != null && url.getProtocol().equalsIgnoreCase("https")) {
                try {
                    connection.configure(null, trusted, null);
                } catch (GeneralSecurityException e) {
                    throw new IOException("TLS can't be used: " + e.getMessage(), e);
                }
            }
            return connection;
        }

        private void check(URL url) throws IOException {
            try {
                egress.check(url.toURI());
            } catch (TaskFailedException | URISyntaxException e) {
                throw new IOException(e.getMessage(), e);
            }
        }
    }

    /// Whoever doesn't answer is given up sooner than who works for a while.
    private static final class QuickConnection extends JDKHttpConnection {
        QuickConnection(URL url, Proxy proxy) throws IOException {
            super(url, proxy);
        }

        @Override
        public void setConnectTimeout(int millis) {
            super.setConnectTimeout(Math.min(millis, CONNECT_MILLIS));
        }
    }

    @Override
    public void close() {
        kills.forEach(TaskContext.Registration::close);
        if (ssh != null) {
            ssh.close();
        }
        delete(home);
    }

    /// Deletes a directory with all that is in it.
    static void delete(Path directory) {
        if (!Files.exists(directory, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        try (var walk = Files.walk(directory)) {
            for (var path : walk.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        } catch (IOException e) {
            // the worker empties the directories of its tasks; this is a copy of what is elsewhere
            directory.toFile().deleteOnExit();
        }
    }
}
