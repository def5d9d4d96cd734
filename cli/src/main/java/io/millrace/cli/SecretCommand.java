// SPDX-License-Identifier: Apache-2.0
package io.millrace.cli;

import io.millrace.cli.Output.Column;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(name = "secret", description = "Writes secrets of a namespace; nobody reads them back.")
final class SecretCommand implements Runnable {
    private static final List<Column> SECRETS =
            List.of(
                    new Column("KEY", "/key"),
                    new Column("ROTATED", "/rotatedAt"),
                    new Column("ROTATE AT", "/rotateAt"),
                    new Column("DESCRIPTION", "/description"));

    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public void run() {
        throw new CommandLine.ParameterException(
                spec.commandLine(), "Expected secret list, set or delete");
    }

    @Command(name = "list", description = "Lists the names of secrets.")
    void list(@Parameters(paramLabel = "NAMESPACE") String namespace) {
        var millrace = Root.of(spec);
        try (var session = new Session(millrace)) {
            var found = session.api().pages(secrets(namespace), Map.of(), Integer.MAX_VALUE);
            millrace.output(spec).rows(found, SECRETS);
        }
    }

    @Command(
            name = "set",
            description = {
                "Sets a secret. Its value comes from standard input or the environment:",
                "arguments can be seen by other users of the machine."
            })
    void set(
            @Parameters(index = "0", paramLabel = "NAMESPACE") String namespace,
            @Parameters(index = "1", paramLabel = "KEY") String key,
            @Option(
                            names = "--from-env",
                            paramLabel = "VARIABLE",
                            description = "take the value of this variable")
                    @Nullable String variable,
            @Option(names = "--description", paramLabel = "TEXT") @Nullable String description,
            @Option(
                            names = "--rotate-every",
                            paramLabel = "DURATION",
                            description = "how long the value ought to be used, such as P90D")
                    @Nullable String rotateEvery) {
        var millrace = Root.of(spec);
        var value =
                variable == null
                        ? Standard.line("the secret")
                        : millrace.environment().get(variable);
        if (value == null) {
            throw new CliException(ExitCode.USAGE, "The variable " + variable + " isn't set");
        }
        var body = new LinkedHashMap<String, String>();
        body.put("key", key);
        body.put("value", value);
        if (description != null) {
            body.put("description", description);
        }
        if (rotateEvery != null) {
            body.put("rotateEvery", rotateEvery);
        }
        try (var session = new Session(millrace)) {
            session.api().send("PUT", secrets(namespace), body);
        }
    }

    @Command(name = "delete", description = "Deletes a secret.")
    void delete(
            @Parameters(index = "0", paramLabel = "NAMESPACE") String namespace,
            @Parameters(index = "1", paramLabel = "KEY") String key) {
        try (var session = new Session(Root.of(spec))) {
            session.api().send("DELETE", secrets(namespace) + "/" + Api.encode(key), null);
        }
    }

    private static String secrets(String namespace) {
        return "/namespaces/" + Api.encode(namespace) + "/secrets";
    }
}
