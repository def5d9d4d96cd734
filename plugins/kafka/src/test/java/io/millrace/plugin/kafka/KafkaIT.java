// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.kafka;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.millrace.plugin.NothingNewException;
import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.TaskPlugin;
import io.millrace.test.DyingWorker;
import io.millrace.test.FakeContext;
import io.millrace.test.RunningTask;
import io.millrace.test.SilentServer;
import io.millrace.test.StandIn;
import io.millrace.test.Tasks;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.json.JsonMapper;

/// Against a Kafka broker.
class KafkaIT {
    @TempDir static Path data = Path.of(".");
    @TempDir Path directory = Path.of(".");
    private static @Nullable KafkaBroker broker;
    private FakeContext context = new FakeContext(Path.of("."));
    private String topic = "";

    @BeforeAll
    static void start() throws Exception {
        broker = KafkaBroker.start(data);
    }

    @AfterAll
    static void stop() {
        if (broker != null) {
            broker.close();
        }
    }

    @BeforeEach
    void begin() {
        context = new FakeContext(directory);
        topic = "topic-" + UUID.randomUUID();
    }

    private Map<String, @Nullable Object> properties(Object... more) {
        var all = new HashMap<String, @Nullable Object>();
        all.put("properties", Map.of("bootstrap.servers", requireNonNull(broker).open()));
        all.put("topic", topic);
        for (int i = 0; i < more.length; i += 2) {
            all.put(String.valueOf(more[i]), more[i + 1]);
        }
        return all;
    }

    private Map<String, @Nullable Object> run(TaskPlugin<?, ?> task, Object... more)
            throws Exception {
        context.executionId = UUID.randomUUID().toString();
        return attempt(task, more);
    }

    /// One more of the same task run.
    private Map<String, @Nullable Object> attempt(TaskPlugin<?, ?> task, Object... more)
            throws Exception {
        return Tasks.run(task, context, properties(more));
    }

    private String text(@Nullable Object uri) {
        return requireNonNull(context.text(URI.create(String.valueOf(uri))));
    }

    @Test
    void messagesOfAFileAreReadOnceByAGroup() throws Exception {
        context.store(
                "kestra:///in",
                """
                {"key":"a","value":{"n":1},"headers":{"h":"x"}}
                {"key":"b","value":{"n":2}}
                {"key":"c","value":{"n":3}}
                """);

        var sent = run(new Produce(), "from", "kestra:///in", "valueSerializer", "JSON");
        Object[] read = {"groupId", "g", "valueDeserializer", "JSON", "pollDuration", "PT1S"};
        var all = run(new Consume(), read);
        var none = run(new Consume(), read);
        var again = run(new Consume(), "pollDuration", "PT1S", "maxRecords", 2);

        assertThat(sent).containsEntry("messagesCount", 3L);
        assertThat(all).containsEntry("messagesCount", 3L);
        assertThat(text(all.get("uri"))).contains("\"n\":1", "\"key\":\"b\"", "\"h\":\"x\"");
        assertThat(none).containsEntry("messagesCount", 0L);
        assertThat(again).containsEntry("messagesCount", 2L);
    }

    @Test
    void onlyMessagesWithTheHeadersThatAreAskedForCount() throws Exception {
        run(
                new Produce(),
                "from",
                List.of(
                        Map.of("key", "a", "value", "1", "headers", Map.of("region", "eu")),
                        Map.of("key", "a", "value", "2", "headers", Map.of("region", "us")),
                        Map.of("key", "a", "value", "3")),
                "transactional",
                false);
        Object[] european = {
            "groupId",
            "headers-" + topic,
            "pollDuration",
            "PT2S",
            "headerFilters",
            Map.of("region", "eu")
        };

        var found = run(new Consume(), european);

        assertThat(found).containsEntry("messagesCount", 1L);
        assertThat(context.text(URI.create(String.valueOf(found.get("uri")))))
                .contains("\"value\":\"1\"");
        // what doesn't count was read, too
        assertThat(run(new GroupLag(), "groups", List.of("headers-" + topic)).get("total"))
                .isEqualTo(Map.of("headers-" + topic, 0L));
    }

