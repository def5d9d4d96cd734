// SPDX-License-Identifier: Apache-2.0
package io.millrace.cli;

import io.millrace.cli.Output.Column;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "token",
        description = {
            "Your API tokens, for scripts that act as you.",
            "Without list, create or delete: prints a bearer token of a development user."
        })
final class TokenCommand implements Runnable {
    private static final String OWN = "/me/api-tokens";
    private static final List<Column> TOKENS =
            List.of(
                    new Column("ID", "/id"),
                    new Column("NAME", "/name"),
                    new Column("EXPIRES", "/exp"),
                    new Column("EXPIRED", "/expired"),
                    new Column("LAST USED", "/lastUsed"),
                    new Column("NAMESPACE", "/namespace"),
                    new Column("PERMISSIONS", "/permissions"));

    @Spec private CommandSpec spec = CommandSpec.create();

    @Parameters(
            arity = "0..1",
            paramLabel = "USER",
            description = "alice (default), bob, carol or dave")
    private String user = "";

    @Override
    public void run() {
        var millrace = Root.of(spec);
        try (var http = new Http()) {
            var name = user.isEmpty() ? millrace.user() : user;
            Millrace.out(spec).println(millrace.connection().token(http, name));
        }
    }

    @Command(name = "list", description = "Lists your API tokens, without what they are.")
    void list() {
        var millrace = Root.of(spec);
        try (var session = new Session(millrace)) {
            millrace.output(spec).rows(session.api().get(OWN).path("results"), TOKENS);
        }
    }

    @Command(
            name = "create",
            description = {
                "Makes an API token and prints it, this once.",
                "It may what you may, within the bounds that are given here."
            })
    void create(
            @Parameters(paramLabel = "NAME", description = "what it is for") String name,
            @Option(
                            names = "--expires-in",
                            paramLabel = "DURATION",
                            description = "how long it is valid, such as P30D")
                    @Nullable String expiresIn,
            @Option(names = "--description", paramLabel = "TEXT") @Nullable String description,
            @Option(
                            names = "--namespace",
                            paramLabel = "NAMESPACE",
                            description = "the one, with those below it, that it may use")
                    @Nullable String namespace,
            @Option(
                            names = "--permission",
                            split = ",",
                            paramLabel = "PERMISSION",
                            description = "all that it may, such as FLOW_READ,EXECUTION_CREATE")
                    @Nullable List<String> permissions) {
        var millrace = Root.of(spec);
        var output = millrace.output(spec);
        var asked = new LinkedHashMap<String, Object>();
        asked.put("name", name);
        put(asked, "maxAge", expiresIn);
        put(asked, "description", description);
        put(asked, "namespace", namespace);
        put(asked, "permissions", permissions);
        try (var session = new Session(millrace)) {
            var made = session.api().send("POST", OWN, asked);
            if (output.isTable()) {
                output.writer().println(made.path("fullToken").asString());
                output.writer().flush();
            } else {
                output.tree(made);
            }
        }
    }

    @Command(name = "delete", description = "Takes an API token of yours back, at once.")
    void delete(@Parameters(paramLabel = "ID", description = "as `list` has it") String id) {
        try (var session = new Session(Root.of(spec))) {
            session.api().send("DELETE", OWN + "/" + Api.encode(id), null);
        }
    }

    private static void put(Map<String, Object> written, String name, @Nullable Object value) {
        if (value != null) {
            written.put(name, value);
        }
    }
}
