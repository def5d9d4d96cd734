// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.fs;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.millrace.test.SilentServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.awaitility.Awaitility;

/// Samba's server for one test class, on a port of its own. This user has a password there; there
/// are the shares `files`, `archive` and `locked`, into which nobody may write.
final class Samba implements AutoCloseable {
    static final String PASSWORD = "lovelace";

    private static final Path SERVER = Path.of("/usr/sbin/smbd");

    private final Process process;
    private final Path directory;
    private final int port;

    private Samba(Process process, Path directory, int port) {
        this.process = process;
        this.directory = directory;
        this.port = port;
    }

    static boolean isInstalled() {
        return Files.isExecutable(SERVER);
    }

    static Samba start(Path directory) throws Exception {
        assumeTrue(isInstalled(), "Samba's server is installed (samba)");
        for (var name : new String[] {"files", "archive", "locked", "state"}) {
            Files.createDirectories(directory.resolve(name));
        }
        int port = SilentServer.closedPort();
        var configuration =
                Files.writeString(
                        directory.resolve("smb.conf"),
                        """
                        [global]
                        smb ports = %1$d
                        interfaces = 127.0.0.1
                        bind interfaces only = yes
                        disable netbios = yes
                        server role = standalone server
                        passdb backend = tdbsam:%2$s/state/passdb.tdb
                        private dir = %2$s/state
                        lock directory = %2$s/state
                        state directory = %2$s/state
                        cache directory = %2$s/state
                        pid directory = %2$s/state
                        ncalrpc dir = %2$s/state/ncalrpc
                        log file = %2$s/log
                        load printers = no
                        printing = bsd
                        map to guest = never
                        [files]
                        path = %2$s/files
                        read only = no
                        [archive]
                        path = %2$s/archive
                        read only = no
                        [locked]
                        path = %2$s/locked
                        read only = yes
                        """
                                .formatted(port, directory));
        var password =
                new ProcessBuilder(
                                "smbpasswd",
                                "-c",
                                configuration.toString(),
                                "-s",
                                "-a",
                                System.getProperty("user.name"))
                        .redirectErrorStream(true)
                        .redirectOutput(directory.resolve("smbpasswd.log").toFile())
                        .start();
        try (var in = password.getOutputStream()) {
            in.write((PASSWORD + "\n" + PASSWORD + "\n").getBytes(StandardCharsets.UTF_8));
        }
        if (password.waitFor() != 0) {
            throw new IOException(Files.readString(directory.resolve("smbpasswd.log")));
        }
        var process =
                // in a session of its own: when it ends, it ends its whole process group
                new ProcessBuilder(
                                "setsid",
                                SERVER.toString(),
                                "--foreground",
                                "--no-process-group",
                                "-s",
                                configuration.toString())
                        .redirectErrorStream(true)
                        .redirectOutput(directory.resolve("smbd.log").toFile())
                        .start();
        Awaitility.await("smbd answers").until(() -> answers(port));
        return new Samba(process, directory, port);
    }

    private static boolean answers(int port) {
        try (var _ = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    int port() {
        return port;
    }

    String user() {
        return System.getProperty("user.name");
    }

    /// Where a share lies on this machine.
    Path share(String name) {
        return directory.resolve(name);
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