    @Test
    void noMessageIsLostWhereverTheWorkerDies() throws Exception {
        Object[] read = {"groupId", "dying-" + topic, "pollDuration", "PT2S"};
        var worker =
                new DyingWorker(
                        context,
                        texts ->
                                attempt(
                                        new Produce(),
                                        "from",
                                        texts.stream().map(t -> Map.of("value", t)).toList()),
                        () -> text(attempt(new Consume(), read).get("uri")));
        worker.losesNothing();
    }

    @Test
    void whatIsMoreThanWasAskedForIsReadNext() throws Exception {
        run(
                new Produce(),
                "from",
                List.of(Map.of("value", "1"), Map.of("value", "2"), Map.of("value", "3")));
        Object[] read = {"groupId", "most-" + topic, "pollDuration", "PT2S"};

        var some = run(new Consume(), with(read, "maxRecords", 2));
        var rest = run(new Consume(), read);

        assertThat(some).containsEntry("messagesCount", 2L);
        assertThat(rest).containsEntry("messagesCount", 1L);
        assertThat(text(rest.get("uri"))).contains("\"value\":\"3\"");
    }

    private static final String ORDER =
            """
            {"type": "record", "name": "Order", "fields": [
              {"name": "id", "type": "long"},
              {"name": "at", "type": {"type": "long", "logicalType": "timestamp-millis"}},
              {"name": "note", "type": ["null", "string"], "default": null}]}
            """;

    /// A registry that knows one schema, as 7.
    private StandIn registry() throws Exception {
        var registry = StandIn.start().requiring("authorization", "Basic YWRhOmxvdmVsYWNl");
        registry.on(
                "POST /subjects/%s-value/versions".formatted(topic),
                StandIn.Answer.json("{\"id\": 7}"));
        registry.on(
                "GET /schemas/ids/7",
                _ ->
                        StandIn.Answer.json(
                                JsonMapper.shared().writeValueAsString(Map.of("schema", ORDER))));
        return registry;
    }

    @Test
    void valuesOfAvroBearTheNumberOfTheirSchema() throws Exception {
        try (var registry = registry()) {
            Object[] avro = {
                "serdeProperties",
                Map.of(
                        "schema.registry.url",
                        registry.url(),
                        "basic.auth.user.info",
                        "ada:lovelace"),
                "valueSerializer",
                "AVRO",
                "valueDeserializer",
                "AVRO",
                "valueAvroSchema",
                ORDER,
                "pollDuration",
                "PT1S"
            };
            var orders =
                    List.of(
                            Map.of("value", Map.of("id", 1, "at", "2026-01-02T03:04:05Z")),
                            Map.of("value", Map.of("id", 2, "at", 0, "note", "late")));

            var sent = run(new Produce(), with(avro, "from", orders));
            run(new Produce(), "from", Map.of("value", "no Avro"));
            var read = run(new Consume(), avro);
            var raw = run(new Consume(), "valueDeserializer", "BYTE_ARRAY", "pollDuration", "PT1S");

            assertThat(sent).containsEntry("messagesCount", 2L);
            assertThat(text(read.get("uri")))
                    .contains("\"id\":1", "\"at\":\"2026-01-02T03:04:05Z\"", "\"note\":null")
                    .contains("\"note\":\"late\"", "\"value\":\"no Avro\"");
            // 0, then 7 in four bytes
            assertThat(text(raw.get("uri"))).contains("\"value\":\"AAAAAAc");
            assertThat(registry.asked).hasSize(2);
        }
    }

    private static Object[] with(Object[] some, Object... more) {
        return Stream.concat(Arrays.stream(some), Arrays.stream(more)).toArray();
    }

