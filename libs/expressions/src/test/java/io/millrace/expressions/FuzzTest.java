// SPDX-License-Identifier: Apache-2.0
package io.millrace.expressions;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/// Whatever is written as a template ends in a text or in an error for its author.
class FuzzTest {

    private static final Expressions EXPRESSIONS = new Expressions();

    private static final RenderContext CONTEXT =
            RenderContext.of(
                            Map.of(
                                    "a",
                                    Map.of("b", List.of(1, "x", Map.of())),
                                    "n",
                                    7,
                                    "t",
                                    "2024-02-29T10:00:00Z",
                                    "l",
                                    List.of(3, 1, 2)))
                    .withBudget(new Budget(20_000, 1 << 18, 10_000, 8, Duration.ofSeconds(1)));

    @Property(tries = 2_000)
    void templateEndsInATextOrAnError(@ForAll("templates") String template) {
        render(template);
    }

    @Property(tries = 2_000)
    void filterEndsInATextOrAnError(
            @ForAll("values") String input,
            @ForAll("calls") String call,
            @ForAll("arguments") String arguments) {
        render("{{ " + input + " | " + call + arguments + " }}");
        render("{{ " + call + arguments + " }}");
    }

    private static void render(String template) {
        try {
            EXPRESSIONS.render(template, CONTEXT);
        } catch (ExpressionException _) {
            // Any other exception would be a bug.
        }
    }

    @Provide
    Arbitrary<String> templates() {
        return Arbitraries.of(
                        "{{",
                        "}}",
                        "{%",
                        "%}",
                        "{#",
                        "#}",
                        "-",
                        " ",
                        "a",
                        "b",
                        "n",
                        "t",
                        "l",
                        ".",
                        "[",
                        "]",
                        "(",
                        ")",
                        "{",
                        "}",
                        ",",
                        ":",
                        "?",
                        "??",
                        "???",
                        "|",
                        "'",
                        "\"",
                        "#{",
                        "1",
                        "0",
                        "..",
                        "+",
                        "*",
                        "/",
                        "%",
                        "~",
                        "==",
                        "<",
                        "and",
                        "not",
                        "is",
                        "in",
                        "if",
                        "endif",
                        "for",
                        "endfor",
                        "set",
                        "=",
                        "macro",
                        "endmacro",
                        "block",
                        "endblock",
                        "filter",
                        "endfilter",
                        "upper",
                        "first",
                        "range",
                        "render",
                        "raw",
                        "endraw",
                        "verbatim",
                        "null",
                        "true",
                        "empty",
                        "\n",
                        "é",
                        "\uD83D\uDE00",
                        "\\")
                .list()
                .ofMaxSize(25)
                .map(all -> "{{ " + String.join(" ", all) + " }}");
    }

    @Provide
    Arbitrary<String> values() {
        return Arbitraries.of(
                "null",
                "n",
                "-1",
                "2.5",
                "''",
                "'text'",
                "t",
                "l",
                "[]",
                "{}",
                "a",
                "true",
                "[null]",
                "[[1], {'k': null}]",
                "99999999999",
                "'{\"a\": [1]}'",
                "missing",
                "'é\n'");
    }

    @Provide
    Arbitrary<String> calls() {
        return Arbitraries.of(
                "abs",
                "abbreviate",
                "base64decode",
                "base64encode",
                "capitalize",
                "chunk",
                "className",
                "condense",
                "currentEachOutput",
                "date",
                "dateAdd",
                "dayOfMonth",
                "dayOfWeek",
                "decrypt",
                "default",
                "distinct",
                "encrypt",
                "endsWith",
                "escapeChar",
                "fileSize",
                "first",
                "flatten",
                "format",
                "fromIon",
                "fromJson",
                "hex",
                "hourOfDay",
                "http",
                "id",
                "indent",
                "isDateBetween",
                "isDayWeekInMonth",
                "isLastWorkingDay",
                "isWeekend",
                "join",
                "jq",
                "json",
                "keys",
                "ksuid",
                "kv",
                "last",
                "length",
                "max",
                "md5",
                "merge",
                "min",
                "nanoId",
                "nindent",
                "now",
                "number",
                "numberFormat",
                "printContext",
                "randomInt",
                "range",
                "read",
                "regexExtract",
                "regexMatch",
                "regexReplace",
                "render",
                "renderOnce",
                "replace",
                "reverse",
                "rsort",
                "secret",
                "slice",
                "slugify",
                "sort",
                "split",
                "startsWith",
                "string",
                "substringAfter",
                "substringBefore",
                "tasksWithState",
                "timestamp",
                "timestampNano",
                "title",
                "toIon",
                "toJson",
                "trim",
                "upper",
                "urldecode",
                "urlencode",
                "uuid",
                "values",
                "yaml");
    }

    @Provide
    Arbitrary<String> arguments() {
        return values().list().ofMaxSize(3).map(all -> "(" + String.join(", ", all) + ")");
    }
}
