// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.serdes;

import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.kit.RowFile;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.Charset;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.UnsupportedCharsetException;

/// Texts of stored files.
final class Texts {
    private Texts() {}

    static Charset charset(String name) throws TaskFailedException {
        try {
            return Charset.forName(name);
        } catch (IllegalCharsetNameException | UnsupportedCharsetException e) {
            throw new TaskFailedException("Expected a charset but got '%s'".formatted(name), e);
        }
    }

    /// Without a byte order mark.
    static Reader open(String uri, String charset, TaskContext context)
            throws IOException, TaskFailedException {
        var reader =
                new BufferedReader(
                        new InputStreamReader(RowFile.stream(uri, context), charset(charset)),
                        1 << 16);
        reader.mark(1);
        if (reader.read() != 0xFEFF) {
            reader.reset();
        }
        return reader;
    }

    static char single(String text, String property) throws TaskFailedException {
        var plain = text.equals("\\t") ? "\t" : text;
        if (plain.length() != 1) {
            throw new TaskFailedException(
                    "Expected one character in %s but got '%s'".formatted(property, text));
        }
        return plain.charAt(0);
    }
}