    @Test
    void whatTheRegistryRefusesOrNobodyAnswersFailsTheTask() throws Exception {
        Object[] avro = {
            "valueSerializer", "AVRO", "valueAvroSchema", ORDER, "transactional", false
        };
        var order = Map.of("value", Map.of("id", 1, "at", 0));
        try (var registry = registry()) {
            var known =
                    Map.of(
                            "schema.registry.url",
                            registry.url(),
                            "basic.auth.user.info",
                            "ada:lovelace");
            var strict = new HashMap<>(known);
            strict.put("auto.register.schemas", "false");
            strict.put("use.latest.version", "true");

            assertThatThrownBy(() ->
                            run(
                                    new Produce(),
                                    with(
                                            avro,
                                            "from",
                                            order,
                                            "schemaRegistryVendor",
                                            Map.of("schemaRegistryUrl", registry.url()))))
                    .isInstanceOf(TaskFailedException.class)
                    .hasMessageContaining("The registry answered 401");
            assertThatThrownBy(() ->
                            run(
                                    new Produce(),
                                    with(avro, "from", order, "serdeProperties", strict)))
                    .hasMessageContaining("doesn't have the schema as '%s-value'".formatted(topic));
            assertThat(context.lines)
                    .containsOnly("WARN `use.latest.version` of `serdeProperties` does nothing");
            assertThatThrownBy(() ->
                            run(
                                    new Produce(),
                                    with(
                                            avro,
                                            "from",
                                            Map.of("value", Map.of("id", "one", "at", 0)),
                                            "serdeProperties",
                                            known)))
                    .isInstanceOf(TaskFailedException.class)
                    .hasMessageContaining("value.id");
        }
        assertThatThrownBy(() ->
                        run(
                                new Produce(),
                                with(
                                        avro,
                                        "from",
                                        order,
                                        "serdeProperties",
                                        Map.of(
                                                "schema.registry.url",
                                                "http://127.0.0.1:" + SilentServer.closedPort()))))
                .hasMessageContaining("Unable to connect to 127.0.0.1");
        assertThatThrownBy(() -> run(new Produce(), with(avro, "from", order)))
                .hasMessageContaining("Expected `schema.registry.url`");
        SilentServer.isLeft(
                context,
                port ->
                        run(
                                new Produce(),
                                with(
                                        avro,
                                        "from",
                                        order,
                                        "serdeProperties",
                                        Map.of(
                                                "schema.registry.url",
                                                "http://127.0.0.1:" + port))));
    }

    @Test
    void aTopicIsMadeChangedListedAndDeleted() throws Exception {
        var made =
                run(new EnsureTopic(), "partitions", 2, "configs", Map.of("retention.ms", "1000"));
        var same =
                run(new EnsureTopic(), "partitions", 2, "configs", Map.of("retention.ms", "1000"));
        var more =
                run(new EnsureTopic(), "partitions", 3, "configs", Map.of("retention.ms", "2000"));

        assertThat(made).containsEntry("created", true).containsEntry("partitions", 2);
        assertThat(same).containsEntry("created", false).containsEntry("changed", false);
        assertThat(more).containsEntry("changed", true).containsEntry("partitions", 3);
        assertThat(context.lines)
                .contains("INFO retention.ms of %s is 2000 rather than 1000".formatted(topic));
        assertThatThrownBy(() -> run(new EnsureTopic(), "partitions", 1))
                .hasMessageContaining("partitions can't be taken away");
        var listed = run(new ListTopics(), "pattern", topic);
        assertThat(listed).containsEntry("size", 1).containsEntry("underReplicated", 0);
        assertThat(String.valueOf(listed.get("topics"))).contains("partitions=3");
        assertThat(run(new DeleteTopics(), "topics", List.of(topic, "none-" + topic)))
                .containsEntry("count", 1);
        assertThatThrownBy(() ->
                        run(new DeleteTopics(), "topics", List.of(topic), "failOnMissing", true))
                .isInstanceOf(TaskFailedException.class)
                .hasMessageContaining("Kafka refuses");
    }

