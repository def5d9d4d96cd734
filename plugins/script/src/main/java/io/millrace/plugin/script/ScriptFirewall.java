// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.script;

import io.millrace.plugin.AddressRules;
import io.millrace.plugin.AddressRules.Line;
import io.millrace.plugin.AddressRules.Verdict;
import io.millrace.plugin.Egress;
import io.millrace.plugin.PluginSettings;
import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.kit.EgressPolicy;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Keeps scripts to the egress policy of their tenant, by the user that they run as (ADR 0057).
///
/// A table of nftables holds what leaves the machine from those users; it is replaced as a whole,
/// in one transaction of the kernel. A user that no tenant has reaches nothing.
///
/// Static by its users: each kind of task is an object of its own, and the machine has one
/// firewall.
final class ScriptFirewall implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(ScriptFirewall.class.getName());
    private static final String REFUSED = "The egress policy can't be enforced for scripts: nft: ";
    private static final String REQUIRED = "required";
    private static final String OFF = "off";
    private static final Path NFT = Path.of("/usr/sbin/nft");
    private static final Path NAMESERVERS = Path.of("/etc/resolv.conf");
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(1);
    private static final int LONGEST_COMMAND_SECONDS = 10;

    private static final Map<String, ScriptFirewall> BY_TABLE = new HashMap<>();

    private final String nft;
    private final String table;
    private final long first;
    private final long last;
    private final EgressPolicy policy;
    private final Map<Long, AddressRules> byUser = new TreeMap<>();
    private List<InetAddress> nameservers = List.of();
    private boolean written;
    private int holders;

    private ScriptFirewall(String nft, String table, ScriptUsers users, EgressPolicy policy) {
        this.nft = nft;
        this.table = table;
        this.first = users.first();
        this.last = users.first() + users.count() - 1;
        this.policy = policy;
    }

    /// `script.egress`: `required`, `off`, or nothing, so that it is done where it can be: where
    /// `script.user` is a range, and `script.nft` (`nft`) may be used.
    ///
    /// @return absent if scripts reach what the machine reaches
    static @Nullable ScriptFirewall of(PluginSettings settings, ScriptUsers users) {
        var wanted = settings.text("script.egress").orElse("");
        if (!wanted.isEmpty() && !wanted.equals(REQUIRED) && !wanted.equals(OFF)) {
            throw new IllegalArgumentException(
                    "Expected required or off for script.egress but got " + wanted);
        }
        boolean required = wanted.equals(REQUIRED);
        if (required && !users.areTenantsOwn()) {
            throw new IllegalArgumentException(
                    "Expected a range of users such as 70000-70999 for script.user, since"
                            + " script.egress is required");
        }
        if (wanted.equals(OFF) || !users.areTenantsOwn()) {
            return null;
        }
        var table = "millrace_scripts_" + users.first();
        synchronized (BY_TABLE) {
            var known = BY_TABLE.get(table);
            if (known == null) {
                known =
                        new ScriptFirewall(
                                settings.text("script.nft").orElseGet(ScriptFirewall::nft),
                                table,
                                users,
                                EgressPolicy.of(settings));
                try {
                    known.write();
                } catch (TaskFailedException e) {
                    if (required) {
                        throw new IllegalArgumentException(e.getMessage(), e);
                    }
                    LOG.log(
                            System.Logger.Level.WARNING,
                            "Scripts aren''t kept to the egress policy: {0}",
                            e.getMessage());
                    return null;
                }
                BY_TABLE.put(table, known);
            }
            known.holders++;
            return known;
        }
    }

    private static String nft() {
        return Files.isExecutable(NFT) ? NFT.toString() : "nft";
    }

    /// Keeps the scripts of a user to the policy of the running task, as it is now and as it
    /// changes.
    ///
    /// @return what ends the looking for changes; the rules stay
    /// @throws TaskFailedException if the policy isn't known, or can't be enforced
    Watch keep(long user) throws TaskFailedException {
        put(user, policy.current());
        // a thread that this one starts is under the same policy
        var watcher = Thread.ofVirtual().name("script-egress").start(() -> watch(user));
        return watcher::interrupt;
    }

    /// Looking for changes of a policy.
    @FunctionalInterface
    interface Watch extends AutoCloseable {
        @Override
        void close();
    }

    private void watch(long user) {
        while (!Thread.currentThread().isInterrupted()) {
            try {
                Thread.sleep(LOOK_AGAIN);
                put(user, policy.current());
            } catch (InterruptedException _) {
                return;
            } catch (TaskFailedException e) {
                // what is known of the policy holds
                LOG.log(System.Logger.Level.DEBUG, "No new egress rules", e);
            }
        }
    }

    private void put(long user, Egress egress) throws TaskFailedException {
        var rules = egress.byAddress();
        var servers = nameservers();
        synchronized (this) {
            if (written && rules.equals(byUser.get(user)) && servers.equals(nameservers)) {
                return;
            }
            byUser.put(user, rules);
            nameservers = servers;
            write();
        }
    }

    private synchronized void write() throws TaskFailedException {
        written = false;
        run(text());
        written = true;
    }

    /// The whole table. What may leave comes back by a chain of its tenant's; all else is refused.
    private String text() {
        var users = new StringBuilder();
        var chains = new StringBuilder();
        byUser.forEach((user, rules) -> {
            users.append("meta skuid %d goto user_%d\n".formatted(user, user));
            for (int stage = 0; stage < rules.stages().size(); stage++) {
                chains.append("chain user_%d_%d {\n".formatted(user, stage));
                rules.stages().get(stage).lines().forEach(line -> chains.append(rule(line)));
                chains.append(said(rules.stages().get(stage).otherwise())).append("\n}\n");
            }
            chains.append("chain user_%d {\n".formatted(user));
            for (int stage = 0; stage < rules.stages().size(); stage++) {
                chains.append("jump user_%d_%d\n".formatted(user, stage));
            }
            chains.append("goto refuse\n}\n");
        });
        var names = new StringBuilder();
        nameservers.forEach(server ->
                names.append(
                        rule(
                                new Line(
                                        server,
                                        server.getAddress().length * 8,
                                        53,
                                        Verdict.PERMIT))));
        // ISATAP (RFC 5214) is a way to IPv4 that is no prefix
        return """
        add table inet %1$s
        delete table inet %1$s
        table inet %1$s {
        chain refuse {
        meta l4proto tcp reject with tcp reset
        reject with icmpx admin-prohibited
        }
        %2$s
        chain scripts {
        %3$s
        ip6 daddr & ::fdff:ffff:0:0 == ::5efe:0:0 goto refuse
        %4$s
        goto refuse
        }
        chain output {
        type filter hook output priority filter; policy accept;
        meta skuid %5$d-%6$d goto scripts
        }
        }
        """
                .formatted(table, chains, names, users, first, last);
    }

    private static String rule(Line line) {
        var family = line.network() instanceof Inet4Address ? "ip" : "ip6";
        var port =
                line.port() == 0
                        ? ""
                        : " meta l4proto { tcp, udp } th dport %d".formatted(line.port());
        return "%s daddr %s/%d%s %s\n"
                .formatted(family, text(line), line.bits(), port, said(line.verdict()));
    }

    private static String text(Line line) {
        var address = line.network().getHostAddress();
        int scope = address.indexOf('%');
        return scope < 0 ? address : address.substring(0, scope);
    }

    private static String said(Verdict verdict) {
        return switch (verdict) {
            case PERMIT -> "accept";
            case REFUSE -> "goto refuse";
            case GO_ON -> "return";
        };
    }

    /// Names are resolved wherever the machine resolves them.
    private static List<InetAddress> nameservers() {
        var found = new ArrayList<InetAddress>();
        try {
            for (var line : Files.readAllLines(NAMESERVERS)) {
                var words = line.strip().split("\\s+");
                if (words.length > 1 && words[0].equals("nameserver")) {
                    found.add(InetAddress.ofLiteral(words[1]));
                }
            }
        } catch (IOException | IllegalArgumentException e) {
            LOG.log(System.Logger.Level.DEBUG, "Not all name servers are known", e);
        }
        return found;
    }

    private void run(String text) throws TaskFailedException {
        try {
            var process =
                    new ProcessBuilder(nft, "-f", "-")
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.PIPE)
                            .start();
            try (var in = process.outputWriter(StandardCharsets.UTF_8)) {
                in.write(text);
            }
            var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (!process.waitFor(LONGEST_COMMAND_SECONDS, TimeUnit.SECONDS)
                    || process.exitValue() != 0) {
                process.destroyForcibly();
                throw new TaskFailedException(
                        REFUSED + said.lines().findFirst().orElse("no answer"));
            }
        } catch (IOException e) {
            throw new TaskFailedException(REFUSED + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new TaskFailedException(REFUSED + "interrupted", e);
        }
    }

    /// The last that closes it takes the table away: no script runs any more.
    @Override
    public void close() {
        synchronized (BY_TABLE) {
            holders--;
            if (holders > 0) {
                return;
            }
            BY_TABLE.remove(table);
            try {
                run("delete table inet " + table + "\n");
            } catch (TaskFailedException e) {
                LOG.log(System.Logger.Level.WARNING, e.getMessage());
            }
        }
    }
}
