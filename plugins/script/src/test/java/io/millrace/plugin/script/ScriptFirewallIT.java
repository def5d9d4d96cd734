// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.script;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.millrace.plugin.Egress;
import io.millrace.plugin.EgressScope;
import io.millrace.plugin.PluginSettings;
import io.millrace.plugin.TaskFailedException;
import io.millrace.test.FakeContext;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/// Needs root and nftables, as the worker does; what needs neither is the last test.
class ScriptFirewallIT {
    private static final String RANGE = "71500-71501";

    @TempDir Path directory;
    private final AtomicReference<Egress> policy = new AtomicReference<>(egress());
    private ServerSocket server = unbound();

    private static ServerSocket unbound() {
        try {
            return new ServerSocket();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @BeforeEach
    void listen() throws IOException {
        server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    }

    @AfterEach
    void close() throws IOException {
        server.close();
    }

    static boolean isPossible() throws IOException, InterruptedException {
        return System.getProperty("user.name").equals("root")
                && Files.isExecutable(Path.of("/usr/sbin/nft"))
                && Files.isExecutable(Path.of("/usr/bin/setpriv"))
                && new ProcessBuilder("/usr/sbin/nft", "list", "tables").start().waitFor() == 0;
    }

    private static Egress egress(String... allowed) {
        return Egress.of(new Egress.Rules(List.of(allowed), List.of(), List.of()));
    }

    private static PluginSettings settings(String... more) {
        var all = new HashMap<String, String>();
        all.put("script.user", RANGE);
        all.put("script.egress", "required");
        for (int i = 0; i < more.length; i += 2) {
            all.put(more[i], more[i + 1]);
        }
        return new PluginSettings(all);
    }

    private static ScriptProperties script(String text) {
        return new ScriptProperties(
                text,
                PackageOptions.NONE,
                new ProcessOptions(
                        null,
                        List.of("/bin/bash", "-c"),
                        Map.of(),
                        null,
                        null,
                        null,
                        true,
                        true,
                        null,
                        null,
                        null,
                        null,
                        null));
    }

    private String connect(String host) {
        return "(exec 3<>/dev/tcp/%s/%d) 2>/dev/null && echo reached || echo refused"
                .formatted(host, server.getLocalPort());
    }

    private List<String> run(ShellScript plugin, String text) throws Exception {
        var context = new FakeContext(Files.createTempDirectory(directory, "t"));
        run(plugin, text, context);
        return context.lines;
    }

    private void run(ShellScript plugin, String text, FakeContext context) throws Exception {
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        try (var _ = EgressScope.enter(policy::get)) {
            plugin.run(script(text), context);
        }
    }

    private static String rules() throws IOException, InterruptedException {
        var process = new ProcessBuilder("/usr/sbin/nft", "list", "ruleset").start();
        var text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        return text;
    }

    @Test
    @EnabledIf("isPossible")
    void aScriptReachesWhatItsTenantMayAndNothingBesides() throws Exception {
        try (var plugin = new ShellScript()) {
            plugin.start(settings());

            assertThat(run(plugin, connect("127.0.0.1"))).containsExactly("INFO refused");
            policy.set(egress("127.0.0.1:" + server.getLocalPort()));
            assertThat(run(plugin, connect("127.0.0.1"))).containsExactly("INFO reached");
            assertThat(run(plugin, connect("127.0.0.2"))).containsExactly("INFO refused");
            policy.set(egress("127.0.0.1:1"));
            assertThat(run(plugin, connect("127.0.0.1"))).containsExactly("INFO refused");
        }
        assertThat(server.getInetAddress().isLoopbackAddress()).isTrue();
    }

    @Test
    @EnabledIf("isPossible")
    void whatIsNoTcpIsRefusedToo() throws Exception {
        try (var plugin = new ShellScript()) {
            plugin.start(settings());

            assertThat(
                            run(
                                    plugin,
                                    "(echo x > /dev/udp/169.254.169.254/123) 2>/dev/null"
                                            + " && echo sent || echo refused"))
                    .containsExactly("INFO refused");
        }
    }

    @Test
    @EnabledIf("isPossible")
    void aChangedPolicyHoldsForScriptsThatRun() throws Exception {
        var context = new FakeContext(Files.createTempDirectory(directory, "t"));
        var loop = "while sleep 0.2; do %s; done".formatted(connect("127.0.0.1"));
        try (var plugin = new ShellScript()) {
            plugin.start(settings("script.kill-grace", "PT0.1S"));
            var task =
                    Thread.ofVirtual()
                            .start(() -> {
                                try {
                                    run(plugin, loop, context);
                                } catch (Exception _) {
                                    context.lines.add("ended");
                                }
                            });
            await().until(() -> context.lines.contains("INFO refused"));

            policy.set(egress("127.0.0.0/8"));

            await().until(() -> context.lines.contains("INFO reached"));
            task.interrupt();
            task.join();
        }
    }

    @Test
    @EnabledIf("isPossible")
    void theWorkerAndOthersReachWhatTheyDid() throws Exception {
        try (var plugin = new ShellScript()) {
            plugin.start(settings());
            run(plugin, "true");

            try (var socket = new Socket(server.getInetAddress(), server.getLocalPort())) {
                assertThat(socket.isConnected()).isTrue();
            }
        }
    }

    @Test
    @EnabledIf("isPossible")
    void theTableIsThereUntilTheLastKindOfTaskIsClosed() throws Exception {
        try (var shell = new ShellScript()) {
            shell.start(settings());
            shell.start(settings());
            try (var commands = new ShellCommands()) {
                commands.start(settings());
            }
            assertThat(rules()).contains("table inet millrace_scripts_71500");
        }
        assertThat(rules()).doesNotContain("millrace_scripts_71500");
    }

    @Test
    @EnabledIf("isPossible")
    void aPolicyThatIsNotKnownRunsNothing() throws Exception {
        var context = new FakeContext(Files.createTempDirectory(directory, "t"));
        try (var plugin = new ShellScript()) {
            plugin.start(settings());
            try (var _ =
                    EgressScope.enter(() -> {
                        throw new TaskFailedException("The egress policy isn't known now");
                    })) {
                assertThatThrownBy(() -> plugin.run(script("echo ran"), context))
                        .hasMessage("The egress policy isn't known now");
            }
        }
        assertThat(context.lines).isEmpty();
    }

    @Test
    @EnabledIf("isPossible")
    void withoutNftablesScriptsRunOnlyWhereTheyNeedNotBeKept() throws Exception {
        var none = directory.resolve("none").toString();
        try (var plugin = new ShellScript()) {
            assertThatThrownBy(() -> plugin.start(settings("script.nft", none)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith(
                            "The egress policy can't be enforced for scripts: nft:");
        }
        try (var plugin = new ShellScript()) {
            plugin.start(new PluginSettings(Map.of("script.user", RANGE, "script.nft", none)));
            assertThat(run(plugin, connect("127.0.0.1"))).containsExactly("INFO reached");
        }
        try (var plugin = new ShellScript()) {
            plugin.start(settings("script.egress", "off"));
            assertThat(run(plugin, connect("127.0.0.1"))).containsExactly("INFO reached");
        }
    }

    @Test
    void whatCannotBeEnforcedIsSaidAtTheStart() {
        try (var plugin = new ShellScript()) {
            var users = Map.of("script.egress", "required", "script.user", "worker");
            assertThatThrownBy(() -> plugin.start(new PluginSettings(users)))
                    .hasMessageContaining("Expected a range of users such as 70000-70999");
            assertThatThrownBy(() ->
                            plugin.start(new PluginSettings(Map.of("script.egress", "maybe"))))
                    .hasMessageContaining("Expected required or off");
        }
    }
}