    @Test
    void aGroupsLagIsSeenAndItsOffsetsAreSetBack() throws Exception {
        var messages = List.of(Map.of("key", "a", "value", "1"), Map.of("key", "a", "value", "2"));
        run(new Produce(), "from", messages, "transactional", false);
        Object[] read = {"groupId", "lag-" + topic, "pollDuration", "PT1S"};
        run(new Consume(), read);
        run(new Produce(), "from", messages, "transactional", false);

        var behind = run(new GroupLag(), "groups", List.of("lag-" + topic));
        assertThat(behind.get("total")).isEqualTo(Map.of("lag-" + topic, 2L));
        assertThatThrownBy(
                        () -> run(new GroupLag(), "groups", List.of("lag-" + topic), "maxLag", 1))
                .isInstanceOfSatisfying(
                        TaskFailedException.class, e -> assertThat(e.outputs()).containsKey("lags"))
                .hasMessageContaining("at most 1 behind but it is 2");
        run(new ResetOffsets(), "groupId", "lag-" + topic, "to", "EARLIEST");
        assertThat(run(new Consume(), read)).containsEntry("messagesCount", 4L);
        run(new ResetOffsets(), "groupId", "lag-" + topic, "to", "2100-01-01T00:00:00Z");
        assertThat(run(new GroupLag(), "groups", List.of("lag-" + topic)).get("total"))
                .isEqualTo(Map.of("lag-" + topic, 0L));
        assertThatThrownBy(
                        () -> run(new ResetOffsets(), "groupId", "lag-" + topic, "to", "yesterday"))
                .hasMessageContaining("Expected EARLIEST, LATEST or a moment");
    }

    @Test
    void aUsersPasswordIsSetAndTheUserDeleted() throws Exception {
        run(new ScramUser(), "username", "u-" + topic, "password", "s3cret");
        run(new ScramUser(), "username", "u-" + topic);

        assertThat(context.lines)
                .containsExactly(
                        "INFO User u-%s is set".formatted(topic),
                        "INFO User u-%s is deleted".formatted(topic));
        assertThatThrownBy(() -> run(new ScramUser(), "username", "u-" + topic))
                .hasMessageContaining("Kafka refuses");
    }

    @Test
    void rulesSayWhoMaySend() throws Exception {
        run(new EnsureTopic());
        var ada =
                secured(
                        "org.apache.kafka.common.security.plain.PlainLoginModule required username=\"ada\" password=\"lovelace\";");
        Object[] send = {
            "properties", ada, "from", Map.of("key", "k", "value", "v"), "transactional", false
        };
        Object[] rule = {
            "resourceType",
            "TOPIC",
            "resourceName",
            topic,
            "principal",
            "User:bob",
            "operations",
            List.of("READ", "WRITE")
        };
        run(new Produce(), send);

        assertThat(run(new EnsureAcls(), rule)).containsEntry("created", 2);
        assertThat(run(new EnsureAcls(), rule)).containsEntry("created", 0);
        await().atMost(Duration.ofSeconds(60))
                .untilAsserted(() ->
                        assertThatThrownBy(() -> run(new Produce(), send))
                                .isInstanceOf(TaskFailedException.class)
                                .hasMessageContaining("Not authorized"));
        rule[5] = "User:ada";
        rule[7] = "WRITE";
        assertThat(run(new EnsureAcls(), rule)).containsEntry("created", 1);
        await().atMost(Duration.ofSeconds(60))
                .ignoreExceptions()
                .untilAsserted(() ->
                        assertThat(run(new Produce(), send)).containsEntry("messagesCount", 1L));

        var listed = run(new ListAcls(), "resourceType", "TOPIC", "resourceName", topic);
        assertThat(listed).containsEntry("size", 3);
        assertThat(String.valueOf(listed.get("acls")))
                .contains("principal=User:ada, host=*, operation=WRITE, permission=ALLOW");
        assertThat(run(new DeleteAcls(), "resourceName", topic, "principal", "User:bob"))
                .containsEntry("count", 2);
        assertThatThrownBy(() -> run(new DeleteAcls()))
                .hasMessageContaining("all of them would be deleted");
        assertThatThrownBy(() ->
                        run(
                                new EnsureAcls(),
                                "resourceType",
                                "TOPIC",
                                "principal",
                                "User:x",
                                "operations",
                                "READ"))
                .hasMessageContaining("resourceName");
    }

    @Test
    void administrationOfABrokerThatIsAwayFailsAndAKillEndsIt() throws Exception {
        var away =
                Map.of(
                        "bootstrap.servers",
                        "127.0.0.1:" + SilentServer.closedPort(),
                        "default.api.timeout.ms",
                        "600",
                        "request.timeout.ms",
                        "400");
        assertThatThrownBy(() -> run(new ListTopics(), "properties", away))
                .isInstanceOf(TaskFailedException.class);
        SilentServer.isLeft(
                context,
                port ->
                        run(
                                new ListTopics(),
                                "properties",
                                Map.of("bootstrap.servers", "127.0.0.1:" + port)));
    }

