// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.fs;

import io.millrace.plugin.TaskFailedException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.StringReader;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.PublicKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.sshd.client.ClientBuilder;
import org.apache.sshd.client.SshClient;
import org.apache.sshd.client.config.hosts.KnownHostEntry;
import org.apache.sshd.client.keyverifier.AcceptAllServerKeyVerifier;
import org.apache.sshd.client.keyverifier.ServerKeyVerifier;
import org.apache.sshd.client.session.ClientSession;
import org.apache.sshd.common.NamedFactory;
import org.apache.sshd.common.NamedResource;
import org.apache.sshd.common.OptionalFeature;
import org.apache.sshd.common.SshConstants;
import org.apache.sshd.common.SshException;
import org.apache.sshd.common.config.keys.FilePasswordProvider;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.config.keys.PublicKeyEntryResolver;
import org.apache.sshd.common.kex.BuiltinDHFactories;
import org.apache.sshd.common.kex.KeyExchangeFactory;
import org.apache.sshd.common.keyprovider.KeyIdentityProvider;
import org.apache.sshd.common.signature.Signature;
import org.apache.sshd.common.util.net.SshdSocketAddress;
import org.apache.sshd.common.util.security.SecurityUtils;
import org.apache.sshd.core.CoreModuleProperties;
import org.jspecify.annotations.Nullable;

