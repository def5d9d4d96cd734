// SPDX-License-Identifier: Apache-2.0
package io.millrace.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;

@Command(name = "whoami", description = "Says who the server takes you for, and what you may do.")
final class WhoamiCommand implements Runnable {
    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public void run() {
        var millrace = Root.of(spec);
        var output = millrace.output(spec);
        try (var session = new Session(millrace)) {
            var me =
                    session.api()
                            .find("/me")
                            .orElseThrow(() ->
                                    new CliException(
                                            ExitCode.DENIED,
                                            "The server knows who you are, but you may do nothing in"
                                                    + " tenant %s: its admins give roles, MILLRACE_TENANT"
                                                            .formatted(
                                                                    millrace.connection().tenant())
                                                    + " names another"));
            if (!output.isTable()) {
                output.tree(me);
                return;
            }
            var lines = new ArrayList<List<String>>();
            lines.add(List.of("SERVER", millrace.connection().server().toString()));
            me.properties()
                    .forEach(field ->
                            lines.add(
                                    List.of(
                                            field.getKey().toUpperCase(Locale.ROOT),
                                            text(field.getValue()))));
            output.table(lines);
        }
    }

    /// A role with its namespace where it is a grant; what each permits is in the other formats.
    private static String text(JsonNode value) {
        if (value.isArray()) {
            return value.valueStream().map(WhoamiCommand::text).collect(Collectors.joining(", "));
        }
        if (value.hasNonNull("role")) {
            var namespace = value.path("namespace").asString();
            return value.path("role").asString() + (namespace.isEmpty() ? "" : " of " + namespace);
        }
        return value.isValueNode() ? value.asString() : value.toString();
    }
}