    @ParameterizedTest
    @CsvSource({
        "STRING, one",
        "JSON, 1.5",
        "SHORT, 1",
        "INTEGER, 70000",
        "LONG, 5000000000",
        "FLOAT, 1.5",
        "DOUBLE, 1.25",
        "UUID, 0190a3f4-0000-7000-8000-000000000001",
        "BYTE_ARRAY, aGVsbG8=",
        "BYTE_BUFFER, aGVsbG8=",
        "BYTES, aGVsbG8="
    })
    void whatIsWrittenIsReadAgain(Serde serde, String value) throws Exception {
        var bytes = requireNonNull(serde.write(value));

        assertThat(String.valueOf(serde.read(bytes))).isEqualTo(value);
    }

    @ParameterizedTest
    @CsvSource({
        "SHORT, 70000",
        "INTEGER, one",
        "LONG, 1.5",
        "FLOAT, one",
        "DOUBLE, one",
        "UUID, one",
        "BYTES, no Base64",
        "VOID, one"
    })
    void whatIsNoValueOfItsKindIsRefused(Serde serde, String value) {
        assertThatThrownBy(() -> serde.write(value))
                .isInstanceOf(TaskFailedException.class)
                .hasMessageContaining(serde.name());
    }

    @Test
    void aKeyStoreMayStandInTheFlow() throws Exception {
        var keys = KeyStore.getInstance("PKCS12");
        keys.load(null, null);
        for (int n = 0; n < 5; n++) {
            keys.setEntry(
                    "secret" + n,
                    new KeyStore.SecretKeyEntry(new SecretKeySpec(new byte[16], "AES")),
                    new KeyStore.PasswordProtection("changeit".toCharArray()));
        }
        var content = new ByteArrayOutputStream();
        keys.store(content, "changeit".toCharArray());
        var store = Base64.getMimeEncoder().encodeToString(content.toByteArray());

        assertThatThrownBy(() -> look(store, "wrong"))
                .hasStackTraceContaining("Failed to load SSL keystore");
        // it is read; what is asked speaks no TLS
        assertThatThrownBy(() -> look(store, "changeit"))
                .isInstanceOf(TaskFailedException.class)
                .message()
                .doesNotContain("keystore");
        assertThatThrownBy(() -> look("/etc/passwd", "changeit"))
                .hasMessageContaining("Expected a file in the working directory");
    }

    private void look(String store, String password) throws Exception {
        run(
                new ListTopics(),
                "properties",
                Map.of(
                        "bootstrap.servers",
                        requireNonNull(broker).open(),
                        "request.timeout.ms",
                        "500",
                        "default.api.timeout.ms",
                        "500",
                        "security.protocol",
                        "SSL",
                        "ssl.truststore.location",
                        store,
                        "ssl.truststore.type",
                        "PKCS12",
                        "ssl.truststore.password",
                        password));
    }

    @Test
    void aTransactionThatFailsSendsNothing() throws Exception {
        run(new Produce(), "from", Map.of("key", "a", "value", "first"));
        assertThatThrownBy(() ->
                        run(
                                new Produce(),
                                "from",
                                List.of(
                                        Map.of("key", "k", "value", "1"),
                                        Map.of("key", "k", "value", "no number")),
                                "valueSerializer",
                                "LONG"))
                .isInstanceOf(TaskFailedException.class);

        var read =
                Tasks.run(
                        new Consume(),
                        context,
                        properties(
                                "pollDuration",
                                "PT1S",
                                "properties",
                                Map.of(
                                        "bootstrap.servers",
                                        requireNonNull(broker).open(),
                                        "isolation.level",
                                        "read_committed")));
        assertThat(read).containsEntry("messagesCount", 1L);
    }

    @Test
    void aTriggerFindsWhatIsNew() throws Exception {
        Object[] look = {"groupId", "t", "pollDuration", "PT1S"};
        run(new Produce(), "from", Map.of("key", "a", "value", "1"), "transactional", false);

        assertThat(run(new Trigger(), look)).containsEntry("messagesCount", 1L);
        assertThatThrownBy(() -> run(new Trigger(), look)).isInstanceOf(NothingNewException.class);
    }

