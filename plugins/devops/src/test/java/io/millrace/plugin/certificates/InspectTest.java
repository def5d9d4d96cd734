// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.certificates;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.millrace.plugin.TaskFailedException;
import io.millrace.test.FakeContext;
import io.millrace.test.SilentServer;
import io.millrace.test.Tasks;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Against the JDK's HTTPS server, with a certificate of `keytool` that lasts ten days.
class InspectTest {
    private static @Nullable HttpsServer https;
    private static String server = "";
    private static String pem = "";

    @TempDir static Path home = Path.of(".");
    @TempDir Path directory = Path.of(".");
    private FakeContext context = new FakeContext(Path.of("."));

    @BeforeAll
    static void start() throws Exception {
        var store = home.resolve("keys.p12");
        var made =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "keytool")
                                        .toString(),
                                "-genkeypair",
                                "-alias",
                                "server",
                                "-keyalg",
                                "EC",
                                "-dname",
                                "CN=test server",
                                "-ext",
                                "san=dns:localhost,dns:*.example.com",
                                "-validity",
                                "10",
                                "-storetype",
                                "PKCS12",
                                "-keystore",
                                store.toString(),
                                "-storepass",
                                "changeit")
                        .redirectErrorStream(true)
                        .start();
        made.getInputStream().readAllBytes();
        assertThat(made.waitFor()).isZero();
        var keys = KeyStore.getInstance("PKCS12");
        try (var content = Files.newInputStream(store)) {
            keys.load(content, "changeit".toCharArray());
        }
        pem =
                "-----BEGIN CERTIFICATE-----\n"
                        + Base64.getMimeEncoder()
                                .encodeToString(keys.getCertificate("server").getEncoded())
                        + "\n-----END CERTIFICATE-----\n";
        var managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(keys, "changeit".toCharArray());
        var tls = SSLContext.getInstance("TLS");
        tls.init(managers.getKeyManagers(), null, null);
        var started =
                HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        started.setHttpsConfigurator(new HttpsConfigurator(tls));
        started.start();
        https = started;
        server = "localhost:" + started.getAddress().getPort();
    }

    @AfterAll
    static void stop() {
        if (https != null) {
            https.stop(0);
        }
    }

    @BeforeEach
    void begin() {
        context = new FakeContext(directory);
    }

    private Map<String, @Nullable Object> run(Object... properties) throws Exception {
        var all = new HashMap<String, @Nullable Object>();
        for (int i = 0; i < properties.length; i += 2) {
            all.put(String.valueOf(properties[i]), properties[i + 1]);
        }
        return Tasks.run(new Inspect(), context, all);
    }

    @Test
    void aCertificateThatIsTrustedAndLastsIsFine() throws Exception {
        var outputs = run("server", server, "trusted", pem, "minValidity", "P5D");

        assertThat(outputs)
                .containsEntry("trusted", true)
                .containsEntry("expiring", false)
                .containsEntry("daysLeft", 9L);
        assertThat(String.valueOf(outputs.get("certificates")))
                .contains("CN=test server", "*.example.com");
        assertThat(context.warning).isFalse();
    }

    @Test
    void oneThatExpiresSoonWarnsOrFails() throws Exception {
        run("server", server, "trusted", pem);
        assertThat(context.warning).isTrue();

        assertThatThrownBy(() -> run("server", server, "trusted", pem, "onExpiry", "FAIL"))
                .isInstanceOfSatisfying(
                        TaskFailedException.class,
                        e -> assertThat(e.outputs()).containsEntry("daysLeft", 9L))
                .hasMessageContaining("Expected CN=test server to last PT720H but it ends");
    }

    @Test
    void oneThatNobodyTrustsOrThatIsForAnotherNameIsToldApart() throws Exception {
        assertThat(run("server", server)).containsEntry("trusted", false);
        assertThat(run("server", server, "trusted", pem, "serverName", "a.example.com"))
                .containsEntry("trusted", true);
        assertThatThrownBy(() ->
                        run(
                                "server",
                                server,
                                "trusted",
                                pem,
                                "serverName",
                                "other.org",
                                "onUntrusted",
                                "FAIL"))
                .hasMessageContaining("it is for [localhost, *.example.com]");
    }

    @Test
    void filesHoldCertificatesToo() throws Exception {
        var uri = context.store("kestra:///server.pem", pem).toString();

        assertThat(run("from", uri)).containsEntry("daysLeft", 9L).doesNotContainKey("trusted");
        assertThat(run("from", pem)).containsEntry("daysLeft", 9L);
        assertThatThrownBy(() -> run("from", "no certificate"))
                .isInstanceOf(TaskFailedException.class);
    }

    @Test
    void whatCantBeReachedIsSaidAndWhatHangsIsLeft() throws Exception {
        assertThatThrownBy(() -> run("server", "127.0.0.1:" + SilentServer.closedPort()))
                .isInstanceOf(TaskFailedException.class)
                .hasMessageContaining("No TLS with 127.0.0.1");
        assertThatThrownBy(() -> run("server", "169.254.169.254"))
                .hasMessageContaining("egress policy");
        assertThatThrownBy(() -> run("server", "localhost:x"))
                .hasMessageContaining("Expected a server such as");
        SilentServer.isLeft(context, port -> run("server", "127.0.0.1:" + port));
    }

    @Test
    void aServerWhoseCertificateEndsSoonStartsAnExecution() throws Exception {
        var properties = new HashMap<String, @Nullable Object>();
        properties.put("servers", java.util.List.of(server));
        properties.put("trusted", pem);

        var found = Tasks.run(new ExpiryTrigger(), context, properties);

        assertThat(found).containsEntry("count", 1);
        assertThat(String.valueOf(found.get("findings"))).contains("CN=test server", "daysLeft=9");
    }
}
