// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.jenkins;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.plugin.PluginSettings;
import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.kit.HttpApi;
import io.millrace.plugin.kit.HttpApi.Call;
import io.millrace.test.FakeContext;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/// Where what all the connectors to APIs send goes.
class CredentialsTest {
    /// The first byte of what a client of TLS says first.
    private static final char HANDSHAKE = 22;

    @Test
    void credentialsThatAreForTlsAloneGoNowhereElse() throws Exception {
        var heard = new CopyOnWriteArrayList<String>();
        try (var plain = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
                var api =
                        new HttpApi(
                                "It",
                                "https://127.0.0.1:" + plain.getLocalPort(),
                                Map.of("Authorization", "s3cret"),
                                null,
                                new PluginSettings(Map.of()),
                                new FakeContext(Path.of(".")))) {
            Thread.ofVirtual().start(() -> hear(plain, heard));
            api.pausing(Duration.ofMillis(1));

            // as the address of a next page may be, of a server behind a proxy
            var next = "http://127.0.0.1:" + plain.getLocalPort() + "/next";
            assertThatThrownBy(() -> api.ask(Call.get(next)))
                    .isInstanceOf(TaskFailedException.class);

            assertThat(heard)
                    .isNotEmpty()
                    .allSatisfy(begin ->
                            assertThat(begin)
                                    .startsWith(String.valueOf(HANDSHAKE))
                                    .doesNotContain("s3cret"));
        }
    }

    /// Notes what comes first, and hangs up: this server doesn't speak TLS.
    private static void hear(ServerSocket server, List<String> heard) {
        var buffer = new byte[8_192];
        while (!server.isClosed()) {
            try (var caller = server.accept()) {
                int read = caller.getInputStream().read(buffer);
                heard.add(
                        new String(
                                Arrays.copyOf(buffer, Math.max(read, 0)),
                                StandardCharsets.ISO_8859_1));
            } catch (IOException _) {
                // it was closed, here or there
            }
        }
    }
}
