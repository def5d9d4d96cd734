// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.certificates;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.millrace.plugin.NothingNewException;
import io.millrace.plugin.TaskPlugin;
import io.millrace.test.FakeContext;
import io.millrace.test.SilentServer;
import io.millrace.test.Tasks;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What is issued, OpenSSL judges.
class IssueTest {
    private static final Path OPENSSL = Path.of("/usr/bin/openssl");

    @TempDir Path directory = Path.of(".");
    private FakeContext context = new FakeContext(Path.of("."));

    @BeforeEach
    void begin() {
        context = new FakeContext(directory);
    }

    private Map<String, @Nullable Object> run(TaskPlugin<?, ?> task, Object... properties)
            throws Exception {
        var all = new HashMap<String, @Nullable Object>();
        for (int i = 0; i < properties.length; i += 2) {
            all.put(String.valueOf(properties[i]), properties[i + 1]);
        }
        return Tasks.run(task, context, all);
    }

    private static String text(Map<String, @Nullable Object> outputs, String name) {
        return String.valueOf(outputs.get(name));
    }

    private String openssl(String... arguments) throws IOException, InterruptedException {
        assumeTrue(Files.isExecutable(OPENSSL), "OpenSSL is installed");
        var command = new java.util.ArrayList<String>(List.of(OPENSSL.toString()));
        command.addAll(List.of(arguments));
        var process =
                new ProcessBuilder(command)
                        .directory(directory.toFile())
                        .redirectErrorStream(true)
                        .start();
        var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        return said;
    }

    private void write(String name, @Nullable Object text) throws IOException {
        Files.writeString(directory.resolve(name), String.valueOf(text));
    }

    @Test
    void anAuthorityIssuesACertificateThatOpensslTrusts() throws Exception {
        var authority = run(new Issue(), "commonName", "Test CA", "authority", true);
        var issued =
                run(
                        new Issue(),
                        "commonName",
                        "web.example",
                        "names",
                        List.of("web.example", "10.0.0.1"),
                        "keyType",
                        "RSA",
                        "validity",
                        "P10D",
                        "caCertificate",
                        text(authority, "certificate"),
                        "caPrivateKey",
                        text(authority, "privateKey"));
        write("ca.pem", authority.get("certificate"));
        write("web.pem", issued.get("certificate"));
        write("web.key", issued.get("privateKey"));

        assertThat(
                        openssl(
                                "verify",
                                "-x509_strict",
                                "-purpose",
                                "sslserver",
                                "-CAfile",
                                "ca.pem",
                                "web.pem"))
                .contains("web.pem: OK");
        assertThat(openssl("x509", "-in", "web.pem", "-noout", "-ext", "subjectAltName"))
                .contains("DNS:web.example", "IP Address:10.0.0.1");
        assertThat(openssl("rsa", "-in", "web.key", "-check", "-noout")).contains("RSA key ok");
        assertThat(context.concealed)
                .containsExactly(
                        String.valueOf(authority.get("privateKey")),
                        String.valueOf(issued.get("privateKey")));
        assertThat(String.valueOf(issued.get("chain")))
                .isEqualTo("" + issued.get("certificate") + authority.get("certificate"));
    }

    @Test
    void aRequestOfOpensslIsSignedAndItsKeyIsNotSeen() throws Exception {
        openssl(
                "req",
                "-new",
                "-newkey",
                "ec",
                "-pkeyopt",
                "ec_paramgen_curve:P-256",
                "-nodes",
                "-keyout",
                "own.key",
                "-subj",
                "/CN=own",
                "-out",
                "own.csr");
        var authority = run(new Issue(), "commonName", "Test CA", "authority", true);

        var issued =
                run(
                        new Issue(),
                        "csr",
                        Files.readString(directory.resolve("own.csr")),
                        "names",
                        List.of("own.example"),
                        "validity",
                        "P1D",
                        "caCertificate",
                        text(authority, "certificate"),
                        "caPrivateKey",
                        text(authority, "privateKey"));

        assertThat(issued.get("privateKey")).isNull();
        write("own.pem", issued.get("certificate"));
        assertThat(openssl("x509", "-in", "own.pem", "-noout", "-subject", "-nameopt", "RFC2253"))
                .contains("CN=own");
    }

    @Test
    void whatCannotBeIssuedIsSaid() throws Exception {
        assertThatThrownBy(() -> run(new Issue())).hasMessage("Expected `commonName`, or `csr`");
        assertThatThrownBy(() -> run(new Issue(), "csr", "x"))
                .hasMessage("Expected a request in PEM in `csr`");
        var leaf = run(new Issue(), "commonName", "leaf");
        assertThatThrownBy(() ->
                        run(
                                new Issue(),
                                "commonName",
                                "x",
                                "caCertificate",
                                text(leaf, "certificate"),
                                "caPrivateKey",
                                text(leaf, "privateKey")))
                .hasMessage("Expected the certificate of an authority");
    }

    @Test
    void aServerThatCannotBeReachedIsFoundUnlessThatIsNotAskedFor() throws Exception {
        var servers = List.of("127.0.0.1:" + SilentServer.closedPort());

        var found = run(new ExpiryTrigger(), "servers", servers);

        assertThat(found).containsEntry("count", 1);
        assertThat(String.valueOf(found.get("findings"))).contains("No TLS with 127.0.0.1");
        assertThatThrownBy(() -> run(new ExpiryTrigger(), "servers", servers, "unreachable", false))
                .isInstanceOf(NothingNewException.class);
    }
}