/// A session on another host, signed in.
final class SshConnection implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(15);

    private final SshClient client;
    private final ClientSession session;

    private SshConnection(SshClient client, ClientSession session) {
        this.client = client;
        this.session = session;
    }

    /// Where to, and who asks.
    ///
    /// @param key private key in PEM or OpenSSH's format
    /// @param knownHosts lines of a `known_hosts` file; absent: any host is believed
    /// @param keyExchange algorithms with commas between them; absent: the client's
    record Target(
            String host,
            int port,
            @Nullable String username,
            @Nullable String password,
            @Nullable String key,
            @Nullable String passphrase,
            @Nullable String knownHosts,
            @Nullable String keyExchange) {

        String address() {
            return host + ":" + port;
        }
    }

    /// @throws TaskFailedException if the host doesn't answer, or refuses
    static SshConnection open(Target target) throws TaskFailedException, IOException {
        var client = SshClient.setUpDefaultClient();
        // what lies in the worker's home is not the task's
        client.setKeyIdentityProvider(KeyIdentityProvider.EMPTY_KEYS_PROVIDER);
        client.setHostConfigEntryResolver(
                org.apache.sshd.client.config.hosts.HostConfigEntryResolver.EMPTY);
        var known = known(target);
        if (known == null) {
            client.setServerKeyVerifier(AcceptAllServerKeyVerifier.INSTANCE);
        } else {
            client.setServerKeyVerifier(known);
            client.setSignatureFactories(known.first(client.getSignatureFactories()));
        }
        if (target.keyExchange() != null) {
            client.setKeyExchangeFactories(keyExchange(target.keyExchange()));
        }
        CoreModuleProperties.HEARTBEAT_INTERVAL.set(client, Duration.ofSeconds(30));
        CoreModuleProperties.AUTH_TIMEOUT.set(client, PATIENCE);
        client.start();
        try {
            return new SshConnection(client, signIn(client, target));
        } catch (TaskFailedException | IOException | RuntimeException e) {
            client.stop();
            throw e;
        }
    }

    private static List<KeyExchangeFactory> keyExchange(String named) throws TaskFailedException {
        var asked = BuiltinDHFactories.parseDHFactoriesList(named.replace(" ", ""));
        var known =
                asked.getParsedFactories().stream().filter(OptionalFeature::isSupported).toList();
        if (known.isEmpty()) {
            throw new TaskFailedException(
                    "Expected a key exchange such as curve25519-sha256 but got '%s'"
                            .formatted(named));
        }
        return known.stream().map(ClientBuilder.DH2KEX).toList();
    }

    private static ClientSession signIn(SshClient client, Target target)
            throws TaskFailedException, IOException {
        var user = target.username() == null ? "root" : target.username();
        ClientSession session;
        try {
            session =
                    client.connect(user, target.host(), target.port())
                            .verify(PATIENCE)
                            .getSession();
        } catch (IOException e) {
            throw failure("Unable to connect to " + target.address(), e);
        }
        if (target.password() != null) {
            session.addPasswordIdentity(target.password());
        }
        if (target.key() != null) {
            keys(target).forEach(session::addPublicKeyIdentity);
        }
        try {
            session.auth().verify(PATIENCE);
        } catch (IOException e) {
            session.close(true);
            boolean refused = e instanceof SshException ssh && ssh.getDisconnectCode() == 14;
            throw failure(
                    refused || String.valueOf(e.getMessage()).contains("No more authentication")
                            ? "The host %s refuses the user '%s' or the credentials"
                                    .formatted(target.address(), user)
                            : "Unable to sign in at " + target.address(),
                    e);
        }
        return session;
    }

    private static TaskFailedException failure(String what, IOException e) throws IOException {
        if (Thread.currentThread().isInterrupted()) {
            throw e;
        }
        return new TaskFailedException(what + ": " + e.getMessage(), e);
    }

    private static List<KeyPair> keys(Target target) throws TaskFailedException {
        var content = String.valueOf(target.key()).strip() + "\n";
        try {
            var keys = new ArrayList<KeyPair>();
            SecurityUtils.loadKeyPairIdentities(
                            null,
                            NamedResource.ofName("the private key"),
                            new ByteArrayInputStream(content.getBytes(StandardCharsets.UTF_8)),
                            target.passphrase() == null
                                    ? FilePasswordProvider.EMPTY
                                    : FilePasswordProvider.of(target.passphrase()))
                    .forEach(keys::add);
            if (keys.isEmpty()) {
                throw new TaskFailedException("Expected a private key but found none");
            }
            return keys;
        } catch (IOException | GeneralSecurityException | RuntimeException e) {
            throw new TaskFailedException("The private key can't be read: " + e.getMessage(), e);
        }
    }

    private static @Nullable Known known(Target target) throws TaskFailedException {
        if (target.knownHosts() == null) {
            return null;
        }
        try {
            var entries =
                    KnownHostEntry.readKnownHostEntries(
                            new java.io.BufferedReader(new StringReader(target.knownHosts())));
            return new Known(entries.stream().filter(e -> isOf(e, target)).toList());
        } catch (IOException | RuntimeException e) {
            throw new TaskFailedException("Expected lines of a known_hosts file", e);
        }
    }

    /// Patterns without a port are for port 22; what is revoked so is revoked for all.
    private static boolean isOf(KnownHostEntry entry, Target target) {
        return entry.isHostMatch(target.host(), target.port())
                || (entry.getMarker() != null
                        && entry.isHostMatch(target.host(), SshConstants.DEFAULT_PORT));
    }

    /// Believes the keys that are listed for the host, and none that is revoked.
    ///
    /// @param entries those of the host
    private record Known(List<KnownHostEntry> entries) implements ServerKeyVerifier {
        @Override
        public boolean verifyServerKey(
                ClientSession session, SocketAddress address, PublicKey key) {
            var those = entries.stream().filter(e -> isKey(e, key)).toList();
            return those.stream().anyMatch(e -> e.getMarker() == null)
                    && those.stream().noneMatch(e -> "revoked".equals(e.getMarker()));
        }

        /// Hosts have keys of several kinds: one is asked for that is listed, if there is one.
        List<NamedFactory<Signature>> first(List<NamedFactory<Signature>> all) {
            var listed =
                    entries.stream()
                            .filter(e -> e.getMarker() == null)
                            .map(e -> e.getKeyEntry().getKeyType())
                            .collect(Collectors.toSet());
            Predicate<NamedFactory<Signature>> isListed =
                    f -> listed.contains(KeyUtils.getCanonicalKeyType(f.getName()));
            return Stream.concat(
                            all.stream().filter(isListed), all.stream().filter(isListed.negate()))
                    .toList();
        }

        private static boolean isKey(KnownHostEntry entry, PublicKey key) {
            try {
                var known =
                        entry.getKeyEntry()
                                .resolvePublicKey(null, null, PublicKeyEntryResolver.IGNORING);
                return known != null && KeyUtils.compareKeys(known, key);
            } catch (IOException | GeneralSecurityException e) {
                return false;
            }
        }
    }

    ClientSession session() {
        return session;
    }

    /// Where it leads, for messages.
    @Override
    public String toString() {
        return SshdSocketAddress.toAddressString(session.getConnectAddress());
    }

    @Override
    public void close() {
        session.close(true);
        client.stop();
    }
}
