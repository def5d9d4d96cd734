// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.fs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.millrace.plugin.TaskFailedException;
import io.millrace.test.FakeContext;
import io.millrace.test.RunningTask;
import io.millrace.test.SilentServer;
import io.millrace.test.Tasks;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Against OpenSSH's server.
class SshCommandIT {
    @TempDir static Path keys = Path.of(".");
    @TempDir Path directory = Path.of(".");
    private static @Nullable OpenSsh started;
    private FakeContext context = new FakeContext(Path.of("."));

    @BeforeAll
    static void start() throws Exception {
        started = OpenSsh.start(keys);
    }

    @AfterAll
    static void stop() {
        if (started != null) {
            started.close();
        }
    }

    @BeforeEach
    void begin() {
        context = new FakeContext(directory);
    }

    private static OpenSsh ssh() {
        return java.util.Objects.requireNonNull(started);
    }

    private Map<String, @Nullable Object> run(List<String> commands, @Nullable Object... more)
            throws Exception {
        var properties = new HashMap<String, @Nullable Object>();
        properties.put("host", "127.0.0.1");
        properties.put("port", ssh().port());
        properties.put("username", ssh().user());
        properties.put("authMethod", "PUBLIC_KEY");
        properties.put("privateKey", ssh().key("user"));
        properties.put("commands", commands);
        for (int i = 0; i < more.length; i += 2) {
            properties.put(String.valueOf(more[i]), more[i + 1]);
        }
        return Tasks.run(new SshCommand(), context, properties);
    }

    @ParameterizedTest
    @CsvSource({"user,", "encrypted,s3cret", "pem,", "pkcs8,s3cret"})
    void keysAreReadHoweverTheyAreWritten(String key, @Nullable String passphrase)
            throws Exception {
        var outputs =
                run(
                        List.of("true"),
                        "privateKey",
                        ssh().key(key),
                        "privateKeyPassphrase",
                        passphrase);

        assertThat(outputs).containsEntry("exitCode", 0);
    }

    @Test
    void commandsShareAShellAndSayWhatTheyGive() throws Exception {
        var outputs =
                run(
                        List.of(
                                "cd /tmp; X=1",
                                "echo \"in $(pwd) $X $GREETING\"",
                                "echo '::{\"outputs\":{\"n\":7}}::'",
                                "echo bad >&2"),
                        "env",
                        Map.of("GREETING", "it's me"));

        assertThat(outputs).containsEntry("exitCode", 0).containsEntry("vars", Map.of("n", 7));
        assertThat(context.lines).contains("INFO in /tmp 1 it's me", "ERROR bad");
        assertThat(context.warning).isTrue();
    }

    @Test
    void neitherCommandsNorVariablesStandInTheListOfProcesses() throws Exception {
        run(
                List.of(
                        "tr '\\0' ' ' < /proc/$$/cmdline; echo; cat /proc/$PPID/cmdline | tr '\\0' ' '"),
                "env",
                Map.of("TOKEN", "hush-hush"));

        assertThat(context.lines).isNotEmpty().noneMatch(line -> line.contains("hush-hush"));
    }

    @Test
    void aFailureHasItsExitCode() {
        assertThatThrownBy(() -> run(List.of("echo before", "exit 3")))
                .isInstanceOfSatisfying(
                        TaskFailedException.class,
                        e -> assertThat(e.outputs()).containsEntry("exitCode", 3))
                .hasMessageContaining("exit code 3");
        assertThatThrownBy(() -> run(List.of("false", "echo after"), "failFast", true))
                .hasMessageContaining("exit code 1");
        assertThat(context.lines).contains("INFO before").doesNotContain("INFO after");
    }

    @Test
    void keysMayBeEncryptedAndHostsKnown() throws Exception {
        var outputs =
                run(
                        List.of("true"),
                        "privateKey",
                        ssh().key("encrypted"),
                        "privateKeyPassphrase",
                        "s3cret",
                        "knownHosts",
                        ssh().knownHost(),
                        "strictHostKeyChecking",
                        "yes");

        assertThat(outputs).containsEntry("exitCode", 0);
        assertThatThrownBy(() ->
                        run(
                                List.of("true"),
                                "knownHosts",
                                "[127.0.0.1]:%d ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGPKSUTyz1HwHReFVvD5obVsALAgJRNarH4TRpNePnAS"
                                        .formatted(ssh().port())))
                .isInstanceOf(TaskFailedException.class)
                .hasMessageContaining("Unable to");
        assertThatThrownBy(() ->
                        run(
                                List.of("true"),
                                "knownHosts",
                                ssh().knownHost()
                                        + "@revoked * "
                                        + ssh().knownHost().split(" ", 2)[1]))
                .isInstanceOf(TaskFailedException.class)
                .hasMessageContaining("Unable to");
        assertThatThrownBy(() ->
                        run(
                                List.of("true"),
                                "privateKey",
                                ssh().key("encrypted"),
                                "privateKeyPassphrase",
                                "wrong"))
                .hasMessageContaining("private key");
    }

    @Test
    void whatDoesntConnectSaysWhy() throws Exception {
        assertThatThrownBy(() -> run(List.of("true"), "privateKey", ssh().key("stranger")))
                .isInstanceOf(TaskFailedException.class)
                .hasMessageContaining("refuses the user '");
        assertThatThrownBy(() -> run(List.of("true"), "port", SilentServer.closedPort()))
                .isInstanceOf(TaskFailedException.class)
                .hasMessageContaining("Unable to connect");
        assertThatThrownBy(() -> run(List.of("true"), "host", "169.254.169.254"))
                .hasMessageContaining("egress policy");
    }

    @Test
    void aHostThatHangsIsLeftWhenTheTaskIsCancelled() throws Exception {
        SilentServer.isLeft(context, port -> run(List.of("true"), "port", port));
    }

    @Test
    void aKillEndsTheProcessesOfTheHost() throws Exception {
        var file = directory.resolve("alive");
        var task =
                RunningTask.start(
                        context,
                        () ->
                                run(
                                        List.of(
                                                "echo begun",
                                                "echo $$ > %s.new; mv %s.new %s; while true; do sleep 0.1; done"
                                                        .formatted(file, file, file))));
        await().until(() -> Files.exists(file));
        long process = Long.parseLong(Files.readString(file).strip());
        assertThat(ProcessHandle.of(process)).isPresent();

        assertThat(task.cancel()).isInstanceOf(InterruptedException.class);

        await().until(() -> ProcessHandle.of(process).isEmpty());
    }
}
