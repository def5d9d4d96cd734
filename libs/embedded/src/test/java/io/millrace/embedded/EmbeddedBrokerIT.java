// SPDX-License-Identifier: Apache-2.0
package io.millrace.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.MessageProperties;
import com.rabbitmq.client.PossibleAuthenticationFailureException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedBrokerIT {
    private static final int MESSAGES = 200;

    @TempDir Path directory;

    @Test
    void persistentMessagesSurviveAStopAndAStart() throws Exception {
        try (var broker = EmbeddedBroker.start(directory, 0)) {
            publish(broker.uri());
        }

        try (var broker = EmbeddedBroker.start(directory, 0)) {
            assertThat(messages(broker.uri())).isEqualTo(MESSAGES);
        }
    }

    @Test
    void confirmedMessagesSurviveTheDeathOfTheProcess() throws Exception {
        var process =
                new ProcessBuilder(
                                ProcessHandle.current().info().command().orElseThrow(),
                                "-cp",
                                System.getProperty("java.class.path"),
                                Victim.class.getName(),
                                directory.toString())
                        .redirectError(ProcessBuilder.Redirect.DISCARD)
                        .start();
        try (var output =
                new BufferedReader(
                        new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            var line = output.readLine();
            while (line != null && !line.equals("confirmed")) {
                line = output.readLine();
            }
            assertThat(line).isEqualTo("confirmed");
        } finally {
            process.destroyForcibly().waitFor();
        }

        try (var broker = EmbeddedBroker.start(directory, 0)) {
            assertThat(messages(broker.uri())).isEqualTo(MESSAGES);
        }
    }

    @Test
    void noOneGetsInWithoutThePassword() throws Exception {
        try (var broker = EmbeddedBroker.start(directory, 0)) {
            var guest = URI.create("amqp://guest:guest@127.0.0.1:" + broker.port());

            assertThatThrownBy(() -> connect(guest))
                    .isInstanceOf(PossibleAuthenticationFailureException.class);
        }
    }

    /// Publishes, waits for the confirms and then waits to be killed.
    static final class Victim {
        private Victim() {}

        public static void main(String[] arguments) throws Exception {
            var broker = EmbeddedBroker.start(Path.of(arguments[0]), 0);
            publish(broker.uri());
            System.out.println("confirmed");
            Thread.currentThread().join();
        }
    }

    private static void publish(URI uri) throws Exception {
        try (var connection = connect(uri);
                var channel = connection.createChannel()) {
            declare(channel);
            channel.confirmSelect();
            for (int i = 0; i < MESSAGES; i++) {
                channel.basicPublish(
                        "durable",
                        "a.b",
                        MessageProperties.MINIMAL_PERSISTENT_BASIC,
                        ("message " + i).getBytes(StandardCharsets.UTF_8));
            }
            channel.waitForConfirmsOrDie(30_000);
        }
    }

    private static long messages(URI uri) throws Exception {
        try (var connection = connect(uri);
                var channel = connection.createChannel()) {
            declare(channel);
            return channel.messageCount("durable");
        }
    }

    private static void declare(Channel channel) throws IOException {
        channel.exchangeDeclare("durable", "topic", true);
        channel.queueDeclare("durable", true, false, false, null);
        channel.queueBind("durable", "durable", "#");
    }

    private static Connection connect(URI uri) throws Exception {
        var factory = new ConnectionFactory();
        factory.setUri(uri);
        factory.setAutomaticRecoveryEnabled(false);
        return factory.newConnection();
    }
}
