// SPDX-License-Identifier: Apache-2.0
package io.millrace.cli;

import io.millrace.cli.Output.Column;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(name = "audit", description = "Searches the audit log, and shows that it is whole.")
final class AuditCommand implements Runnable {
    private static final List<Column> ENTRIES =
            List.of(
                    new Column("NUMBER", "/sequence"),
                    new Column("AT", "/event/at"),
                    new Column("SUBJECT", "/event/subject"),
                    new Column("ACTION", "/event/action"),
                    new Column("RESOURCE", "/event/resource"),
                    new Column("OUTCOME", "/event/outcome"));

    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public void run() {
        throw new CommandLine.ParameterException(
                spec.commandLine(), "Expected audit list or verify");
    }

    @Command(name = "list", description = "Lists the newest entries.")
    void list(
            @Option(names = "--subject") @Nullable String subject,
            @Option(names = "--action", description = "or its beginning, such as flow.")
                    @Nullable String action,
            @Option(names = "--resource", description = "or its beginning")
                    @Nullable String resource,
            @Option(names = "--outcome", description = "success or refused")
                    @Nullable String outcome,
            @Option(names = "--limit", defaultValue = "50") int limit) {
        var query = new LinkedHashMap<String, String>();
        put(query, "subject", subject);
        put(query, "action", action);
        put(query, "resource", resource);
        put(query, "outcome", outcome);
        query.put("size", Integer.toString(Math.min(limit, 1000)));
        var millrace = Root.of(spec);
        try (var session = new Session(millrace)) {
            var found = session.api().get("/audit" + Api.query(query)).path("results");
            millrace.output(spec).rows(found, ENTRIES);
        }
    }

    private static void put(Map<String, String> query, String name, @Nullable String value) {
        if (value != null) {
            query.put(name, value);
        }
    }

    @Command(
            name = "verify",
            description = {
                "Looks at every entry of the installation's audit log: exit code 1 if it isn't whole.",
                "With an anchor, also that what was there at the last look is still there: keep its file",
                "where nobody can reach it who can write to the database."
            })
    int verify(
            @Option(
                            names = "--anchor",
                            paramLabel = "FILE",
                            description =
                                    "compare with the end of the chain in this file, then note the new one there")
                    @Nullable Path anchor) {
        var millrace = Root.of(spec);
        var output = millrace.output(spec);
        try (var session = new Session(millrace)) {
            var found = session.api().get("/audit/verify" + Api.query(noted(anchor)));
            boolean whole = found.path("whole").asBoolean();
            if (whole && anchor != null) {
                note(
                        anchor,
                        found.path("entries").asString() + " " + found.path("hash").asString());
            }
            if (!output.isTable()) {
                output.tree(found);
            } else if (whole) {
                Millrace.out(spec)
                        .printf(
                                "The audit log is whole: %s entries, the last is %s%n",
                                found.path("entries").asString(), found.path("hash").asString());
            } else {
                Millrace.out(spec)
                        .printf(
                                "The audit log is NOT whole: entry %s was changed or is missing%n",
                                found.path("firstBroken").asString());
            }
            return whole ? 0 : ExitCode.NO.code();
        }
    }

    private static Map<String, String> noted(@Nullable Path anchor) {
        if (anchor == null) {
            return Map.of();
        }
        try {
            var parts = Files.readString(anchor).strip().split(" ");
            if (parts.length != 2 || !parts[0].matches("\\d+") || !parts[1].matches("[0-9a-f]+")) {
                throw new CliException(
                        ExitCode.USAGE, "Expected a number and a hash in the file " + anchor);
            }
            return Map.of("sequence", parts[0], "hash", parts[1]);
        } catch (NoSuchFileException _) {
            return Map.of(); // the first look
        } catch (IOException e) {
            throw new CliException("The file " + anchor + " can't be read: " + e.getMessage(), e);
        }
    }

    private static void note(Path anchor, String end) {
        try {
            var folder = anchor.toAbsolutePath().getParent();
            var draft = Files.createTempFile(folder, ".anchor", "");
            Files.writeString(draft, end + "\n");
            Files.move(
                    draft,
                    anchor,
                    StandardCopyOption.REPLACE_EXISTING,
                    StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new CliException(
                    "The file " + anchor + " can't be written: " + e.getMessage(), e);
        }
    }
}
