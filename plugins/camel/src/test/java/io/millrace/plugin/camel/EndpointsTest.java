// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.camel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import io.millrace.plugin.PluginSettings;
import io.millrace.plugin.TaskFailedException;
import io.millrace.test.FakeContext;
import io.millrace.test.SilentServer;
import io.millrace.test.Tasks;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EndpointsTest {
    @TempDir Path directory = Path.of(".");
    private FakeContext context = new FakeContext(Path.of("."));
    private HttpServer server;

    EndpointsTest() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    }

    @BeforeEach
    void start() {
        context = new FakeContext(directory);
        server.createContext(
                "/echo",
                exchange -> {
                    var body = exchange.getRequestBody().readAllBytes();
                    var answer =
                            "%s %s %s"
                                    .formatted(
                                            exchange.getRequestMethod(),
                                            exchange.getRequestHeaders().getFirst("X-Who"),
                                            new String(body, StandardCharsets.UTF_8));
                    exchange.getResponseHeaders().set("X-Answer", "yes");
                    exchange.sendResponseHeaders(200, 0);
                    try (var out = exchange.getResponseBody()) {
                        out.write(answer.getBytes(StandardCharsets.UTF_8));
                    }
                });
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private Map<String, @Nullable Object> request(String uri, Object... properties)
            throws Exception {
        return request(new Request(), uri, properties);
    }

    private Map<String, @Nullable Object> request(Request task, String uri, Object... properties)
            throws Exception {
        var all = new HashMap<String, @Nullable Object>();
        all.put("uri", uri);
        for (int i = 0; i < properties.length; i += 2) {
            all.put(String.valueOf(properties[i]), properties[i + 1]);
        }
        return Tasks.run(task, context, all);
    }

    private String echo() {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/echo";
    }

    @Test
    void aServiceIsAsked() throws Exception {
        var answer = request(echo(), "body", Map.of("a", 1), "headers", Map.of("X-Who", "ada"));

        assertThat(answer).containsEntry("body", "POST ada {\"a\":1}");
        assertThat(String.valueOf(answer.get("headers"))).containsIgnoringCase("X-Answer=yes");
    }

    @Test
    void anAnswerBecomesAFile() throws Exception {
        var answer = request(echo(), "body", "x", "store", true);

        assertThat(answer).doesNotContainKey("body");
        assertThat(context.text(URI.create(String.valueOf(answer.get("uri")))))
                .isEqualTo("POST null x");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "file:/etc?fileName=passwd",
                "language:simple:resource:file:/etc/passwd",
                "http://127.0.0.1/{{ '{' }}{env:HOME}}",
                "http://127.0.0.1/${sysenv.HOME}",
                "http://127.0.0.1/?httpClientConfigurer=#class:java.lang.Object",
                "sftp:127.0.0.1/x?localWorkDirectory=/etc",
                "sftp:127.0.0.1/x?privateKeyFile=/root/.ssh/id_rsa",
                "sftp:127.0.0.1/x?privateKeyUri=file:/root/.ssh/id_rsa",
                "ftp:127.0.0.1/x?fileName=${bean:x}",
                "http://127.0.0.1/?allowJavaSerializedObject=true",
                "http://169.254.169.254/latest/meta-data",
                "https:metadata.google.internal@169.254.169.254/",
                "ftp://169.254.169.254:21/x",
                "sftp:169.254.169.254/x",
                "sftp:ada@169.254.169.254:22/x",
                "ftp:127.0.0.1/x?proxyHost=RAW(169.254.169.254)",
                "http://127.0.0.1/?proxyHost=169.254.169.254&proxyPort=80",
                "no such thing",
                "nosuch:thing"
            })
    void whatWouldReachIntoTheWorkerOrElsewhereIsRefused(String uri) {
        assertThatThrownBy(() -> request(uri))
                .isInstanceOf(TaskFailedException.class)
                .hasMessageNotContaining("root:");
    }

    @ParameterizedTest
    @ValueSource(strings = {"CamelHttpUri", "camelRestHttpUri", "CamelOverruleFileName-Host"})
    void headersDontLeadElsewhere(String header) {
        assertThatThrownBy(
                        () -> request(echo(), "headers", Map.of(header, "http://169.254.169.254/")))
                .hasMessage("The header %s isn't for flows", header);
    }

    @Test
    void theOperatorSaysWhichComponentsMayBeUsed() {
        var task = new Request();
        task.start(new PluginSettings(Map.of("camel.only", "ftp,sftp")));

        assertThatThrownBy(() -> request(task, echo()))
                .hasMessage("The component http isn't among those that may be used");
    }

    @Test
    void aServiceThatIsAwayIsSaid() throws Exception {
        var away = "http://127.0.0.1:" + SilentServer.closedPort() + "/";

        assertThatThrownBy(() -> request(away))
                .isInstanceOf(TaskFailedException.class)
                .hasMessageStartingWith("The endpoint fails: ");
    }

    @Test
    void aServiceThatHangsIsLeftWhenTheTaskIsCancelled() throws Exception {
        SilentServer.isLeft(context, port -> request("http://127.0.0.1:" + port + "/"));
    }
}
