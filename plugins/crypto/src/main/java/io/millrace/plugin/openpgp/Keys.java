// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.openpgp;

import io.millrace.plugin.TaskFailedException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.bouncycastle.bcpg.sig.KeyFlags;
import org.bouncycastle.openpgp.PGPException;
import org.bouncycastle.openpgp.PGPPrivateKey;
import org.bouncycastle.openpgp.PGPPublicKey;
import org.bouncycastle.openpgp.PGPPublicKeyRing;
import org.bouncycastle.openpgp.PGPPublicKeyRingCollection;
import org.bouncycastle.openpgp.PGPSecretKey;
import org.bouncycastle.openpgp.PGPSecretKeyRing;
import org.bouncycastle.openpgp.PGPSecretKeyRingCollection;
import org.bouncycastle.openpgp.PGPSignature;
import org.bouncycastle.openpgp.PGPUtil;
import org.bouncycastle.openpgp.operator.bc.BcKeyFingerprintCalculator;
import org.bouncycastle.openpgp.operator.bc.BcPBESecretKeyDecryptorBuilder;
import org.bouncycastle.openpgp.operator.bc.BcPGPDigestCalculatorProvider;
import org.jspecify.annotations.Nullable;

/// Keys as flows give them: armored text.
final class Keys {
    private Keys() {}

    /// Public keys with those that hang on them.
    ///
    /// @param armored one or several blocks
    static List<PGPPublicKeyRing> certificates(String armored) throws TaskFailedException {
        var all = new ArrayList<PGPPublicKeyRing>();
        for (var block : blocks(armored)) {
            try {
                new PGPPublicKeyRingCollection(
                                PGPUtil.getDecoderStream(stream(block)),
                                new BcKeyFingerprintCalculator())
                        .forEach(all::add);
            } catch (IOException | PGPException | RuntimeException e) {
                throw new TaskFailedException("Expected an armored public key of OpenPGP", e);
            }
        }
        if (all.isEmpty()) {
            throw new TaskFailedException("Expected an armored public key of OpenPGP");
        }
        return all;
    }

    static List<PGPSecretKeyRing> secrets(String armored) throws TaskFailedException {
        var all = new ArrayList<PGPSecretKeyRing>();
        for (var block : blocks(armored)) {
            try {
                new PGPSecretKeyRingCollection(
                                PGPUtil.getDecoderStream(stream(block)),
                                new BcKeyFingerprintCalculator())
                        .forEach(all::add);
            } catch (IOException | PGPException | RuntimeException e) {
                throw new TaskFailedException("Expected an armored private key of OpenPGP");
            }
        }
        if (all.isEmpty()) {
            throw new TaskFailedException("Expected an armored private key of OpenPGP");
        }
        return all;
    }

    /// Several blocks one after the other are read one by one.
    private static List<String> blocks(String armored) {
        return Stream.of(armored.split("(?=-----BEGIN )")).filter(b -> !b.isBlank()).toList();
    }

    private static ByteArrayInputStream stream(String text) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
    }

    /// The key of a ring that content is encrypted for: the newest that may be used for it.
    static PGPPublicKey encryptionKey(PGPPublicKeyRing ring) throws TaskFailedException {
        return keys(ring)
                .filter(k -> k.isEncryptionKey() && isValid(k))
                .filter(k -> mayEncrypt(k))
                .reduce((a, b) -> made(b).isBefore(made(a)) ? a : b)
                .orElseThrow(() ->
                        new TaskFailedException(
                                "The key of %s can't encrypt, or has expired"
                                        .formatted(who(ring))));
    }

    private static Stream<PGPPublicKey> keys(PGPPublicKeyRing ring) {
        return StreamSupport.stream(ring.spliterator(), false);
    }

    private static boolean isValid(PGPPublicKey key) {
        long seconds = key.getValidSeconds();
        return !key.hasRevocation()
                && (seconds == 0 || made(key).plusSeconds(seconds).isAfter(Instant.now()));
    }

    private static Instant made(PGPPublicKey key) {
        return key.getCreationTime().toInstant();
    }

    /// A key whose signatures say what it is for, and don't say this, isn't for it.
    private static boolean mayEncrypt(PGPPublicKey key) {
        var said = new ArrayList<Integer>();
        for (var signatures = key.getSignatures(); signatures.hasNext(); ) {
            PGPSignature signature = signatures.next();
            if (signature.getHashedSubPackets() != null
                    && signature.getHashedSubPackets().getKeyFlags() != 0) {
                said.add(signature.getHashedSubPackets().getKeyFlags());
            }
        }
        int wanted = KeyFlags.ENCRYPT_COMMS | KeyFlags.ENCRYPT_STORAGE;
        return said.isEmpty() || said.stream().anyMatch(flags -> (flags & wanted) != 0);
    }

    /// Whether a user id of the ring has this text, such as a mail address.
    static boolean isOf(PGPPublicKeyRing ring, String user) {
        for (var ids = ring.getPublicKey().getUserIDs(); ids.hasNext(); ) {
            var id = ids.next();
            if (id.equals(user) || id.contains("<" + user + ">")) {
                return true;
            }
        }
        return false;
    }

    static String who(PGPPublicKeyRing ring) {
        var ids = ring.getPublicKey().getUserIDs();
        return ids.hasNext() ? ids.next() : Long.toHexString(ring.getPublicKey().getKeyID());
    }

    /// The secret key that signs.
    static PGPSecretKey signingKey(List<PGPSecretKeyRing> rings) throws TaskFailedException {
        return rings.stream()
                .flatMap(ring -> StreamSupport.stream(ring.spliterator(), false))
                .filter(k -> k.isSigningKey() && !k.isPrivateKeyEmpty())
                .findFirst()
                .orElseThrow(() -> new TaskFailedException("The private key can't sign"));
    }

    static Optional<PGPSecretKey> find(List<PGPSecretKeyRing> rings, long keyId) {
        return rings.stream()
                .map(ring -> ring.getSecretKey(keyId))
                .filter(k -> k != null && !k.isPrivateKeyEmpty())
                .findFirst();
    }

    static PGPPrivateKey unlock(PGPSecretKey key, @Nullable String passphrase)
            throws TaskFailedException {
        try {
            return key.extractPrivateKey(
                    new BcPBESecretKeyDecryptorBuilder(new BcPGPDigestCalculatorProvider())
                            .build((passphrase == null ? "" : passphrase).toCharArray()));
        } catch (PGPException | RuntimeException e) {
            throw new TaskFailedException("The passphrase doesn't open the private key");
        }
    }
}
