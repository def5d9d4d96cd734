// SPDX-License-Identifier: Apache-2.0
package io.millrace.connectors;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.plugin.PluginCatalog;
import io.millrace.plugin.PluginSettings;
import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.runtime.install.PluginFolders;
import io.millrace.test.FakeContext;
import io.millrace.test.RunningTask;
import io.millrace.test.Tasks;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.core.json.JsonReadFeature;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/// A host that doesn't answer who calls, as behind a firewall: every connector gives it up by
/// itself, says which host, and tells no secret.
class UnreachableIT {
    /// How one task of each family is told of a server at the port `$P`.
    private static final String TASKS =
            """
            io.kestra.plugin.amqp.CreateQueue {host: '127.0.0.1', port: $P, username: 'ada', password: 's3cret', name: 'q'}
            io.kestra.plugin.argocd.apps.Status {server: 'http://127.0.0.1:$P', token: 's3cret', application: 'a'}
            io.kestra.plugin.aws.s3.List {endpointOverride: 'http://127.0.0.1:$P', accessKeyId: 'ada', secretKeyId: 's3cret', bucket: 'b'}
            io.kestra.plugin.azure.storage.blob.List {endpoint: 'http://127.0.0.1:$P/ada', sharedKeyAccountName: 'ada', sharedKeyAccountAccessKey: 's3cret', container: 'c'}
            io.kestra.plugin.core.http.Download {uri: 'http://127.0.0.1:$P/?token=s3cret'}
            io.kestra.plugin.core.http.Request {uri: 'http://127.0.0.1:$P/?token=s3cret'}
            io.kestra.plugin.core.http.SseRequest {uri: 'http://127.0.0.1:$P/?token=s3cret'}
            io.kestra.plugin.elasticsearch.Search {connection: {hosts: ['http://127.0.0.1:$P'], basicAuth: {username: 'ada', password: 's3cret'}}}
            io.kestra.plugin.fs.ftp.List {host: '127.0.0.1', port: $P, username: 'ada', password: 's3cret', from: '/a'}
            io.kestra.plugin.fs.ftps.List {host: '127.0.0.1', port: $P, username: 'ada', password: 's3cret', from: '/a'}
            io.kestra.plugin.fs.sftp.List {host: '127.0.0.1', port: $P, username: 'ada', password: 's3cret', from: '/a'}
            io.kestra.plugin.fs.smb.List {host: '127.0.0.1', port: $P, username: 'ada', password: 's3cret', from: '/a'}
            io.kestra.plugin.fs.ssh.Command {host: '127.0.0.1', port: $P, username: 'ada', password: 's3cret', commands: ['true']}
            io.kestra.plugin.gcp.bigquery.Query {endpoint: 'http://127.0.0.1:$P', projectId: 'p', sql: 'select 1'}
            io.kestra.plugin.gcp.gcs.List {endpoint: 'http://127.0.0.1:$P', from: 'gs://bucket/a'}
            io.kestra.plugin.git.Clone {url: 'http://127.0.0.1:$P/r.git', username: 'ada', password: 's3cret'}
            io.kestra.plugin.gitlab.issues.Search {url: 'http://127.0.0.1:$P', token: 's3cret', projectId: 'p'}
            io.kestra.plugin.jenkins.JobInfo {serverUrl: 'http://127.0.0.1:$P', username: 'ada', apiToken: 's3cret', jobName: 'j'}
            io.kestra.plugin.kafka.Produce {properties: {'bootstrap.servers': '127.0.0.1:$P'}, topic: 't', from: {value: 'v'}}
            io.kestra.plugin.kubernetes.kubectl.Get {connection: {masterUrl: 'http://127.0.0.1:$P', oauthToken: 's3cret'}, resourceType: 'pods'}
            io.kestra.plugin.ldap.Search {hostname: '127.0.0.1', port: $P, userDn: 'cn=ada', password: 's3cret'}
            io.kestra.plugin.mongodb.Find {connection: {uri: 'mongodb://ada:s3cret@127.0.0.1:$P/'}, database: 'd', collection: 'c'}
            io.kestra.plugin.mqtt.Publish {server: 'tcp://127.0.0.1:$P', username: 'ada', password: 's3cret', topic: 't', from: 'x'}
            io.kestra.plugin.nats.core.Produce {url: 'nats://127.0.0.1:$P', username: 'ada', password: 's3cret', subject: 's', from: 'x'}
            io.kestra.plugin.nats.kv.Get {url: 'nats://127.0.0.1:$P', username: 'ada', password: 's3cret', bucketName: 'b', keys: ['k']}
            io.kestra.plugin.notifications.mail.MailSend {host: '127.0.0.1', port: $P, username: 'ada', password: 's3cret', from: 'a@b.c', to: 'a@b.c'}
            io.kestra.plugin.redis.string.Get {url: 'redis://:s3cret@127.0.0.1:$P/0', key: 'k'}
            io.kestra.plugin.slack.notifications.SlackIncomingWebhook {url: 'http://127.0.0.1:$P/s3cret', payload: '{}'}
            io.millrace.plugin.awx.Launch {url: 'http://127.0.0.1:$P', token: 's3cret', template: 't'}
            io.millrace.plugin.camel.Request {uri: 'http://127.0.0.1:$P/', body: 'x'}
            io.millrace.plugin.certificates.Inspect {server: '127.0.0.1:$P'}
            io.millrace.plugin.core.webhook.Deliver {uri: 'http://127.0.0.1:$P/s3cret', event: '{"id": "1"}'}
            io.millrace.plugin.jdbc.Query {url: 'jdbc:postgresql://127.0.0.1:$P/d', username: 'ada', password: 's3cret', sql: 'select 1'}
            io.millrace.plugin.jdbc.Query {url: 'jdbc:mariadb://127.0.0.1:$P/d', username: 'ada', password: 's3cret', sql: 'select 1'}
            io.millrace.plugin.jdbc.Query {url: 'jdbc:sqlserver://127.0.0.1:$P', username: 'ada', password: 's3cret', sql: 'select 1'}
            io.millrace.plugin.kafka.admin.ListTopics {properties: {'bootstrap.servers': '127.0.0.1:$P'}}
            io.millrace.plugin.mail.Receive {host: '127.0.0.1', port: $P, username: 'ada', password: 's3cret'}
            io.millrace.plugin.prometheus.Query {url: 'http://127.0.0.1:$P', username: 'ada', password: 's3cret', query: 'up'}
            io.millrace.plugin.vault.kv.Read {address: 'http://127.0.0.1:$P', auth: {token: 's3cret'}, path: 'p'}
            """;

