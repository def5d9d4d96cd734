// SPDX-License-Identifier: Apache-2.0
package io.millrace.cli;

import io.millrace.cli.Output.Column;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

@Command(name = "kv", description = "Reads and writes the key-value store of a namespace.")
final class KvCommand implements Runnable {
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final List<Column> KEYS =
            List.of(
                    new Column("KEY", "/key"),
                    new Column("VERSION", "/version"),
                    new Column("UPDATED", "/updateDate"),
                    new Column("EXPIRES", "/expirationDate"),
                    new Column("DESCRIPTION", "/description"));

    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public void run() {
        throw new CommandLine.ParameterException(
                spec.commandLine(), "Expected kv list, get, set or delete");
    }

    @Command(name = "list", description = "Lists the keys.")
    void list(@Parameters(paramLabel = "NAMESPACE") String namespace) {
        var millrace = Root.of(spec);
        try (var session = new Session(millrace)) {
            millrace.output(spec).rows(session.api().get(keys(namespace)), KEYS);
        }
    }

    @Command(name = "get", description = "Prints a value; with -o json also its type.")
    void get(
            @Parameters(index = "0", paramLabel = "NAMESPACE") String namespace,
            @Parameters(index = "1", paramLabel = "KEY") String key) {
        var millrace = Root.of(spec);
        var output = millrace.output(spec);
        try (var session = new Session(millrace)) {
            var found = session.api().get(key(namespace, key));
            if (output.isTable()) {
                var value = found.path("value");
                output.writer().println(value.isString() ? value.asString() : value.toString());
                output.writer().flush();
            } else {
                output.tree(found);
            }
        }
    }

    @Command(name = "set", description = "Sets a value: JSON as what it is, all else as text.")
    void set(
            @Parameters(index = "0", paramLabel = "NAMESPACE") String namespace,
            @Parameters(index = "1", paramLabel = "KEY") String key,
            @Parameters(
                            index = "2",
                            arity = "0..1",
                            paramLabel = "VALUE",
                            description = "(default: standard input)")
                    @Nullable String value,
            @Option(names = "--ttl", paramLabel = "PT1H", description = "how long it is kept")
                    @Nullable String ttl) {
        var millrace = Root.of(spec);
        var text = value == null ? Standard.line("a value") : value;
        try (var session = new Session(millrace)) {
            session.api()
                    .sendText(
                            "PUT",
                            key(namespace, key),
                            isJson(text) ? text : JSON.writeValueAsString(text),
                            ttl == null ? Map.of() : Map.of("ttl", ttl));
        }
    }

    @Command(name = "delete", description = "Deletes a key.")
    void delete(
            @Parameters(index = "0", paramLabel = "NAMESPACE") String namespace,
            @Parameters(index = "1", paramLabel = "KEY") String key) {
        try (var session = new Session(Root.of(spec))) {
            var was = session.api().send("DELETE", key(namespace, key), null);
            if (was.isBoolean() && !was.asBoolean()) {
                throw new CliException(
                        ExitCode.REFUSED, "There is no key %s in %s".formatted(key, namespace));
            }
        }
    }

    private static boolean isJson(String text) {
        try {
            JSON.readTree(text);
            return true;
        } catch (JacksonException e) {
            return false;
        }
    }

    private static String keys(String namespace) {
        return "/namespaces/" + Api.encode(namespace) + "/kv";
    }

    private static String key(String namespace, String key) {
        return keys(namespace) + "/" + Api.encode(key);
    }
}
