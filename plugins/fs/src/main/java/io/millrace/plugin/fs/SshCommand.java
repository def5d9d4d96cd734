// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.fs;

import io.millrace.plugin.Default;
import io.millrace.plugin.Plugin;
import io.millrace.plugin.PluginSettings;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.TaskPlugin;
import io.millrace.plugin.Title;
import io.millrace.plugin.kit.EgressPolicy;
import io.millrace.plugin.kit.OutputLines;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.apache.sshd.client.channel.ChannelExec;
import org.apache.sshd.client.channel.ClientChannelEvent;
import org.jspecify.annotations.Nullable;

/// Runs commands on another host. They are sent to a shell there on its input: neither they nor the
/// variables stand in a list of processes. A kill ends them on that host, too.
@Plugin(type = "io.kestra.plugin.fs.ssh.Command", title = "Run commands on another host over SSH")
public final class SshCommand implements TaskPlugin<SshCommand.Properties, SshCommand.Outputs> {
    private static final Pattern NAME = Pattern.compile("[A-Za-z_]\\w*");
    private static final int LONGEST_FIRST = 1 << 20;
    private static final String PROCESS = "::millrace-process:";

    private EgressPolicy egress = EgressPolicy.of(new PluginSettings(Map.of()));

    /// How one signs in.
    public enum AuthMethod {
        PASSWORD,
        PUBLIC_KEY,
        OPEN_SSH
    }

    public record Properties(
            @Title("Host") String host,
            @Title("Port") @Default("22") Integer port,
            @Title("User; root if absent") @Nullable String username,
            @Title("How one signs in; what is given if absent") @Nullable AuthMethod authMethod,
            @Title("Password") @Nullable String password,
            @Title("Private key, in PEM or OpenSSH's format") @Nullable String privateKey,
            @Title("What the private key is encrypted with") @Nullable String privateKeyPassphrase,
            @Title("Commands, one after the other in one shell") List<String> commands,
            @Title("Environment variables") @Nullable Map<String, String> env,
            @Title("The shell that gets them; `none` sends them as they are, as to a switch")
                    @Default("/bin/sh")
                    String interpreter,
            @Title("Whether the first command that fails is the last") @Default("false")
                    Boolean failFast,
            @Title("yes: only a host in `knownHosts` is believed") @Default("no")
                    String strictHostKeyChecking,
            @Title("Lines of a known_hosts file; then only these hosts are believed")
                    @Nullable String knownHosts,
            @Title("Whether lines on the standard error end the task as WARNING") @Default("true")
                    Boolean warningOnStdErr,
            @Title("Without effect: signatures of SHA-1 are taken as the last choice")
                    @Nullable Boolean enableSshRsa1) {

        SshConnection.Target target() throws TaskFailedException {
            if (authMethod == AuthMethod.OPEN_SSH) {
                throw new TaskFailedException(
                        "Expected `password` or `privateKey`: the worker's own OpenSSH configuration isn't for tasks");
            }
            if (password == null && privateKey == null) {
                throw new TaskFailedException("Expected `password` or `privateKey`");
            }
            boolean strict =
                    !strictHostKeyChecking.equalsIgnoreCase("no")
                            && !strictHostKeyChecking.equalsIgnoreCase("false");
            if (strict && knownHosts == null) {
                throw new TaskFailedException("Expected `knownHosts` with strictHostKeyChecking");
            }
            return new SshConnection.Target(
                    host,
                    port,
                    username,
                    authMethod == AuthMethod.PUBLIC_KEY ? null : password,
                    authMethod == AuthMethod.PASSWORD ? null : privateKey,
                    privateKeyPassphrase,
                    knownHosts,
                    null);
        }
    }

    public record Outputs(
            @Title("Exit code of the last command") int exitCode,
            @Title("What the commands printed as `::{\"outputs\":{…}}::`")
                    Map<String, @Nullable Object> vars,
            @Title("Lines on the standard output") int stdOutLineCount,
            @Title("Lines on the standard error") int stdErrLineCount) {

        Map<String, @Nullable Object> toMap() {
            return Map.of(
                    "exitCode", exitCode,
                    "vars", vars,
                    "stdOutLineCount", stdOutLineCount,
                    "stdErrLineCount", stdErrLineCount);
        }
    }

    @Override
    public void start(PluginSettings settings) {
        egress = EgressPolicy.of(settings);
    }

