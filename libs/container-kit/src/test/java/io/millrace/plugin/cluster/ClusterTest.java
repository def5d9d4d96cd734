// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.millrace.plugin.PluginSettings;
import io.millrace.plugin.kit.HttpApi.Call;
import io.millrace.test.FakeContext;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClusterTest {
    @TempDir Path account = Path.of(".");

    @Test
    void aServiceAccountsNewTokenIsTakenWhileATaskRuns() throws Exception {
        List<String> seen = new CopyOnWriteArrayList<>();
        var server =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext(
                "/",
                exchange -> {
                    seen.add(exchange.getRequestHeaders().getFirst("Authorization"));
                    exchange.sendResponseHeaders(200, -1);
                    exchange.close();
                });
        server.start();
        Files.writeString(account.resolve("ca.crt"), anyCertificate());
        Files.writeString(account.resolve("token"), "first\n");
        try (var cluster =
                Cluster.as(
                        account,
                        "http://127.0.0.1:" + server.getAddress().getPort(),
                        new PluginSettings(Map.of()),
                        new FakeContext(account))) {
            cluster.api().ask(Call.get("/a"));
            Files.writeString(account.resolve("token"), "second\n");
            cluster.api().ask(Call.get("/b"));
            cluster.follow("/log", _ -> {});
        } finally {
            server.stop(0);
        }

        assertThat(seen).containsExactly("Bearer first", "Bearer second", "Bearer second");
    }

    /// One that the JDK trusts: what is asked for is its form alone.
    private static String anyCertificate() throws Exception {
        var factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init((KeyStore) null);
        var trusted =
                Arrays.stream(factory.getTrustManagers())
                        .map(X509TrustManager.class::cast)
                        .flatMap(m -> Arrays.stream(m.getAcceptedIssuers()))
                        .findFirst()
                        .orElseThrow();
        return "-----BEGIN CERTIFICATE-----\n%s\n-----END CERTIFICATE-----\n"
                .formatted(Base64.getMimeEncoder().encodeToString(trusted.getEncoded()));
    }
}
