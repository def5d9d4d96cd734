// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.certificates;

import io.millrace.plugin.Default;
import io.millrace.plugin.Plugin;
import io.millrace.plugin.PluginSettings;
import io.millrace.plugin.PollingTrigger;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.Title;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Looks at the certificates of servers; those that expire too soon, or that can't be seen, start
/// an execution at each look for as long as it is so.
@Plugin(
        type = "io.millrace.plugin.certificates.ExpiryTrigger",
        title = "Start an execution when certificates are about to expire")
public final class ExpiryTrigger
        implements PollingTrigger<ExpiryTrigger.Properties, ExpiryTrigger.Outputs> {
    private final Inspect inspect = new Inspect();

    public record Properties(
            @Title("Servers that speak TLS: host, or host:port (443)") List<String> servers,
            @Title("Certificates in PEM that are trusted, in place of those of the JDK")
                    @Nullable String trusted,
            @Title("How long certificates should last still") @Default("P30D") Duration minValidity,
            @Title("Whether a server that can't be reached counts, too") @Default("true")
                    Boolean unreachable,
            @Title("Whether a chain that isn't trusted counts, too") @Default("true")
                    Boolean untrusted) {}

    /// One server.
    public record Finding(
            @Title("The server") String server,
            @Title("Whose the certificate is that ends first") @Nullable String subject,
            @Title("When it ends") @Nullable Instant notAfter,
            @Title("Whole days that are left") @Nullable Long daysLeft,
            @Title("What is wrong beside") @Nullable String problem) {}

    public record Outputs(
            @Title("Servers where something is wrong, the most urgent first")
                    List<Finding> findings,
            @Title("How many") int count) {}

    @Override
    public void start(PluginSettings settings) {
        inspect.start(settings);
    }

    @Override
    public Optional<Outputs> poll(Properties properties, TaskContext context) throws Exception {
        var findings = new ArrayList<Finding>();
        for (var server : properties.servers()) {
            var finding = look(server, properties, context);
            if (finding != null) {
                findings.add(finding);
            }
        }
        findings.sort((a, b) ->
                Long.compare(
                        a.daysLeft() == null ? Long.MAX_VALUE : a.daysLeft(),
                        b.daysLeft() == null ? Long.MAX_VALUE : b.daysLeft()));
        return findings.isEmpty()
                ? Optional.empty()
                : Optional.of(new Outputs(findings, findings.size()));
    }

    private @Nullable Finding look(String server, Properties properties, TaskContext context)
            throws Exception {
        try {
            var seen =
                    inspect.run(
                            new Inspect.Properties(
                                    server,
                                    null,
                                    null,
                                    properties.trusted(),
                                    properties.minValidity(),
                                    Inspect.Behavior.NONE,
                                    Inspect.Behavior.NONE),
                            context);
            boolean counts = seen.expiring() || (properties.untrusted() && seen.problem() != null);
            return counts
                    ? new Finding(
                            server,
                            seen.certificates().getFirst().subject(),
                            seen.notAfter(),
                            (Long) seen.daysLeft(),
                            seen.problem())
                    : null;
        } catch (TaskFailedException e) {
            return properties.unreachable()
                    ? new Finding(server, null, null, null, e.getMessage())
                    : null;
        }
    }
}
