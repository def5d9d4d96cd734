// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.prometheus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.TaskPlugin;
import io.millrace.plugin.kit.HttpApi;
import io.millrace.test.FakeContext;
import io.millrace.test.SilentServer;
import io.millrace.test.StandIn;
import io.millrace.test.Tasks;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Against the Prometheus and the Pushgateway of this machine (Debian: prometheus,
/// prometheus-pushgateway), started here.
class PrometheusIT {
    private static final List<Process> STARTED = new ArrayList<>();
    private static String gateway = "";
    private static String prometheus = "";

    @TempDir static Path home = Path.of(".");
    @TempDir Path directory = Path.of(".");
    private FakeContext context = new FakeContext(Path.of("."));

    @BeforeAll
    static void start() throws IOException {
        boolean installed =
                Stream.of("prometheus", "prometheus-pushgateway")
                        .allMatch(program ->
                                Arrays.stream(
                                                String.valueOf(System.getenv("PATH"))
                                                        .split(File.pathSeparator))
                                        .anyMatch(d -> Files.isExecutable(Path.of(d, program))));
        assumeTrue(installed, "prometheus and prometheus-pushgateway are installed");
        int gatewayPort = SilentServer.closedPort();
        gateway = "http://127.0.0.1:" + gatewayPort;
        launch("prometheus-pushgateway", "--web.listen-address=127.0.0.1:" + gatewayPort);
        int port = SilentServer.closedPort();
        prometheus = "http://127.0.0.1:" + port;
        var config =
                Files.writeString(
                        home.resolve("prometheus.yml"),
                        """
                        scrape_configs:
                          - job_name: push
                            honor_labels: true
                            scrape_interval: 1s
                            static_configs: [{targets: ["127.0.0.1:%d"]}]
                        """
                                .formatted(gatewayPort));
        launch(
                "prometheus",
                "--config.file=" + config,
                "--storage.tsdb.path=" + home.resolve("data"),
                "--web.listen-address=127.0.0.1:" + port);
        await().atMost(Duration.ofSeconds(30))
                .ignoreExceptions()
                .until(() ->
                        get(gateway + "/-/ready") == 200 && get(prometheus + "/-/ready") == 200);
    }

    private static void launch(String... command) throws IOException {
        STARTED.add(
                new ProcessBuilder(command)
                        .directory(home.toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start());
    }

    private static int get(String url) throws IOException, InterruptedException {
        try (var client = HttpClient.newHttpClient()) {
            return client.send(
                            HttpRequest.newBuilder(URI.create(url)).build(),
                            HttpResponse.BodyHandlers.discarding())
                    .statusCode();
        }
    }

    @AfterAll
    static void stop() throws InterruptedException {
        for (var process : STARTED) {
            process.destroy();
            process.waitFor();
        }
    }

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

    @Test
    void whatIsPushedCanBeAskedForAndLookedAt() throws Exception {
        var metrics =
                List.of(
                        Map.of(
                                "name",
                                "backup_bytes",
                                "value",
                                12.5,
                                "help",
                                "Bytes\nof \\ it",
                                "labels",
                                Map.of("db", "a \"b\"")),
                        Map.of("name", "backups_total", "value", 3, "type", "counter"));
        var pushed =
                run(
                        new Push(),
                        "url",
                        gateway,
                        "job",
                        "nightly/backup",
                        "instance",
                        Map.of("instance", "host 1"),
                        "metrics",
                        metrics);
        assertThat(pushed).containsEntry("count", 2);

        var query = "backup_bytes{job=\"nightly/backup\",instance=\"host 1\"}";
        await().atMost(Duration.ofSeconds(20))
                .untilAsserted(() ->
                        assertThat(run(new Query(), "url", prometheus, "query", query))
                                .containsEntry("total", 1)
                                .containsEntry("value", 12.5));
        assertThat(run(new Query(), "url", prometheus, "query", query, "min", 12, "max", 13))
                .containsEntry("total", 1);
        assertThatThrownBy(() -> run(new Query(), "url", prometheus, "query", query, "max", 12))
                .isInstanceOf(TaskFailedException.class)
                .hasMessageContaining("Expected a value up to 12.0 but got 12.5");
        assertThatThrownBy(() -> run(new Query(), "url", prometheus, "query", "no_such", "min", 1))
                .hasMessage("Expected a value but Prometheus has none");
        assertThat(run(new Query(), "url", prometheus, "query", "scalar(vector(2))"))
                .containsEntry("value", 2.0);
        run(
                new Push(),
                "url",
                gateway,
                "job",
                "nightly/backup",
                "instance",
                Map.of("instance", "host 1"),
                "mode",
                "DELETE");
    }

    @Test
    void whatIsWrongIsSaid() throws Exception {
        assertThatThrownBy(() -> run(new Query(), "url", prometheus, "query", "sum("))
                .hasMessageContaining("Prometheus answered 400")
                .hasMessageContaining("parse error");
        assertThatThrownBy(() ->
                        run(
                                new Push(),
                                "url",
                                gateway,
                                "job",
                                "j",
                                "metrics",
                                List.of(Map.of("name", "a b", "value", 1))))
                .hasMessage("Expected the name of a metric but got 'a b'");
        var nowhere = "http://127.0.0.1:" + SilentServer.closedPort();
        assertThatThrownBy(() -> run(new Push(), "url", nowhere, "job", "j"))
                .hasMessage("Unable to connect to the Pushgateway at 127.0.0.1");
        assertThatThrownBy(() -> run(new Query(), "url", "http://169.254.169.254", "query", "up"))
                .hasMessageContaining("egress policy");
    }

    @Test
    void aServerThatRefusesOrHangsIsSaidAndLeft() throws Exception {
        try (var guarded =
                StandIn.start()
                        .requiring("authorization", HttpApi.basic("ops", "g00d"))
                        .on("PUT /metrics/job/j", StandIn.Answer.status(202))) {
            Object[] wrong = {"url", guarded.url(), "username", "ops", "password", "wr0ng"};
            for (var more : List.of(new Object[] {"job", "j"}, new Object[] {"query", "up"})) {
                var all = Stream.concat(Stream.of(wrong), Stream.of(more)).toArray();
                TaskPlugin<?, ?> task = more[0].equals("job") ? new Push() : new Query();
                assertThatThrownBy(() -> run(task, all))
                        .isInstanceOf(TaskFailedException.class)
                        .hasMessageContaining("refuses the credentials (401)")
                        .hasMessageNotContaining("wr0ng");
                SilentServer.isLeft(
                        context,
                        port -> run(task, "url", "http://127.0.0.1:" + port, more[0], more[1]));
            }
        }
    }
}
