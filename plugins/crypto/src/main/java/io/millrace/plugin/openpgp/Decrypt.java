// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.openpgp;

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
import java.util.ArrayList;
import java.util.List;
import org.bouncycastle.openpgp.PGPCompressedData;
import org.bouncycastle.openpgp.PGPEncryptedDataList;
import org.bouncycastle.openpgp.PGPException;
import org.bouncycastle.openpgp.PGPLiteralData;
import org.bouncycastle.openpgp.PGPOnePassSignature;
import org.bouncycastle.openpgp.PGPOnePassSignatureList;
import org.bouncycastle.openpgp.PGPPublicKeyEncryptedData;
import org.bouncycastle.openpgp.PGPPublicKeyRing;
import org.bouncycastle.openpgp.PGPSecretKeyRing;
import org.bouncycastle.openpgp.PGPSignatureList;
import org.bouncycastle.openpgp.PGPUtil;
import org.bouncycastle.openpgp.bc.BcPGPObjectFactory;
import org.bouncycastle.openpgp.operator.bc.BcPGPContentVerifierBuilderProvider;
import org.bouncycastle.openpgp.operator.bc.BcPublicKeyDataDecryptorFactory;
import org.jspecify.annotations.Nullable;

/// Decrypts a file, and checks who has signed it. Nothing is stored of what was changed on its way,
/// or isn't signed by whom it must be.
@Plugin(type = "io.kestra.plugin.crypto.openpgp.Decrypt", title = "Decrypt a file with OpenPGP")
public final class Decrypt implements TaskPlugin<Decrypt.Properties, Decrypt.Outputs> {

    public record Properties(
            @Title("File") String from,
            @Title("Private key, armored") String privateKey,
            @Title("Passphrase of the key") @Nullable String privateKeyPassphrase,
            @Title("Public keys of those who may have signed it, armored")
                    @Nullable List<String> signUsersKey,
            @Title("User ids or mail addresses of which one must have signed it")
                    @Nullable List<String> requiredSignerUsers) {}

    public record Outputs(
            @Title("The file") URI uri,
            @Title("User ids of those whose signatures are good") List<String> signers) {}

    /// A signature that is checked while the content passes.
    private record Checking(PGPOnePassSignature signature, PGPPublicKeyRing signer) {}

    @Override
    public Outputs run(Properties p, TaskContext context) throws Exception {
        var secrets = Keys.secrets(p.privateKey());
        var signers = new ArrayList<PGPPublicKeyRing>();
        for (var armored : p.signUsersKey() == null ? List.<String>of() : p.signUsersKey()) {
            signers.addAll(Keys.certificates(armored));
        }
        try (var content = RowFile.stream(p.from(), context);
                var file = NewFile.create(context)) {
            var encrypted = encrypted(PGPUtil.getDecoderStream(content), secrets);
            var key =
                    Keys.unlock(
                            Keys.find(secrets, encrypted.getKeyIdentifier().getKeyId())
                                    .orElseThrow(),
                            p.privateKeyPassphrase());
            var good =
                    read(
                            encrypted.getDataStream(new BcPublicKeyDataDecryptorFactory(key)),
                            file.stream(),
                            signers);
            if (!encrypted.isIntegrityProtected() || !encrypted.verify()) {
                throw new TaskFailedException("The file was changed, or isn't protected from that");
            }
            require(p.requiredSignerUsers(), good);
            return new Outputs(file.store(""), good.stream().map(Keys::who).toList());
        } catch (PGPException | IOException | RuntimeException e) {
            throw new TaskFailedException(
                    "Expected a file that is encrypted with OpenPGP: " + e.getMessage(), e);
        }
    }

    private static PGPPublicKeyEncryptedData encrypted(
            InputStream content, List<PGPSecretKeyRing> secrets)
            throws IOException, TaskFailedException {
        var objects = new BcPGPObjectFactory(content);
        for (var next = objects.nextObject(); next != null; next = objects.nextObject()) {
            if (next instanceof PGPEncryptedDataList list) {
                for (var one : list) {
                    if (one instanceof PGPPublicKeyEncryptedData data
                            && Keys.find(secrets, data.getKeyIdentifier().getKeyId()).isPresent()) {
                        return data;
                    }
                }
                throw new TaskFailedException("The file isn't encrypted for this private key");
            }
        }
        throw new TaskFailedException("Expected a file that is encrypted with OpenPGP");
    }

    private static List<PGPPublicKeyRing> read(
            InputStream content, OutputStream to, List<PGPPublicKeyRing> signers)
            throws IOException, PGPException, TaskFailedException, InterruptedException {
        var objects = new BcPGPObjectFactory(content);
        var checking = new ArrayList<Checking>();
        var good = new ArrayList<PGPPublicKeyRing>();
        boolean found = false;
        for (var next = objects.nextObject(); next != null; next = objects.nextObject()) {
            switch (next) {
                case PGPCompressedData compressed ->
                        objects = new BcPGPObjectFactory(compressed.getDataStream());
                case PGPOnePassSignatureList list -> {
                    for (var signature : list) {
                        checking(signature, signers).ifPresent(checking::add);
                    }
                }
                case PGPLiteralData literal -> {
                    found = true;
                    copy(literal.getInputStream(), to, checking);
                }
                case PGPSignatureList list -> {
                    for (var signature : list) {
                        for (var one : checking) {
                            if (one.signature().getKeyIdentifier().getKeyId()
                                            == signature.getKeyIdentifiers().getFirst().getKeyId()
                                    && one.signature().verify(signature)) {
                                good.add(one.signer());
                            }
                        }
                    }
                }
                default -> {
                    // markers and the like
                }
            }
        }
        if (!found) {
            throw new TaskFailedException("Expected content in the encrypted file");
        }
        return good;
    }

    private static java.util.Optional<Checking> checking(
            PGPOnePassSignature signature, List<PGPPublicKeyRing> signers) throws PGPException {
        for (var ring : signers) {
            var key = ring.getPublicKey(signature.getKeyIdentifier().getKeyId());
            // who has revoked a key no longer vouches for what it signs
            if (key != null && !key.hasRevocation() && !ring.getPublicKey().hasRevocation()) {
                signature.init(new BcPGPContentVerifierBuilderProvider(), key);
                return java.util.Optional.of(new Checking(signature, ring));
            }
        }
        return java.util.Optional.empty();
    }

    private static void copy(InputStream content, OutputStream to, List<Checking> checking)
            throws IOException, InterruptedException {
        var buffer = new byte[1 << 16];
        for (int n = content.read(buffer); n >= 0; n = content.read(buffer)) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            to.write(buffer, 0, n);
            for (var one : checking) {
                one.signature().update(buffer, 0, n);
            }
        }
    }

    private static void require(@Nullable List<String> users, List<PGPPublicKeyRing> good)
            throws TaskFailedException {
        if (users != null
                && !users.isEmpty()
                && users.stream()
                        .noneMatch(user -> good.stream().anyMatch(r -> Keys.isOf(r, user)))) {
            throw new TaskFailedException(
                    "Nobody of %s has signed the file".formatted(String.join(", ", users)));
        }
    }
}
