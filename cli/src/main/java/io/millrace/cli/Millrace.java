// SPDX-License-Identifier: Apache-2.0
package io.millrace.cli;

import java.io.PrintWriter;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// The program `millrace`, but for what starts and stops the suite.
@Command(
        name = "millrace",
        mixinStandardHelpOptions = true,
        description = "Talks to Millrace. MILLRACE_URL, MILLRACE_TENANT and MILLRACE_TOKEN apply.",
        subcommands = {
            TokenCommand.class,
            FlowCommand.class,
            RunCommand.class,
            WelcomeCommand.class
        })
public final class Millrace implements Runnable {
    @Option(
            names = {"-u", "--user"},
            description = "user of the development issuer (default: ${DEFAULT-VALUE})")
    private String user = Connection.DEFAULT_USER;

    private final Map<String, String> environment;

    Millrace(Map<String, String> environment) {
        this.environment = environment;
    }

    public static void main(String[] arguments) {
        System.exit(commandLine(System.getenv()).execute(arguments));
    }

    static CommandLine commandLine(Map<String, String> environment) {
        return new CommandLine(new Millrace(environment))
                .setExecutionExceptionHandler((exception, line, _) -> {
                    if (!(exception instanceof CliException)) {
                        throw exception;
                    }
                    line.getErr().println(exception.getMessage());
                    return 1;
                });
    }

    @Override
    public void run() {
        CommandLine.usage(this, System.out);
    }

    /// The user that commands run as.
    String user() {
        return user;
    }

    Connection connection() {
        return Connection.of(environment);
    }

    /// Standard output, in UTF-8 whatever the terminal's locale.
    static PrintWriter out(CommandLine.Model.CommandSpec spec) {
        return spec.commandLine().getOut();
    }
}
