// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.openpgp;

import io.millrace.plugin.Default;
import io.millrace.plugin.Plugin;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.TaskPlugin;
import io.millrace.plugin.Title;
import io.millrace.plugin.kit.NewFile;
import io.millrace.plugin.kit.RowFile;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import org.bouncycastle.bcpg.ArmoredOutputStream;
import org.bouncycastle.bcpg.CompressionAlgorithmTags;
import org.bouncycastle.bcpg.HashAlgorithmTags;
import org.bouncycastle.bcpg.SymmetricKeyAlgorithmTags;
import org.bouncycastle.openpgp.PGPCompressedDataGenerator;
import org.bouncycastle.openpgp.PGPEncryptedDataGenerator;
import org.bouncycastle.openpgp.PGPException;
import org.bouncycastle.openpgp.PGPLiteralData;
import org.bouncycastle.openpgp.PGPLiteralDataGenerator;
import org.bouncycastle.openpgp.PGPPublicKeyRing;
import org.bouncycastle.openpgp.PGPSignature;
import org.bouncycastle.openpgp.PGPSignatureGenerator;
import org.bouncycastle.openpgp.operator.bc.BcPGPContentSignerBuilder;
import org.bouncycastle.openpgp.operator.bc.BcPGPDataEncryptorBuilder;
import org.bouncycastle.openpgp.operator.bc.BcPublicKeyKeyEncryptionMethodGenerator;
import org.jspecify.annotations.Nullable;

/// Encrypts a file for those whose public keys are given, and signs it if there is a private key.
@Plugin(type = "io.kestra.plugin.crypto.openpgp.Encrypt", title = "Encrypt a file with OpenPGP")
public final class Encrypt implements TaskPlugin<Encrypt.Properties, Encrypt.Outputs> {
    private static final int CHUNK = 1 << 16;

    public record Properties(
            @Title("File") String from,
            @Title("Public keys of those who may read it, armored") String key,
            @Title("Mail addresses or user ids of those among the keys; all if absent")
                    @Nullable List<String> recipients,
            @Title("Private key that signs, armored") @Nullable String signPrivateKey,
            @Title("Passphrase of that key") @Nullable String signPassphrase,
            @Title("User id of that key, which is checked") @Nullable String signUser,
            @Title("Without effect: the private key says whose it is")
                    @Nullable String signPublicKey,
            @Title("Whether the file is text that can be mailed") @Default("true") Boolean armor) {}

    public record Outputs(@Title("The encrypted file") URI uri) {}

    @Override
    public Outputs run(Properties p, TaskContext context) throws Exception {
        var chosen = chosen(Keys.certificates(p.key()), p.recipients());
        var encrypting =
                new PGPEncryptedDataGenerator(
                        new BcPGPDataEncryptorBuilder(SymmetricKeyAlgorithmTags.AES_256)
                                .setWithIntegrityPacket(true)
                                .setSecureRandom(new SecureRandom()));
        for (var ring : chosen) {
            encrypting.addMethod(
                    new BcPublicKeyKeyEncryptionMethodGenerator(Keys.encryptionKey(ring)));
        }
        try (var content = RowFile.stream(p.from(), context);
                var file = NewFile.create(context)) {
            write(content, file.stream(), encrypting, p);
            return new Outputs(file.store(p.armor() ? ".asc" : ".pgp"));
        } catch (PGPException e) {
            throw new TaskFailedException("It can't be encrypted: " + e.getMessage(), e);
        }
    }

    private static List<PGPPublicKeyRing> chosen(
            List<PGPPublicKeyRing> rings, @Nullable List<String> recipients)
            throws TaskFailedException {
        if (recipients == null || recipients.isEmpty()) {
            return rings;
        }
        var chosen = new ArrayList<PGPPublicKeyRing>();
        for (var recipient : recipients) {
            chosen.add(
                    rings.stream()
                            .filter(ring -> Keys.isOf(ring, recipient))
                            .findFirst()
                            .orElseThrow(() ->
                                    new TaskFailedException(
                                            "There is no key of %s in `key`"
                                                    .formatted(recipient))));
        }
        return chosen;
    }

    private static void write(
            InputStream content,
            OutputStream to,
            PGPEncryptedDataGenerator encrypting,
            Properties p)
            throws IOException, PGPException, TaskFailedException, InterruptedException {
        var signature = signature(p);
        var compressing = new PGPCompressedDataGenerator(CompressionAlgorithmTags.ZIP);
        var literal = new PGPLiteralDataGenerator();
        OutputStream outer = p.armor() ? new ArmoredOutputStream(to) : to;
        var encrypted = encrypting.open(outer, new byte[CHUNK]);
        var compressed = compressing.open(encrypted, new byte[CHUNK]);
        if (signature != null) {
            signature.generateOnePassVersion(false).encode(compressed);
        }
        var plain =
                literal.open(
                        compressed, PGPLiteralData.BINARY, "", PGPLiteralData.NOW, new byte[CHUNK]);
        var buffer = new byte[CHUNK];
        for (int n = content.read(buffer); n >= 0; n = content.read(buffer)) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            plain.write(buffer, 0, n);
            if (signature != null) {
                signature.update(buffer, 0, n);
            }
        }
        plain.close();
        if (signature != null) {
            signature.generate().encode(compressed);
        }
        compressed.close();
        encrypted.close();
        if (p.armor()) {
            outer.close();
        }
    }

    private static @Nullable PGPSignatureGenerator signature(Properties p)
            throws PGPException, TaskFailedException {
        if (p.signPrivateKey() == null) {
            return null;
        }
        var rings = Keys.secrets(p.signPrivateKey());
        var user = p.signUser();
        if (user != null
                && rings.stream().noneMatch(ring -> Keys.isOf(ring.toCertificate(), user))) {
            throw new TaskFailedException("The private key isn't that of " + user);
        }
        var key = Keys.signingKey(rings);
        var generator =
                new PGPSignatureGenerator(
                        new BcPGPContentSignerBuilder(
                                key.getPublicKey().getAlgorithm(), HashAlgorithmTags.SHA512),
                        key.getPublicKey());
        generator.init(PGPSignature.BINARY_DOCUMENT, Keys.unlock(key, p.signPassphrase()));
        return generator;
    }
}