    @Test
    void whatWasHeardAndNotTakenIsHeardAgain() throws Exception {
        run(
                new Produce(),
                "from",
                List.of(Map.of("key", "a", "value", "1"), Map.of("key", "a", "value", "2")));
        var heard = new CopyOnWriteArrayList<String>();
        var p =
                new RealtimeTrigger.Properties(
                        new Subscription(
                                Map.of("bootstrap.servers", requireNonNull(broker).open()),
                                topic,
                                null,
                                "r",
                                null,
                                Serde.STRING,
                                Serde.STRING,
                                new RegistryOptions(null, null),
                                null));
        var first =
                RunningTask.start(
                        context,
                        () -> {
                            new RealtimeTrigger()
                                    .listen(
                                            p,
                                            (id, m) -> {
                                                heard.add(id + "=" + m.value());
                                                throw new InterruptedException("killed here");
                                            },
                                            context);
                            return true;
                        });
        assertThat(first.await(Duration.ofSeconds(20))).isInstanceOf(InterruptedException.class);

        var second =
                RunningTask.start(
                        context,
                        () -> {
                            new RealtimeTrigger()
                                    .listen(p, (id, m) -> heard.add(id + "=" + m.value()), context);
                            return true;
                        });
        await().atMost(Duration.ofSeconds(20)).until(() -> heard.size() >= 3);
        second.cancel();

        assertThat(heard).hasSize(3);
        assertThat(heard.get(0)).isEqualTo(heard.get(1)).endsWith("=1");
    }

    @Test
    void whoeverIsNotKnownIsRefused() {
        var jaas =
                "org.apache.kafka.common.security.plain.PlainLoginModule required username=\"ada\" password=\"%s\";";
        var right = secured(jaas.formatted("lovelace"));
        var wrong = secured(jaas.formatted("wr0ng"));

        assertThatThrownBy(
                        () -> run(new Produce(), "properties", wrong, "from", Map.of("value", "x")))
                .isInstanceOf(TaskFailedException.class)
                .hasMessageContaining("Authentication failed")
                .hasMessageNotContaining("wr0ng");
        assertThatThrownBy(() -> run(new Consume(), "properties", wrong))
                .isInstanceOf(TaskFailedException.class)
                .hasMessageContaining("Authentication failed");
        org.assertj.core.api.Assertions.assertThatNoException()
                .isThrownBy(() ->
                        run(new Produce(), "properties", right, "from", Map.of("value", "x")));
    }

    private static Map<String, String> secured(String jaas) {
        return Map.of(
                "bootstrap.servers",
                requireNonNull(broker).signedIn(),
                "security.protocol",
                "SASL_PLAINTEXT",
                "sasl.mechanism",
                "PLAIN",
                "sasl.jaas.config",
                jaas);
    }

    @Test
    void aClusterThatCantBeReachedIsSaid() throws Exception {
        var nowhere =
                Map.of(
                        "bootstrap.servers", "127.0.0.1:" + SilentServer.closedPort(),
                        "default.api.timeout.ms", "600",
                        "request.timeout.ms", "400",
                        "max.block.ms", "600");
        assertThatThrownBy(() -> run(new Consume(), "properties", nowhere))
                .isInstanceOf(TaskFailedException.class)
                .hasMessageContaining("Unable to read");
        assertThatThrownBy(() ->
                        run(new Produce(), "properties", nowhere, "from", Map.of("value", "x")))
                .isInstanceOf(TaskFailedException.class)
                .hasMessageStartingWith("No answer in time from Kafka at 127.0.0.1:");
        for (var property :
                List.of("interceptor.classes", "security.providers", "sasl.kerberos.kinit.cmd")) {
            var given = Map.of("bootstrap.servers", "127.0.0.1:1", property, "x.Y");
            assertThatThrownBy(() -> run(new Consume(), "properties", given))
                    .hasMessage("The property %s isn't allowed".formatted(property));
        }
    }

    @Test
    void aKillEndsTheReading() {
        var task =
                RunningTask.start(
                        context,
                        () -> run(new Consume(), "groupId", "k", "pollDuration", "PT300S"));
        await().until(() -> !context.onCancel.isEmpty());

        assertThat(task.cancel()).isInstanceOf(InterruptedException.class);
    }
}
