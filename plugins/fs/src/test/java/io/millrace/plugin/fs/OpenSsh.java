// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.fs;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.millrace.test.SilentServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;

/// OpenSSH's server for one test class, on a port of its own; it lets this user in by a key.
final class OpenSsh implements AutoCloseable {
    private static final Path SERVER = Path.of("/usr/sbin/sshd");

    private final Process process;
    private final Path directory;
    private final int port;

    private OpenSsh(Process process, Path directory, int port) {
        this.process = process;
        this.directory = directory;
        this.port = port;
    }

    static boolean isInstalled() {
        return Files.isExecutable(SERVER);
    }

    static OpenSsh start(Path directory) throws Exception {
        assumeTrue(isInstalled(), "OpenSSH's server is installed (openssh-server)");
        var privileges = Path.of("/run/sshd");
        if (System.getProperty("user.name").equals("root")) {
            Files.createDirectories(privileges);
        }
        generate(directory.resolve("host"), "");
        generate(directory.resolve("other"), "", "-t", "ecdsa");
        generate(directory.resolve("user"), "");
        generate(directory.resolve("encrypted"), "s3cret");
        generate(directory.resolve("stranger"), "");
        generate(directory.resolve("pem"), "", "-t", "rsa", "-m", "PEM");
        generate(directory.resolve("pkcs8"), "s3cret", "-t", "rsa", "-m", "PKCS8");
        Files.writeString(
                directory.resolve("authorized"),
                Files.readString(directory.resolve("user.pub"))
                        + Files.readString(directory.resolve("encrypted.pub"))
                        + Files.readString(directory.resolve("pem.pub"))
                        + Files.readString(directory.resolve("pkcs8.pub")));
        Files.createDirectories(directory.resolve("home"));
        int port = SilentServer.closedPort();
        var configuration =
                Files.writeString(
                        directory.resolve("sshd_config"),
                        """
                        ListenAddress 127.0.0.1:%1$d
                        HostKey %2$s/host
                        HostKey %2$s/other
                        AuthorizedKeysFile %2$s/authorized
                        PidFile none
                        UsePAM no
                        StrictModes no
                        PasswordAuthentication no
                        PermitRootLogin yes
                        Subsystem sftp internal-sftp -d %2$s/home
                        """
                                .formatted(port, directory));
        var process =
                new ProcessBuilder(
                                SERVER.toString(),
                                "-D",
                                "-f",
                                configuration.toString(),
                                "-E",
                                directory.resolve("log").toString())
                        .start();
        Awaitility.await("sshd answers").until(() -> answers(port));
        return new OpenSsh(process, directory, port);
    }

    private static boolean answers(int port) {
        try (var _ = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private static void generate(Path file, String passphrase) throws Exception {
        generate(file, passphrase, "-t", "ed25519");
    }

    private static void generate(Path file, String passphrase, String... kind) throws Exception {
        var command =
                new ArrayList<>(
                        List.of("ssh-keygen", "-q", "-N", passphrase, "-f", file.toString()));
        command.addAll(List.of(kind));
        var generated = new ProcessBuilder(command).start();
        assumeTrue(generated.waitFor() == 0, "ssh-keygen makes a key");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    }

    int port() {
        return port;
    }

    String user() {
        return System.getProperty("user.name");
    }

    /// Where SFTP begins for every user.
    Path home() {
        return directory.resolve("home");
    }

    /// A private key: `user` and `encrypted` are let in, and `pem` and `pkcs8`, which are written
    /// so; `stranger` isn't.
    String key(String name) throws IOException {
        return Files.readString(directory.resolve(name));
    }

    /// As a `known_hosts` file has it.
    String knownHost() throws IOException {
        return "[127.0.0.1]:%d %s".formatted(port, Files.readString(directory.resolve("host.pub")));
    }

    /// Processes for those who are connected, and what else it has.
    long served() {
        return process.descendants().count();
    }

    @Override
    public void close() {
        process.descendants().forEach(ProcessHandle::destroy);
        process.destroy();
    }
}
