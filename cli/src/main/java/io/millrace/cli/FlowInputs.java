// SPDX-License-Identifier: Apache-2.0
package io.millrace.cli;

import io.millrace.model.yaml.Names;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The inputs that people name for a flow. The server passes over those that the flow doesn't have,
/// as Kestra does; here a name that was mistyped is told before anything starts.
final class FlowInputs {
    private static final int FORBIDDEN = 403;

    private FlowInputs() {}

    /// Does nothing if the user may start the flow and not read it.
    ///
    /// @param revision of the flow; absent: the newest
    /// @throws CliException if the flow has no input of one of the names
    static void check(
            Api api,
            String namespace,
            String flow,
            @Nullable Integer revision,
            Collection<String> names) {
        if (names.isEmpty()) {
            return;
        }
        var unknown = new LinkedHashSet<>(names);
        var known = known(api, namespace, flow, revision);
        if (known == null) {
            return;
        }
        unknown.removeAll(known);
        if (!unknown.isEmpty()) {
            throw new CliException(
                    ExitCode.USAGE, message(namespace + "." + flow, List.copyOf(unknown), known));
        }
    }

    private static @Nullable Set<String> known(
            Api api, String namespace, String flow, @Nullable Integer revision) {
        var path = "/flows/" + Api.encode(namespace) + "/" + Api.encode(flow);
        var found = api.find(revision == null ? path : path + "?revision=" + revision, FORBIDDEN);
        if (found.isEmpty()) {
            return null; // the start says what is wrong, if anything is
        }
        var known = new LinkedHashSet<String>();
        found.get().path("inputs").forEach(input -> known.add(input.path("id").asString("")));
        return known;
    }

    private static String message(String flow, List<String> unknown, Set<String> known) {
        var lines = new ArrayList<String>();
        for (var name : unknown) {
            lines.add(
                    "Expected an input of %s but got `%s`%s"
                            .formatted(flow, name, Names.didYouMean(name, known)));
        }
        lines.add(
                known.isEmpty()
                        ? "The flow has no inputs."
                        : "Its inputs are " + String.join(", ", known) + ".");
        return String.join("\n", lines);
    }
}
