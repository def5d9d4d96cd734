// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.kafka;

import io.millrace.plugin.Links;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.kit.EgressPolicy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.apache.kafka.common.KafkaException;

/// What a flow tells Kafka's client, without what would let it load classes or read files that are
/// the worker's.
final class ClientSettings {
    /// Characters in Base64; what is shorter is the name of a file.
    private static final int SHORTEST_STORE = 200;

    private ClientSettings() {}

    static Map<String, Object> of(
            Map<String, String> given, EgressPolicy egress, TaskContext context)
            throws TaskFailedException {
        var servers = given.get("bootstrap.servers");
        if (servers == null) {
            throw new TaskFailedException("Expected `bootstrap.servers` in `properties`");
        }
        for (var server : servers.split(",")) {
            egress.checkServer(server, 0);
        }
        var settings = new HashMap<String, Object>();
        settings.put("client.id", "millrace-" + context.taskRun().taskId());
        settings.put("request.timeout.ms", "15000");
        settings.put("default.api.timeout.ms", "15000");
        settings.put("socket.connection.setup.timeout.ms", "10000");
        settings.put("reconnect.backoff.max.ms", "2000");
        var directory = context.workingDirectory().toAbsolutePath().normalize();
        for (var entry : given.entrySet()) {
            var name = entry.getKey().toLowerCase(Locale.ROOT);
            check(name, entry.getValue());
            settings.put(
                    entry.getKey(),
                    name.endsWith(".location")
                            ? store(name, entry.getValue(), directory, context)
                            : entry.getValue());
        }
        return settings;
    }

    private static void check(String name, String value) throws TaskFailedException {
        boolean loads =
                name.endsWith(".class")
                        || name.endsWith(".classes")
                        || name.startsWith("config.providers")
                        || name.equals("metric.reporters")
                        || name.equals("security.providers")
                        || name.equals("sasl.kerberos.kinit.cmd");
        boolean isSerializer = name.startsWith("key.") || name.startsWith("value.");
        if ((loads && !isSerializer)
                || (name.endsWith(".file")
                        || (name.equals("sasl.jaas.config")
                                && !value.strip()
                                        .startsWith("org.apache.kafka.common.security.")))) {
            throw new TaskFailedException("The property %s isn't allowed".formatted(name));
        }
    }

    /// A key store lies in the working directory, or stands in the flow in Base64.
    private static String store(String name, String value, Path directory, TaskContext context)
            throws TaskFailedException {
        var text = value.replaceAll("\\s", "");
        try {
            if (text.length() >= SHORTEST_STORE) {
                var own = Files.createTempFile(context.ownDirectory(), "store", null);
                return Files.write(own, Base64.getDecoder().decode(text)).toString();
            }
        } catch (IllegalArgumentException _) {
            // a long name
        } catch (IOException e) {
            throw new TaskFailedException("The store of %s can't be written".formatted(name), e);
        }
        var file = directory.resolve(value).normalize();
        if (!file.startsWith(directory)) {
            throw new TaskFailedException(
                    "Expected a file in the working directory, or its content in Base64, in %s; PEM can be given as text"
                            .formatted(name));
        }
        Links.refuseAt(directory, file);
        return file.toString();
    }

    /// The library tells what it has waited for, not whom.
    static TaskFailedException noAnswer(Map<String, ?> settings, Throwable cause) {
        return new TaskFailedException(
                "No answer in time from Kafka at %s: %s"
                        .formatted(settings.get("bootstrap.servers"), cause.getMessage()),
                cause);
    }

    static TaskFailedException failure(String what, KafkaException e) {
        var cause = e.getCause() instanceof KafkaException inner ? inner : e;
        return new TaskFailedException(what + ": " + cause.getMessage(), e);
    }
}
