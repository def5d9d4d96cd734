// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.kit;

import io.millrace.plugin.TaskFailedException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/// TLS from texts in PEM (RFC 7468), as flows have them.
public final class Pem {
    private static final Pattern KEY =
            Pattern.compile(
                    "-----BEGIN ((?:RSA |EC )?PRIVATE KEY)-----(.*?)-----END \\1-----",
                    Pattern.DOTALL);
    private static final Pattern CERTIFICATE =
            Pattern.compile(
                    "-----BEGIN ((?:X509 )?CERTIFICATE)-----.*?-----END \\1-----", Pattern.DOTALL);
    private static final byte[] RSA = HexFormat.of().parseHex("300d06092a864886f70d0101010500");
    private static final byte[] EC = HexFormat.of().parseHex("06072a8648ce3d0201");
    private static final char[] NO_PASSWORD = {};

    private Pem() {}

    /// @param trusted certificates that are trusted in place of the JDK's, or absent
    /// @param certificate the client's with those that have signed it, or absent
    /// @param key the client's
    /// @param trustsAll whether any server is believed
    /// @return absent if nothing is asked for
    /// @throws TaskFailedException if a text is no PEM
    public static @Nullable SSLContext tls(
            @Nullable String trusted,
            @Nullable String certificate,
            @Nullable String key,
            boolean trustsAll)
            throws TaskFailedException {
        if (trusted == null && certificate == null && key == null && !trustsAll) {
            return null;
        }
        try {
            var tls = SSLContext.getInstance("TLS");
            KeyManagerFactory keys = null;
            if (certificate != null && key != null) {
                var store = emptyStore();
                store.setKeyEntry("client", key(key), NO_PASSWORD, certificates(certificate));
                keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
                keys.init(store, NO_PASSWORD);
            } else if (certificate != null || key != null) {
                throw new TaskFailedException("Expected the client's certificate and its key");
            }
            TrustManager[] trust = null;
            if (trustsAll) {
                trust = new TrustManager[] {new TrustsAll()};
            } else if (trusted != null) {
                trust = trusting(trusted, "what is trusted");
            }
            tls.init(keys == null ? null : keys.getKeyManagers(), trust, null);
            return tls;
        } catch (GeneralSecurityException | IOException e) {
            throw new TaskFailedException(
                    "Expected certificates and a key in PEM that belong together", e);
        }
    }

    /// Those who believe what these certificates have signed, in place of the JDK's.
    ///
    /// @param where the text stands, for the message
    /// @throws TaskFailedException if it is no PEM
    public static TrustManager[] trusting(String certificates, String where)
            throws TaskFailedException {
        try {
            var store = emptyStore();
            for (var one : certificates(certificates)) {
                store.setCertificateEntry("trusted" + store.size(), one);
            }
            var factory =
                    TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            factory.init(store);
            return factory.getTrustManagers();
        } catch (GeneralSecurityException | IOException | TaskFailedException e) {
            throw new TaskFailedException("Expected certificates in PEM in " + where, e);
        }
    }

    private static KeyStore emptyStore() throws GeneralSecurityException, IOException {
        var store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        return store;
    }

    /// Certificates, whatever else stands beside them.
    ///
    /// @throws TaskFailedException if there are none
    public static Certificate[] certificates(String text)
            throws GeneralSecurityException, TaskFailedException {
        var found =
                CERTIFICATE
                        .matcher(plain(text))
                        .results()
                        .map(MatchResult::group)
                        .collect(Collectors.joining("\n"));
        if (found.isEmpty()) {
            throw new TaskFailedException("Expected certificates in PEM");
        }
        return CertificateFactory.getInstance("X.509")
                .generateCertificates(
                        new ByteArrayInputStream(found.getBytes(StandardCharsets.US_ASCII)))
                .toArray(Certificate[]::new);
    }

    /// Kubernetes' configuration has PEM in Base64.
    private static String plain(String text) {
        var stripped = text.strip();
        if (stripped.contains("-----BEGIN")) {
            return stripped;
        }
        try {
            return new String(Base64.getMimeDecoder().decode(stripped), StandardCharsets.US_ASCII);
        } catch (IllegalArgumentException _) {
            return stripped;
        }
    }

    /// A key in PKCS #8, or as OpenSSL wrote those of RSA and EC before.
    ///
    /// @throws TaskFailedException if it is none
    public static PrivateKey key(String text) throws GeneralSecurityException, TaskFailedException {
        var found = KEY.matcher(plain(text));
        if (!found.find()) {
            throw new TaskFailedException("Expected a private key in PEM, without a passphrase");
        }
        var bytes = Base64.getMimeDecoder().decode(found.group(2).strip());
        return switch (found.group(1)) {
            case "RSA PRIVATE KEY" -> generate("RSA", wrapped(RSA, bytes));
            case "EC PRIVATE KEY" -> generate("EC", wrapped(ecAlgorithm(bytes), bytes));
            default -> {
                try {
                    yield generate("RSA", bytes);
                } catch (GeneralSecurityException _) {
                    try {
                        yield generate("EC", bytes);
                    } catch (GeneralSecurityException _) {
                        yield generate("EdDSA", bytes);
                    }
                }
            }
        };
    }

    private static PrivateKey generate(String algorithm, byte[] pkcs8)
            throws GeneralSecurityException {
        return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
    }

    /// The curve stands behind tag `[0]` of the key (RFC 5915).
    private static byte[] ecAlgorithm(byte[] key) throws GeneralSecurityException {
        for (int i = 0; i + 3 < key.length; i++) {
            if ((key[i] & 0xff) == 0xa0 && key[i + 2] == 6 && key[i + 1] == key[i + 3] + 2) {
                return der(0x30, join(EC, Arrays.copyOfRange(key, i + 2, i + 2 + key[i + 1])));
            }
        }
        throw new GeneralSecurityException("The key names no curve");
    }

    /// PKCS #8 (RFC 5208) around a key.
    private static byte[] wrapped(byte[] algorithm, byte[] key) {
        return der(0x30, join(new byte[] {2, 1, 0}, algorithm, der(4, key)));
    }

    private static byte[] der(int tag, byte[] content) {
        int length = content.length;
        byte[] head =
                length < 128
                        ? new byte[] {(byte) tag, (byte) length}
                        : new byte[] {(byte) tag, (byte) 0x82, (byte) (length >> 8), (byte) length};
        return join(head, content);
    }

    private static byte[] join(byte[]... parts) {
        int length = Arrays.stream(parts).mapToInt(p -> p.length).sum();
        var all = new byte[length];
        int at = 0;
        for (var part : parts) {
            System.arraycopy(part, 0, all, at, part.length);
            at += part.length;
        }
        return all;
    }

    /// Asked for by name: `trustCerts`. It looks at no name either.
    private static final class TrustsAll extends X509ExtendedTrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
