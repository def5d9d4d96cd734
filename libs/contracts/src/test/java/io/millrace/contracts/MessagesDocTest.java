// SPDX-License-Identifier: Apache-2.0
package io.millrace.contracts;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

/// `docs/messages.md` and `docs/asyncapi.json` are what the code says. Run with
/// `-Dmillrace.golden.write=true` to write them.
class MessagesDocTest {
    private static final Path DOCS = Path.of("../../docs");
    private static final Topology TOPOLOGY = new Topology("millrace", 16);

    /// Where a message passes, who sends it and who takes it.
    private record Channel(
            String exchange,
            String routingKey,
            String queue,
            Class<?> message,
            String from,
            String to) {}

    private static final List<Channel> CHANNELS =
            List.of(
                    new Channel(
                            TOPOLOGY.lanesExchange(),
                            "lane.{nn}",
                            TOPOLOGY.installation() + ".lane.{nn}",
                            LaneMessage.class,
                            "execution-, worker-, scheduler-service",
                            "the one execution-service instance that holds the lane"),
                    new Channel(
                            TOPOLOGY.lanesExchange(),
                            Job.TRIGGER,
                            TOPOLOGY.schedulerTriggersQueue(),
                            LaneMessage.class,
                            "worker-service",
                            "scheduler-service (triggers that run on workers)"),
                    new Channel(
                            TOPOLOGY.jobsExchange(),
                            "{group}.{tenant}",
                            TOPOLOGY.installation() + ".jobs.{group}.{tenant}",
                            Job.class,
                            "execution-service",
                            "every worker of the group"),
                    new Channel(
                            TOPOLOGY.feedExchange(),
                            "{tenant}.{namespace}.{state}",
                            TOPOLOGY.schedulerEndsQueue() + "; instance queues",
                            FeedEvent.class,
                            "execution-service",
                            "scheduler-service (ends and pauses), execution-service (following)"),
                    new Channel(
                            TOPOLOGY.logsExchange(),
                            "{tenant}",
                            TOPOLOGY.logStoreQueue() + "; instance queues",
                            LogBatch.class,
                            "worker-service",
                            "execution-service"),
                    new Channel(
                            TOPOLOGY.flowsExchange(),
                            "{tenant}.{namespace}.{event}",
                            TOPOLOGY.schedulerFlowsQueue() + "; instance queues",
                            FlowChanged.class,
                            "flow-service",
                            "scheduler-service, execution-service"),
                    new Channel(
                            TOPOLOGY.controlExchange(),
                            "kill, drain, resume, secret.rotated",
                            "instance queues",
                            Control.class,
                            "execution-, secrets-service",
                            "workers"),
                    new Channel(
                            TOPOLOGY.heartbeatsExchange(),
                            "worker",
                            "instance queues",
                            Heartbeat.class,
                            "worker-service",
                            "execution-service"),
                    new Channel(
                            TOPOLOGY.auditExchange(),
                            "{tenant}",
                            TOPOLOGY.auditStoreQueue(),
                            AuditBatch.class,
                            "all services",
                            "gateway"),
                    new Channel(
                            TOPOLOGY.repliesExchange(),
                            "{instance}",
                            "instance queues",
                            LaneReply.class,
                            "execution-service",
                            "the execution-service instance that asked"));

    @Test
    void everyExchangeIsDescribed() {
        assertThat(CHANNELS.stream().map(Channel::exchange).distinct())
                .containsExactlyInAnyOrderElementsOf(TOPOLOGY.exchanges());
    }

    @Test
    void messagesPageIsCurrent() throws IOException {
        current(DOCS.resolve("messages.md"), markdown());
    }

    @Test
    void asyncApiIsCurrent() throws IOException {
        current(DOCS.resolve("asyncapi.json"), asyncApi());
    }

    private static void current(Path file, String text) throws IOException {
        if (Boolean.getBoolean("millrace.golden.write")) {
            Files.writeString(file, text);
        }

        assertThat(Files.readString(file)).isEqualTo(text);
    }

    private static String markdown() {
        var page = new StringBuilder();
        page.append(
                """
                # Messages

                Generated from `libs/contracts` by `MessagesDocTest`; edit the records, not this page.

                All exchanges are durable topics; all names bear the installation's name, here `millrace`.
                Bodies are UTF-8 JSON: instants and durations in ISO 8601, absent fields left out, unknown fields
                ignored. Durable queues are quorum queues on RabbitMQ. Instance queues live as long as the connection
                of the instance that declared them. A message that fails five times lies in
                `millrace.dead.{queue}` with its error. What would wait for such a message for ever fails first:
                the task whose result it is, the parent of the subflow or, if that can't be applied either, the
                execution, with a line in its log. Lane queues have a single active consumer.

                | exchange | routing key | queue | message | from | to |
                | --- | --- | --- | --- | --- | --- |
                """);
        for (var c : CHANNELS) {
            page.append(
                    "| `%s` | `%s` | %s | [%s](#%s) | %s | %s |\n"
                            .formatted(
                                    c.exchange(),
                                    c.routingKey(),
                                    Arrays.stream(c.queue().split("; ", -1))
                                            .map(q -> q.startsWith("instance") ? q : "`" + q + "`")
                                            .collect(Collectors.joining(", ")),
                                    c.message().getSimpleName(),
                                    c.message().getSimpleName().toLowerCase(java.util.Locale.ROOT),
                                    c.from(),
                                    c.to()));
        }
        for (var type : types()) {
            page.append("\n## ").append(type.getSimpleName()).append("\n\n");
            if (type.isSealed()) {
                page.append("One of: ")
                        .append(
                                Stream.of(type.getPermittedSubclasses())
                                        .map(t -> "`" + t.getSimpleName() + "`")
                                        .collect(Collectors.joining(", ")))
                        .append(".\n");
            }
            for (var record : records(type)) {
                if (record != type) {
                    page.append("\n### ").append(record.getSimpleName()).append("\n\n");
                }
                if (record.getRecordComponents().length == 0) {
                    page.append("No fields.\n");
                    continue;
                }
                page.append("| field | type |\n| --- | --- |\n");
                for (var component : record.getRecordComponents()) {
                    page.append("| `%s` | %s |\n".formatted(component.getName(), shape(component)));
                }
            }
        }
        return page.toString();
    }

