// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.script;

import io.millrace.plugin.Default;
import io.millrace.plugin.Title;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/// What a script has to say for an execution to start.
///
/// @param exitCondition `exit 1` for an exit code, else what the script's outputs have to contain
record ExitCondition(
        @Title("`exit 1` for an exit code, or a regular expression for what the script puts out")
                String exitCondition,
        @Title("Whether it counts only when it wasn't so at the last look") @Default("true")
                Boolean edge) {
    private static final Pattern EXIT = Pattern.compile("exit\\s+(\\d{1,9})");

    boolean isMet(int exitCode, Map<String, @Nullable Object> vars) {
        var wanted = exitCondition.strip();
        var exit = EXIT.matcher(wanted.toLowerCase(Locale.ROOT));
        if (exit.matches()) {
            return Integer.parseInt(exit.group(1)) == exitCode;
        }
        if (wanted.isEmpty() || vars.isEmpty()) {
            return false;
        }
        var said = vars.toString();
        try {
            return Pattern.compile(wanted).matcher(said).find();
        } catch (PatternSyntaxException _) {
            return said.contains(wanted); // it is a text
        }
    }
}