    @Override
    public Outputs run(Properties properties, TaskContext context) throws Exception {
        var target = properties.target();
        egress.check(target.host(), target.port());
        var script = script(properties);
        try (var connection = SshConnection.open(target)) {
            boolean raw = properties.interpreter().equalsIgnoreCase("none");
            var command =
                    raw
                            ? script
                            : "%s -c 'echo \"%s$$\"; eval \"$(cat)\"'"
                                    .formatted(properties.interpreter(), PROCESS);
            try (var channel = connection.session().createExecChannel(command)) {
                var run = new Run(connection, channel, new OutputLines(context));
                try (var _ = context.onCancel(() -> Thread.startVirtualThread(run::kill))) {
                    return run.await(raw ? "" : script, properties, context);
                }
            }
        }
    }

    private static String script(Properties properties) throws TaskFailedException {
        var script = new StringBuilder();
        if (properties.env() != null) {
            for (var variable : properties.env().entrySet()) {
                if (!NAME.matcher(variable.getKey()).matches()) {
                    throw new TaskFailedException(
                            "Expected the name of a variable but got '%s'"
                                    .formatted(variable.getKey()));
                }
                script.append(
                        "export %s='%s'\n"
                                .formatted(
                                        variable.getKey(),
                                        variable.getValue().replace("'", "'\\''")));
            }
        }
        if (properties.failFast()) {
            script.append("set -e\n");
        }
        return script.append(String.join("\n", properties.commands())).append('\n').toString();
    }

    /// The commands while they run.
    private static final class Run {
        private final SshConnection connection;
        private final ChannelExec channel;
        private final OutputLines lines;
        private volatile @Nullable String process;
        private volatile boolean killed;

        Run(SshConnection connection, ChannelExec channel, OutputLines lines) {
            this.connection = connection;
            this.channel = channel;
            this.lines = lines;
        }

        Outputs await(String input, Properties properties, TaskContext context) throws Exception {
            channel.open().verify(Duration.ofSeconds(15));
            var errors = Thread.ofVirtual().start(() -> lines.read(channel.getInvertedErr(), true));
            try (var stdin = channel.getInvertedIn()) {
                stdin.write(input.getBytes(StandardCharsets.UTF_8));
            }
            try {
                read(channel.getInvertedOut());
                errors.join();
                channel.waitFor(EnumSet.of(ClientChannelEvent.CLOSED), Duration.ofSeconds(30));
            } catch (InterruptedException e) {
                kill();
                throw e;
            }
            if (killed || Thread.interrupted()) {
                throw new InterruptedException();
            }
            var status = channel.getExitStatus();
            var outputs =
                    new Outputs(
                            status == null ? -1 : status,
                            lines.outputs(),
                            lines.lines(),
                            lines.errorLines());
            if (status == null) {
                var signal = channel.getExitSignal();
                throw new TaskFailedException(
                        signal == null
                                ? "The connection ended before the commands did"
                                : "The commands were ended by signal " + signal,
                        outputs.toMap());
            }
            if (status != 0) {
                throw new TaskFailedException(
                        "Command failed with exit code " + status, outputs.toMap());
            }
            if (properties.warningOnStdErr() && lines.errorLines() > 0) {
                context.endWithWarning();
            }
            return outputs;
        }

        /// The first line may tell the process.
        private void read(InputStream output) throws IOException {
            var first = new ByteArrayOutputStream();
            int c = output.read();
            while (c >= 0 && c != '\n' && first.size() < LONGEST_FIRST) {
                first.write(c);
                c = output.read();
            }
            if (c >= 0 && c != '\n') {
                first.write(c);
            }
            var line = first.toString(StandardCharsets.UTF_8).stripTrailing();
            if (line.startsWith(PROCESS)) {
                process = line.substring(PROCESS.length());
            } else if (c >= 0 || !line.isEmpty()) {
                lines.accept(line, false);
            }
            if (c >= 0) {
                lines.read(output, false);
            }
        }

        /// Ends the session's processes over there, and the channel here.
        void kill() {
            killed = true;
            var leader = process;
            if (leader != null && leader.matches("\\d{1,10}")) {
                var kill =
                        "kill -TERM -- -%1$s 2>/dev/null || kill -TERM %1$s 2>/dev/null; sleep 1; kill -KILL -- -%1$s 2>/dev/null"
                                .formatted(leader);
                try (var killer = connection.session().createExecChannel(kill)) {
                    killer.open().verify(Duration.ofSeconds(5));
                    killer.waitFor(EnumSet.of(ClientChannelEvent.CLOSED), Duration.ofSeconds(5));
                } catch (IOException _) {
                    // the connection is gone, and the host ends what hangs on it, or not
                }
            }
            channel.close(true);
        }
    }
}
