// SPDX-License-Identifier: Apache-2.0
package io.millrace.cli;

import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

@Command(name = "token", description = "Prints a bearer token of a development user.")
final class TokenCommand implements Runnable {
    @ParentCommand private Millrace millrace = new Millrace(Map.of());
    @Spec private CommandSpec spec = CommandSpec.create();

    @Parameters(arity = "0..1", description = "alice (default), bob, carol or dave")
    private String user = "";

    @Override
    public void run() {
        try (var http = new Http()) {
            var name = user.isEmpty() ? millrace.user() : user;
            Millrace.out(spec).println(millrace.connection().token(http, name));
        }
    }
}
