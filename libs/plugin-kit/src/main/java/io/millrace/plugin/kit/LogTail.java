// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.kit;

import io.millrace.plugin.TaskLog;
import java.util.regex.Pattern;

/// The log of something that runs elsewhere, which is fetched piece by piece: whole lines go to the
/// task's log, each of them once.
public final class LogTail {
    /// Colours, and the marks with which GitLab folds sections.
    private static final Pattern DECORATION =
            Pattern.compile(
                    "\\u001B\\[[0-9;?]*[A-Za-z]|section_(?:start|end):\\d+:[^\\r\\n]*[\\r\\n]?");

    private static final long MOST = 16L << 20;

    private final TaskLog log;
    private final StringBuilder rest = new StringBuilder();
    private long taken;
    private boolean cut;
    private boolean ended;

    public LogTail(TaskLog log) {
        this.log = log;
    }

    /// How many characters were taken so far.
    public long taken() {
        return taken;
    }

    /// What comes next.
    public void append(String text) {
        taken += text.length();
        if (taken > MOST) {
            if (!cut) {
                cut = true;
                log.warn("The rest of the log is left out: it is longer than 16 MiB");
            }
            return;
        }
        rest.append(text);
        int end;
        while ((end = rest.indexOf("\n")) >= 0) {
            write(rest.substring(0, end));
            rest.delete(0, end + 1);
        }
    }

    /// All there is of it: only what is new counts.
    public void replace(String whole) {
        if (whole.length() > taken) {
            append(whole.substring((int) taken));
        }
    }

    public boolean ended() {
        return ended;
    }

    /// Nothing comes any more.
    public void end() {
        ended = true;
        if (!rest.isEmpty()) {
            write(rest.toString());
            rest.setLength(0);
        }
    }

    private void write(String line) {
        var text = DECORATION.matcher(line).replaceAll("").stripTrailing();
        int overwritten = text.lastIndexOf('\r');
        log.info(overwritten < 0 ? text : text.substring(overwritten + 1));
    }
}
