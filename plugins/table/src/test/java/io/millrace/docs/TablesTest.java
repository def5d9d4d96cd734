// SPDX-License-Identifier: Apache-2.0
package io.millrace.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// Tables are seen as they are meant.
class TablesTest {
    /// Also within code, a bar ends a cell unless a backslash is before it.
    private static final Pattern BAR = Pattern.compile("(?<!\\\\)\\|");

    @Test
    void rowsHaveAsManyCellsAsTheirHeadAndABlankLineBehind() throws IOException {
        var wrong = new ArrayList<String>();
        for (var page : Page.all()) {
            long head = 0;
            int number = 0;
            for (var line : page.prose().lines().toList()) {
                number++;
                long bars = line.startsWith("|") ? BAR.matcher(line).results().count() : 0;
                if (head > 0 && bars != head && !line.isBlank()) {
                    wrong.add("%s:%d: %s".formatted(page.path(), number, line));
                }
                head = bars == 0 || head == 0 ? bars : head;
            }
        }

        assertThat(wrong).isEmpty();
    }
}
