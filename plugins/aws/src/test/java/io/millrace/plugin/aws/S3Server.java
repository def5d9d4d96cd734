// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.aws;

import io.millrace.test.SilentServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.awaitility.Awaitility;

/// S3Proxy for one test class, a process of its own that keeps objects in a directory.
final class S3Server implements AutoCloseable {
    private final Process process;
    private final int port;

    private S3Server(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    static S3Server start(Path directory) throws IOException {
        int port = SilentServer.closedPort();
        var properties =
                Files.writeString(
                        directory.resolve("s3proxy.properties"),
                        """
                        s3proxy.endpoint=http://127.0.0.1:%d
                        s3proxy.authorization=aws-v2-or-v4
                        s3proxy.identity=test-key
                        s3proxy.credential=test-secret
                        jclouds.provider=filesystem-nio2
                        jclouds.filesystem.basedir=%s
                        """
                                .formatted(
                                        port, Files.createDirectories(directory.resolve("data"))));
        var process =
                new ProcessBuilder(
                                ProcessHandle.current().info().command().orElse("java"),
                                "-XX:TieredStopAtLevel=1",
                                "-XX:+UseSerialGC",
                                "-Xmx200m",
                                "-cp",
                                System.getProperty(
                                        "surefire.test.class.path",
                                        System.getProperty("java.class.path")),
                                "org.gaul.s3proxy.Main",
                                "--properties",
                                properties.toString())
                        .redirectErrorStream(true)
                        .redirectOutput(directory.resolve("log").toFile())
                        .start();
        Awaitility.await("S3Proxy answers")
                .atMost(Duration.ofSeconds(60))
                .until(() -> answers(port) || !process.isAlive());
        if (!process.isAlive()) {
            throw new IOException("S3Proxy: " + Files.readString(directory.resolve("log")));
        }
        return new S3Server(process, port);
    }

    private static boolean answers(int port) {
        try (var _ = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    String endpoint() {
        return "http://127.0.0.1:" + port;
    }

    @Override
    public void close() {
        process.destroy();
    }
}
