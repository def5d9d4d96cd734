// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.fs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.millrace.plugin.TaskPlugin;
import io.millrace.test.FakeContext;
import io.millrace.test.SilentServer;
import io.millrace.test.Tasks;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Against vsftpd, which takes connections for data only that continue a session of TLS.
class FtpsServerIT {
    private static final Path PROGRAM = Path.of("/usr/sbin/vsftpd");

    @TempDir Path directory = Path.of(".");
    private FakeContext context = new FakeContext(Path.of("."));
    private int port;
    private @Nullable Process server;

    @BeforeEach
    void start() throws Exception {
        assumeTrue(Files.isExecutable(PROGRAM), "vsftpd is installed");
        assumeTrue(System.getProperty("user.name").equals("root"), "it is started by root");
        context = new FakeContext(Files.createDirectory(directory.resolve("work")));
        // the server goes there as another user, who has a home
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        var files = Files.createDirectory(directory.resolve("files"));
        Files.setPosixFilePermissions(files, PosixFilePermissions.fromString("r-xr-xr-x"));
        Files.setPosixFilePermissions(
                Files.createDirectory(files.resolve("in")),
                PosixFilePermissions.fromString("rwxrwxrwx"));
        var made =
                new ProcessBuilder(
                                "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=ftp -keyout key.pem -out certificate.pem"
                                        .split(" "))
                        .directory(directory.toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start();
        assertThat(made.waitFor()).isZero();
        port = SilentServer.closedPort();
        var configuration =
                Files.writeString(
                        directory.resolve("vsftpd.conf"),
                        """
                        listen=YES
                        listen_address=127.0.0.1
                        listen_port=%d
                        background=NO
                        anonymous_enable=YES
                        local_enable=NO
                        anon_root=%s
                        ftp_username=daemon
                        secure_chroot_dir=%s
                        write_enable=YES
                        anon_upload_enable=YES
                        anon_world_readable_only=NO
                        seccomp_sandbox=NO
                        ssl_enable=YES
                        allow_anon_ssl=YES
                        force_anon_data_ssl=YES
                        force_anon_logins_ssl=YES
                        rsa_cert_file=%s
                        rsa_private_key_file=%s
                        """
                                .formatted(
                                        port,
                                        files,
                                        Files.createDirectory(directory.resolve("empty")),
                                        directory.resolve("certificate.pem"),
                                        directory.resolve("key.pem")));
        server =
                new ProcessBuilder(PROGRAM.toString(), configuration.toString())
                        .redirectErrorStream(true)
                        .redirectOutput(directory.resolve("log").toFile())
                        .start();
        Awaitility.await("vsftpd answers").until(this::answers);
    }

    private boolean answers() {
        try (var _ = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return true;
        } catch (IOException _) {
            return false;
        }
    }

    @AfterEach
    void stop() {
        if (server != null) {
            server.descendants().forEach(ProcessHandle::destroy);
            server.destroy();
        }
    }

    private Map<String, @Nullable Object> run(TaskPlugin<?, ?> task, Object... properties)
            throws Exception {
        var all = new HashMap<String, @Nullable Object>();
        all.put("host", "127.0.0.1");
        all.put("port", port);
        all.put("insecureTrustAllCertificates", true);
        for (int i = 0; i < properties.length; i += 2) {
            all.put(String.valueOf(properties[i]), properties[i + 1]);
        }
        return Tasks.run(task, context, all);
    }

    @Test
    void filesGoOverConnectionsThatContinueTheSession() throws Exception {
        var sent = new ArrayList<String>();
        for (int i = 0; i < 6; i++) {
            sent.add(context.store("kestra:///%d.txt".formatted(i), "content " + i).toString());
        }

        run(new Ftps.Uploads(), "from", sent, "to", "/in");

        assertThat(String.valueOf(run(new Ftps.List(), "from", "/in/").get("files")))
                .contains("name=0.txt", "name=5.txt");
        // by default the client opens the connections for data; here the server does
        for (boolean passive : List.of(true, false)) {
            var got = run(new Ftps.Download(), "from", "/in/5.txt", "passiveMode", passive);
            assertThat(context.text(URI.create(Objects.requireNonNull(got.get("to")).toString())))
                    .isEqualTo("content 5");
        }
    }
}
