// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.container;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.plugin.kit.OutputLines;
import io.millrace.test.FakeContext;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PrintedTest {
    @Test
    void whatIsReadAgainIsPassedOver(@TempDir Path directory) throws Exception {
        var context = new FakeContext(directory);
        var printed = new Printed(new OutputLines(context));

        printed.read(frames("1one\ntw", "2wrong\n"));
        printed.read(frames("1one\n", "2wrong\n", "1two\nthree", "2\nend"));
        printed.finish();

        assertThat(context.lines)
                .filteredOn(line -> line.startsWith("INFO"))
                .containsExactly("INFO one", "INFO two", "INFO three");
        assertThat(context.lines).filteredOn(line -> line.endsWith("wrong")).hasSize(1);
        assertThat(context.lines).filteredOn(line -> line.endsWith("end")).hasSize(1);
    }

    /// @param frames each with the number of its output before its text
    private static ByteArrayInputStream frames(String... frames) {
        var all = new ByteArrayOutputStream();
        for (var frame : frames) {
            var text = frame.substring(1).getBytes(StandardCharsets.UTF_8);
            all.writeBytes(new byte[] {(byte) (frame.charAt(0) - '0'), 0, 0, 0, 0, 0, 0});
            all.write(text.length);
            all.writeBytes(text);
        }
        return new ByteArrayInputStream(all.toByteArray());
    }
}
