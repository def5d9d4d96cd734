// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.openpgp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.millrace.plugin.TaskPlugin;
import io.millrace.test.FakeContext;
import io.millrace.test.Tasks;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Against GnuPG: what the one writes the other reads.
class OpenPgpIT {
    private static final String PASSPHRASE = "0pen";

    @TempDir static Path home = Path.of(".");
    @TempDir Path directory = Path.of(".");
    private FakeContext context = new FakeContext(Path.of("."));

    @BeforeAll
    static void makeKeys() throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/gpg")), "GnuPG is installed");
        // passphrases that are quick to try, as they needn't be for a test
        Files.writeString(home.resolve("gpg-agent.conf"), "s2k-count 65536\n");
        for (var user : List.of("ada@example.com", "bob@example.com")) {
            gpg("--quick-gen-key", user, "ed25519", "sign", "never");
            var fingerprint =
                    gpg("--with-colons", "--list-keys", user)
                            .lines()
                            .filter(line -> line.startsWith("fpr:"))
                            .findFirst()
                            .orElseThrow()
                            .split(":", -1)[9];
            gpg("--quick-add-key", fingerprint, "cv25519", "encr", "never");
        }
    }

    @AfterAll
    static void endAgent() throws Exception {
        if (Files.isExecutable(Path.of("/usr/bin/gpgconf"))) {
            new ProcessBuilder("gpgconf", "--homedir", home.toString(), "--kill", "gpg-agent")
                    .start()
                    .waitFor();
        }
    }

    @BeforeEach
    void begin() {
        context = new FakeContext(directory);
    }

    private static String gpg(String... arguments) throws IOException, InterruptedException {
        var command =
                new ArrayList<>(
                        List.of(
                                "gpg",
                                "--homedir",
                                home.toString(),
                                "--batch",
                                "--yes",
                                "--pinentry-mode",
                                "loopback",
                                "--passphrase",
                                PASSPHRASE,
                                "--trust-model",
                                "always"));
        command.addAll(List.of(arguments));
        var errors = home.resolve("errors").toFile();
        var process = new ProcessBuilder(command).redirectError(errors).start();
        var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException(Files.readString(errors.toPath()));
        }
        return output;
    }

    private static String publicKey(String user) throws Exception {
        return gpg("--armor", "--export", user);
    }

    private static String privateKey(String user) throws Exception {
        return gpg("--armor", "--export-secret-keys", user);
    }

    private Map<String, @Nullable Object> run(TaskPlugin<?, ?> task, Object... properties)
            throws Exception {
        var all = new HashMap<String, @Nullable Object>();
        for (int i = 0; i < properties.length; i += 2) {
            all.put(String.valueOf(properties[i]), properties[i + 1]);
        }
        return Tasks.run(task, context, all);
    }

    private URI uri(Map<String, @Nullable Object> outputs) {
        return URI.create(String.valueOf(outputs.get("uri")));
    }

    @Test
    void gnuPgReadsWhatIsEncryptedAndSigned() throws Exception {
        context.store("kestra:///plain", "the plan");

        var encrypted =
                run(
                        new Encrypt(),
                        "from",
                        "kestra:///plain",
                        "key",
                        publicKey("bob@example.com") + publicKey("ada@example.com"),
                        "recipients",
                        List.of("bob@example.com"),
                        "signPrivateKey",
                        privateKey("ada@example.com"),
                        "signPassphrase",
                        PASSPHRASE,
                        "signUser",
                        "ada@example.com");
        var file = Files.write(directory.resolve("in.asc"), context.bytes(uri(encrypted)));

        assertThat(Files.readString(file)).startsWith("-----BEGIN PGP MESSAGE-----");
        assertThat(gpg("--status-fd", "1", "--decrypt", file.toString()))
                .contains("the plan", "GOODSIG", "ada@example.com");
    }

    @Test
    void whatGnuPgEncryptsIsReadAndItsSignerChecked() throws Exception {
        var big = "line\n".repeat(100_000);
        var plain = Files.writeString(directory.resolve("plain"), big);
        var file = directory.resolve("out.gpg");
        gpg(
                "--sign",
                "--local-user",
                "ada@example.com",
                "--encrypt",
                "--recipient",
                "bob@example.com",
                "--output",
                file.toString(),
                plain.toString());
        var stored = context.store("kestra:///in", Files.readAllBytes(file)).toString();
        Object[] decrypt = {
            "from", stored,
            "privateKey", privateKey("bob@example.com"),
            "privateKeyPassphrase", PASSPHRASE,
            "signUsersKey", List.of(publicKey("ada@example.com")),
            "requiredSignerUsers", List.of("ada@example.com")
        };

        var decrypted = run(new Decrypt(), decrypt);

        assertThat(context.text(uri(decrypted))).isEqualTo(big);
        assertThat(decrypted).containsEntry("signers", List.of("ada@example.com"));
        decrypt[9] = List.of("bob@example.com");
        assertThatThrownBy(() -> run(new Decrypt(), decrypt))
                .hasMessage("Nobody of bob@example.com has signed the file");
        decrypt[5] = "wr0ng";
        assertThatThrownBy(() -> run(new Decrypt(), decrypt))
                .hasMessage("The passphrase doesn't open the private key");
        decrypt[3] = privateKey("ada@example.com");
        assertThatThrownBy(() -> run(new Decrypt(), decrypt))
                .hasMessage("The file isn't encrypted for this private key");
    }

    @Test
    void whoHasRevokedHisKeyVouchesForNothing() throws Exception {
        gpg("--quick-gen-key", "eve@example.com", "ed25519", "sign", "never");
        var plain = Files.writeString(directory.resolve("plain"), "the plan");
        var file = directory.resolve("out.gpg").toString();
        gpg(
                "--sign",
                "--local-user",
                "eve@example.com",
                "--encrypt",
                "--recipient",
                "bob@example.com",
                "--output",
                file,
                plain.toString());
        var before = publicKey("eve@example.com");
        var fingerprint =
                gpg("--with-colons", "--fingerprint", "eve@example.com")
                        .lines()
                        .filter(line -> line.startsWith("fpr"))
                        .findFirst()
                        .orElseThrow()
                        .split(":")[9];
        var prepared = home.resolve("openpgp-revocs.d").resolve(fingerprint + ".rev");
        var revocation =
                Files.writeString(
                        directory.resolve("revocation"),
                        Files.readString(prepared).replace(":-----BEGIN", "-----BEGIN"));
        gpg("--import", revocation.toString());
        var stored = context.store("kestra:///in", Files.readAllBytes(Path.of(file))).toString();
        Object[] decrypt = {
            "from", stored,
            "privateKey", privateKey("bob@example.com"),
            "privateKeyPassphrase", PASSPHRASE,
            "signUsersKey", List.of(before),
            "requiredSignerUsers", List.of("eve@example.com")
        };

        assertThat(run(new Decrypt(), decrypt))
                .containsEntry("signers", List.of("eve@example.com"));
        decrypt[7] = List.of(publicKey("eve@example.com"));
        assertThatThrownBy(() -> run(new Decrypt(), decrypt))
                .hasMessage("Nobody of eve@example.com has signed the file");
    }

    @Test
    void whatWasChangedOrIsNoSuchFileIsRefused() throws Exception {
        context.store("kestra:///plain", "x".repeat(5000));
        var encrypted =
                run(
                        new Encrypt(),
                        "from",
                        "kestra:///plain",
                        "key",
                        publicKey("bob@example.com"),
                        "armor",
                        false);
        var bytes = context.bytes(uri(encrypted)).clone();
        bytes[bytes.length - 5] ^= 1;
        var privateKey = privateKey("bob@example.com");
        int before = context.stored().size();

        for (var wrong : List.of(bytes, new byte[0], new byte[] {1, 2, 3})) {
            context.store("kestra:///wrong", wrong);
            assertThatThrownBy(() ->
                            run(
                                    new Decrypt(),
                                    "from",
                                    "kestra:///wrong",
                                    "privateKey",
                                    privateKey,
                                    "privateKeyPassphrase",
                                    PASSPHRASE))
                    .isInstanceOf(io.millrace.plugin.TaskFailedException.class);
        }

        assertThat(context.stored()).hasSize(before + 1);
        assertThatThrownBy(() -> run(new Encrypt(), "from", "kestra:///plain", "key", "no key"))
                .hasMessage("Expected an armored public key of OpenPGP");
    }
}