    private static final JsonMapper JSON =
            JsonMapper.builder()
                    .enable(
                            JsonReadFeature.ALLOW_SINGLE_QUOTES,
                            JsonReadFeature.ALLOW_UNQUOTED_PROPERTY_NAMES)
                    .build();

    @TempDir Path directory = Path.of(".");
    private final List<SocketChannel> waiting = new ArrayList<>();
    private ServerSocket full = socket();

    private static ServerSocket socket() {
        try {
            return new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Nobody accepts: once the queue is full the system answers no more.
    @BeforeEach
    void fill() throws IOException {
        for (int i = 0; i < 5; i++) {
            var channel = SocketChannel.open();
            channel.configureBlocking(false);
            channel.connect(full.getLocalSocketAddress());
            waiting.add(channel);
        }
    }

    @AfterEach
    void close() throws IOException {
        for (var channel : waiting) {
            channel.close();
        }
        full.close();
    }

    private static PluginCatalog plugins() throws IOException {
        try (var modules = Files.list(Path.of(".."))) {
            var folders = modules.map(module -> module.resolve("target/plugin")).toList();
            var catalog = PluginCatalog.load(new PluginFolders(folders).sources());
            catalog.start(new PluginSettings(Map.of()));
            return catalog;
        }
    }

    /// @param number which line of the table
    private record Connector(int number, String type, String properties) {
        static Connector of(int number, String line) {
            int space = line.indexOf(' ');
            return new Connector(number, line.substring(0, space), line.substring(space));
        }

        Map<String, @Nullable Object> asked(int port) {
            var json = properties.replace("$P", String.valueOf(port));
            return new LinkedHashMap<String, @Nullable Object>(
                    JSON.readValue(json, new TypeReference<Map<String, Object>>() {}));
        }
    }

    private RunningTask start(Connector connector, PluginCatalog plugins) throws IOException {
        var plugin =
                plugins.plugin(connector.type())
                        .orElseThrow(() -> new AssertionError("There is no " + connector.type()));
        var own = Files.createDirectories(directory.resolve("task-" + connector.number()));
        var context = new FakeContext(own);
        return RunningTask.start(
                context, () -> Tasks.run(plugin, context, connector.asked(full.getLocalPort())));
    }

    @Test
    void everyConnectorGivesUpAHostThatDoesNotAnswerAndSaysWhich() throws Exception {
        var lines = TASKS.lines().toList();
        try (var plugins = plugins()) {
            var running = new LinkedHashMap<Connector, RunningTask>();
            for (var line : lines) {
                var connector = Connector.of(running.size(), line);
                running.put(connector, start(connector, plugins));
            }

            for (var entry : running.entrySet()) {
                var failure = entry.getValue().await(Duration.ofMinutes(2));
                assertThat(failure)
                        .as(entry.getKey().toString())
                        .isInstanceOf(TaskFailedException.class)
                        .hasMessageContaining("127.0.0.1")
                        .hasMessageNotContaining("s3cret");
            }
        }
    }
}