    private static String asyncApi() {
        var channels = new LinkedHashMap<String, Object>();
        var operations = new LinkedHashMap<String, Object>();
        var schemas = new LinkedHashMap<String, Object>();
        var messages = new LinkedHashMap<String, Object>();
        for (var c : CHANNELS) {
            var name = c.exchange().substring(TOPOLOGY.installation().length() + 1);
            if (channels.containsKey(name)) {
                name += "-" + c.routingKey();
            }
            var message = c.message().getSimpleName();
            channels.put(
                    name,
                    Map.of(
                            "address",
                            c.exchange(),
                            "description",
                            "Routing key " + c.routingKey() + "; queue " + c.queue(),
                            "messages",
                            Map.of(message, ref("#/components/messages/" + message))));
            operations.put(
                    "take-" + name,
                    ordered(
                            "action",
                            "receive",
                            "channel",
                            ref("#/channels/" + name),
                            "summary",
                            "From " + c.from() + " to " + c.to()));
            messages.put(
                    message,
                    ordered(
                            "contentType",
                            "application/json",
                            "payload",
                            ref("#/components/schemas/" + message)));
        }
        for (var type : types()) {
            if (type.isSealed()) {
                schemas.put(
                        type.getSimpleName(),
                        Map.of(
                                "oneOf",
                                Stream.of(type.getPermittedSubclasses())
                                        .map(t -> ref("#/components/schemas/" + t.getSimpleName()))
                                        .toList()));
            }
            records(type).forEach(r -> schemas.put(r.getSimpleName(), schema(r)));
        }
        var document =
                ordered(
                        "asyncapi",
                        "3.0.0",
                        "info",
                        ordered("title", "Millrace messages", "version", "1"),
                        "channels",
                        channels,
                        "operations",
                        operations,
                        "components",
                        ordered("messages", messages, "schemas", schemas));
        return JsonMapper.builder()
                        .enable(
                                tools.jackson.databind.SerializationFeature
                                        .ORDER_MAP_ENTRIES_BY_KEYS)
                        .build()
                        .writerWithDefaultPrettyPrinter()
                        .writeValueAsString(document)
                + "\n";
    }

    private static Map<String, Object> schema(Class<?> record) {
        var properties = new LinkedHashMap<String, Object>();
        for (var component : record.getRecordComponents()) {
            properties.put(component.getName(), property(component.getType()));
        }
        return ordered("type", "object", "properties", properties);
    }

    private static Map<String, Object> property(Class<?> type) {
        if (type == int.class || type == Integer.class) {
            return Map.of("type", "integer");
        }
        if (type == double.class) {
            return Map.of("type", "number");
        }
        if (type == boolean.class) {
            return Map.of("type", "boolean");
        }
        if (List.class.isAssignableFrom(type)) {
            return Map.of("type", "array");
        }
        if (type == String.class) {
            return Map.of("type", "string");
        }
        if (type.getName().startsWith("java.time")) {
            return Map.of("type", "string", "description", "ISO 8601 " + type.getSimpleName());
        }
        return Map.of("type", "object");
    }

    private static Map<String, Object> ref(String to) {
        return Map.of("$ref", to);
    }

    private static Map<String, Object> ordered(Object... pairs) {
        var map = new LinkedHashMap<String, Object>();
        for (int i = 0; i < pairs.length; i += 2) {
            map.put((String) pairs[i], pairs[i + 1]);
        }
        return map;
    }

    private static List<Class<?>> types() {
        return List.of(
                LaneMessage.class,
                LaneEvent.class,
                LaneReply.class,
                Job.class,
                FeedEvent.class,
                LogBatch.class,
                LogLine.class,
                FlowChanged.class,
                Control.class,
                Heartbeat.class,
                AuditBatch.class,
                AuditEvent.class);
    }

    private static List<Class<?>> records(Class<?> type) {
        return Stream.concat(
                        type.isRecord() ? Stream.of(type) : Stream.empty(),
                        Stream.of(type.getDeclaredClasses())
                                .filter(Class::isRecord)
                                .sorted(
                                        java.util.Comparator.comparing(
                                                (Class<?> t) -> t.getSimpleName())))
                .collect(Collectors.toList());
    }

    private static String shape(RecordComponent component) {
        var name =
                component
                        .getGenericType()
                        .getTypeName()
                        .replaceAll("(?:[a-z]+\\.)+", "")
                        .replaceAll("[A-Za-z]+\\$", "");
        return "`" + name + "`";
    }
}
