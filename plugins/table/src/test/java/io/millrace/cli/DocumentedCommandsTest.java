// SPDX-License-Identifier: Apache-2.0
package io.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.docs.Page;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import picocli.CommandLine.Model.CommandSpec;

/// Command lines in the documentation name commands and options that there are.
class DocumentedCommandsTest {
    private static final Pattern CODE = Pattern.compile("`([^`\\n]+)`");
    private static final Pattern LINE =
            Pattern.compile("(?:^|[\\s`$(])(\\./)?millrace(?: +(?<rest>[a-z-][^`\\n]*))?");

    /// With the environment before it, in the place of its answer, or as what another one starts.
    private static final Pattern CALLED = Pattern.compile("(\\$ )?([A-Z_]+=.*|.*\\$\\(.*|.*-- .*)");

    private static final Pattern LABELS = Pattern.compile("(?m)^([a-z| -]+)\\)");
    private static final Pattern OPTION = Pattern.compile("(?<![\\w-])--?[a-z][a-z-]*");

    private final CommandSpec program = Millrace.commandLine(Map.of()).getCommandSpec();
    private final Set<String> ofScript = new LinkedHashSet<>();
    private final Map<String, String> ownOptions = new HashMap<>();
    private final List<String> wrong = new ArrayList<>();

    DocumentedCommandsTest() throws IOException {
        var script = Files.readString(Page.ROOT.resolve("millrace"));
        LABELS.matcher(script.substring(script.lastIndexOf("\ncase $command in")))
                .results()
                .flatMap(label -> Stream.of(label.group(1).split("[ |]+")))
                .forEach(ofScript::add);
        for (var command : List.of("up", "test", "logs", "plugins")) {
            ownOptions.put(command, script);
        }
        var bench = new StringBuilder();
        for (var file : Page.files(Page.ROOT.resolve("bench"), ".*/src/main/.*\\.java")) {
            bench.append(Files.readString(file));
        }
        ownOptions.put("bench", bench.toString());
        ownOptions.put("chaos", bench.toString());
    }

    @Test
    void commandLinesNameCommandsAndOptionsThatThereAre() throws IOException {
        int lines = 0;
        for (var page : Page.all()) {
            var code = new ArrayList<String>();
            CODE.matcher(page.prose()).results().forEach(found -> code.add(found.group(1)));
            page.blocks().stream()
                    .filter(block -> block.language().matches("sh|console|"))
                    .forEach(block -> block.text().lines().forEach(code::add));
            for (var line : code) {
                // a line may hold several, divided by semicolons and pipes
                for (var part : line.replaceFirst("(^| )#.*", "").split(";|&&| \\| ")) {
                    var found = LINE.matcher(part);
                    if (found.find() && (found.start() == 0 || CALLED.matcher(line).matches())) {
                        lines++;
                        check(
                                page.path() + ": " + line,
                                found.group(1) != null,
                                found.group("rest"));
                    }
                }
            }
        }

        assertThat(wrong).isEmpty();
        assertThat(lines).isGreaterThan(60);
    }

    /// The table of cli.md: the command in the first column, its options there and in the second.
    @Test
    void theTableOfCommandsNamesOptionsThatThereAre() throws IOException {
        var table = Files.readString(Page.ROOT.resolve("docs/cli.md"));
        var named = new LinkedHashSet<String>();
        for (var row : table.substring(0, table.indexOf("\n## ")).lines().toList()) {
            if (row.startsWith("| `")) {
                var cells = row.split("(?<!\\\\)\\|");
                CODE.matcher(cells[1])
                        .results()
                        .forEach(code -> {
                            var command = code.group(1).replace("\\|", "|");
                            named.add(command.split("[ |]")[0]);
                            check(row, false, command);
                        });
                var first = CODE.matcher(cells[1]).results().findFirst().orElseThrow().group(1);
                var spec = program.subcommands().get(first.split(" ")[0]);
                OPTION.matcher(cells[2])
                        .results()
                        .filter(option ->
                                cells[2].substring(0, option.start())
                                                        .chars()
                                                        .filter(c -> c == '`')
                                                        .count()
                                                % 2
                                        == 1)
                        .map(option -> option.group())
                        .filter(option -> spec == null || !has(spec.getCommandSpec(), option))
                        .forEach(option -> wrong.add(row + ": no option " + option));
            }
        }

        assertThat(wrong).isEmpty();
        var hidden = Set.of("help", "welcome", "flow");
        assertThat(named)
                .as("each command is in the table")
                .containsAll(
                        program.subcommands().keySet().stream()
                                .filter(c -> !hidden.contains(c))
                                .toList());
    }

    /// @param byScript whether it is `./millrace`, which has commands and options of its own
    private void check(String where, boolean byScript, @Nullable String rest) {
        if (rest == null) {
            return;
        }
        var words = rest.replaceAll("[<)].*|[\\[\\]…'\"]", " ").strip().split("\\s+");
        var first = words[0];
        var found = program.subcommands().get(first.equals("example") ? "run" : first);
        if (found == null && !(byScript && ofScript.contains(first))) {
            wrong.add(where + ": no command " + first);
            return;
        }
        var spec = found == null ? CommandSpec.create() : found.getCommandSpec();
        var own = byScript ? Objects.requireNonNullElse(ownOptions.get(first), "") : "";
        for (var word : List.of(words).subList(1, words.length)) {
            if (word.matches("--?[a-z].*")) {
                var option = word.replaceFirst("=.*", "");
                if (!has(spec, option) && !own.contains(option)) {
                    wrong.add(where + ": no option " + option);
                }
            } else if (!spec.subcommands().isEmpty() && word.matches("[a-z|-]+")) {
                for (var one : word.split("\\|")) {
                    boolean known = spec.subcommands().containsKey(one) || own.contains(" " + one);
                    if (!known && spec.positionalParameters().isEmpty()) {
                        wrong.add(where + ": no command " + one);
                    }
                }
                var next = spec.subcommands().get(word);
                spec = next == null ? spec : next.getCommandSpec();
            }
        }
    }

    /// Its own, or one of what is below it.
    private static boolean has(CommandSpec command, String option) {
        return command.findOption(option) != null
                || command.subcommands().values().stream()
                        .anyMatch(c -> has(c.getCommandSpec(), option));
    }
}
