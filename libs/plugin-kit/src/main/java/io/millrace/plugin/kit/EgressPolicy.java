// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.kit;

import io.millrace.plugin.Egress;
import io.millrace.plugin.EgressScope;
import io.millrace.plugin.PluginSettings;
import io.millrace.plugin.TaskFailedException;
import java.net.URI;

/// Where the running task may connect to: what its tenant may. A plugin asks it before it connects
/// to what a flow names, and after each redirect.
///
/// @param otherwise where nobody says for whom a task runs, as in tests of flows on one's machine
public record EgressPolicy(Egress otherwise) {

    /// @param settings `egress.allow`, `egress.deny` and `egress.only` count outside a worker alone
    public static EgressPolicy of(PluginSettings settings) {
        return new EgressPolicy(
                Egress.of(
                        Egress.Rules.ofProcess(),
                        new Egress.Rules(
                                settings.list("egress.allow"),
                                settings.list("egress.deny"),
                                settings.list("egress.only"))));
    }

    /// @throws TaskFailedException if it isn't known now
    public Egress current() throws TaskFailedException {
        return EgressScope.current().orElse(otherwise);
    }

    /// @throws TaskFailedException if a task may not connect to this
    public void check(URI uri) throws TaskFailedException {
        current().check(uri);
    }

    /// @param host name or address
    /// @throws TaskFailedException if a task may not connect to it
    public void check(String host, int port) throws TaskFailedException {
        current().check(host, port);
    }

    /// @param server `host:port`, or a host alone; IPv6 in brackets if there is a port
    /// @param otherPort where no port is given
    /// @throws TaskFailedException if a task may not connect to it
    public void checkServer(String server, int otherPort) throws TaskFailedException {
        var text = server.strip();
        int bracket = text.lastIndexOf(']');
        int colon = text.indexOf(':', Math.max(0, bracket));
        boolean hasPort = colon > 0 && (bracket >= 0 || text.lastIndexOf(':') == colon);
        if (!hasPort) {
            check(text, otherPort);
            return;
        }
        try {
            check(text.substring(0, colon), Integer.parseInt(text.substring(colon + 1)));
        } catch (NumberFormatException e) {
            throw new TaskFailedException(
                    "Expected a server such as example.com:443 but got '%s'".formatted(text), e);
        }
    }
}
