// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.kafka;

import io.millrace.test.SilentServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;

/// A broker for one test class, a process of its own. It lets anybody in at one port, and `ada` at
/// the other.
final class KafkaBroker implements AutoCloseable {
    private final Process process;
    private final int open;
    private final int signedIn;

    private KafkaBroker(Process process, int open, int signedIn) {
        this.process = process;
        this.open = open;
        this.signedIn = signedIn;
    }

    static KafkaBroker start(Path directory) throws IOException, InterruptedException {
        int open = SilentServer.closedPort();
        int signedIn = SilentServer.closedPort();
        int controller = SilentServer.closedPort();
        var properties =
                Files.writeString(
                        directory.resolve("server.properties"),
                        """
                        process.roles=broker,controller
                        node.id=1
                        controller.quorum.voters=1@127.0.0.1:%3$d
                        listeners=PLAINTEXT://127.0.0.1:%1$d,SASL_PLAINTEXT://127.0.0.1:%2$d,CONTROLLER://127.0.0.1:%3$d
                        advertised.listeners=PLAINTEXT://127.0.0.1:%1$d,SASL_PLAINTEXT://127.0.0.1:%2$d
                        listener.security.protocol.map=PLAINTEXT:PLAINTEXT,SASL_PLAINTEXT:SASL_PLAINTEXT,CONTROLLER:PLAINTEXT
                        controller.listener.names=CONTROLLER
                        inter.broker.listener.name=PLAINTEXT
                        authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer
                        super.users=User:ANONYMOUS
                        allow.everyone.if.no.acl.found=true
                        sasl.enabled.mechanisms=PLAIN
                        listener.name.sasl_plaintext.plain.sasl.jaas.config=org.apache.kafka.common.security.plain.PlainLoginModule required user_ada="lovelace";
                        log.dirs=%4$s
                        num.partitions=2
                        offsets.topic.num.partitions=1
                        offsets.topic.replication.factor=1
                        transaction.state.log.num.partitions=1
                        transaction.state.log.replication.factor=1
                        transaction.state.log.min.isr=1
                        group.initial.rebalance.delay.ms=0
                        """
                                .formatted(open, signedIn, controller, directory.resolve("data")));
        var format =
                java(
                        directory,
                        "kafka.tools.StorageTool",
                        "format",
                        "-t",
                        "4L6g3nShT-eMCtK--X86sw",
                        "-c",
                        properties.toString());
        if (format.waitFor() != 0) {
            throw new IOException("Kafka: " + Files.readString(directory.resolve("log")));
        }
        var process = java(directory, "kafka.Kafka", properties.toString());
        Awaitility.await("Kafka answers")
                .atMost(Duration.ofSeconds(90))
                .until(() -> (answers(open) && answers(signedIn)) || !process.isAlive());
        if (!process.isAlive()) {
            throw new IOException("Kafka: " + Files.readString(directory.resolve("log")));
        }
        return new KafkaBroker(process, open, signedIn);
    }

    private static Process java(Path directory, String... arguments) throws IOException {
        var command =
                new ArrayList<>(
                        List.of(
                                ProcessHandle.current().info().command().orElse("java"),
                                "-XX:TieredStopAtLevel=1",
                                "-XX:+UseSerialGC",
                                "-Xmx300m",
                                "-cp",
                                System.getProperty(
                                        "surefire.test.class.path",
                                        System.getProperty("java.class.path"))));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("log").toFile())
                .start();
    }

    private static boolean answers(int port) {
        try (var _ = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    String open() {
        return "127.0.0.1:" + open;
    }

    String signedIn() {
        return "127.0.0.1:" + signedIn;
    }

    @Override
    public void close() {
        process.destroy();
    }
}
