// SPDX-License-Identifier: Apache-2.0
package io.millrace.cli;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/// The program `millrace`, but for what starts and stops the suite.
@Command(
        name = "millrace",
        mixinStandardHelpOptions = true,
        versionProvider = Millrace.Version.class,
        scope = ScopeType.INHERIT,
        description = "Talks to Millrace. Exit codes, files and variables: docs/cli.md.",
        subcommands = {
            LoginCommand.class,
            ContextCommand.class,
            WhoamiCommand.class,
            TokenCommand.class,
            GetCommand.class,
            ApplyCommand.class,
            DiffCommand.class,
            ValidateCommand.class,
            TestCommand.class,
            RunCommand.class,
            LogsCommand.class,
            BackfillCommand.class,
            KvCommand.class,
            SecretCommand.class,
            PluginsCommand.class,
            GitCommand.class,
            SubscriptionCommand.class,
            AuditCommand.class,
            FlowCommand.class,
            WelcomeCommand.class,
            AutoComplete.GenerateCompletion.class
        })
public final class Millrace implements Runnable {
    /// What the jar was built as.
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            var built = Millrace.class.getPackage().getImplementationVersion();
            return new String[] {"millrace " + (built == null ? "from its sources" : built)};
        }
    }

    @Spec private CommandSpec spec = CommandSpec.create();

    @Option(
            names = {"-u", "--user"},
            scope = ScopeType.INHERIT,
            description = "user of the development issuer (default: ${DEFAULT-VALUE})")
    private String user = Connection.DEFAULT_USER;

    @Option(
            names = "--context",
            paramLabel = "NAME",
            scope = ScopeType.INHERIT,
            description = "the server that `login` has named so (default: the current one)")
    private @Nullable String context;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORMAT",
            scope = ScopeType.INHERIT,
            description = "table, json or yaml (default: ${DEFAULT-VALUE})")
    private Output.Format format = Output.Format.table;

    private final Map<String, String> environment;

    Millrace(Map<String, String> environment) {
        this.environment = environment;
    }

    public static void main(String[] arguments) {
        System.exit(
                commandLine(System.getenv())
                        .setOut(new PrintWriter(System.out, true, StandardCharsets.UTF_8))
                        .setErr(new PrintWriter(System.err, true, StandardCharsets.UTF_8))
                        .execute(arguments));
    }

    static CommandLine commandLine(Map<String, String> environment) {
        return new CommandLine(new Millrace(environment))
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setExecutionExceptionHandler((exception, line, _) -> {
                    if (!(exception instanceof CliException known)) {
                        throw exception;
                    }
                    line.getErr().println(known.getMessage());
                    return known.exit().code();
                });
    }

    @Override
    public void run() {
        throw new CommandLine.ParameterException(spec.commandLine(), "Expected a command");
    }

    /// The user that commands run as.
    String user() {
        return user;
    }

    Map<String, String> environment() {
        return environment;
    }

    Connection connection() {
        return Connection.of(environment, context);
    }

    /// Where a command prints what it has got.
    Output output(CommandSpec command) {
        return new Output(format, out(command));
    }

    @SuppressWarnings("SystemConsoleNull") // which it is where there is no terminal, since JDK 25
    Progress progress(CommandSpec command, String what) {
        var console = System.console();
        boolean visible = console != null && console.isTerminal() && format == Output.Format.table;
        return new Progress(command.commandLine().getErr(), visible, what);
    }

    static PrintWriter out(CommandSpec spec) {
        return spec.commandLine().getOut();
    }
}
