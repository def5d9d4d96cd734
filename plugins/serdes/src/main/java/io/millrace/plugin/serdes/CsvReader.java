// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.serdes;

import io.millrace.plugin.TaskFailedException;
import java.io.IOException;
import java.io.Reader;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Reads records as RFC 4180 has them, one by one.
final class CsvReader {
    private static final int LONGEST_FIELD = 16 << 20;
    private static final int LONGEST_RECORD = 64 << 20;
    private static final int MOST_FIELDS = 100_000;

    private final Reader reader;
    private final char separator;
    private final char quote;
    private int pushedBack = -2;
    private long line = 1;
    private int length;

    CsvReader(Reader reader, char separator, char quote) {
        this.reader = reader;
        this.separator = separator;
        this.quote = quote;
    }

    long line() {
        return line;
    }

    /// @return fields, or nothing at the end
    @Nullable List<String> next() throws IOException, TaskFailedException {
        int c = read();
        if (c < 0) {
            return null;
        }
        var fields = new ArrayList<String>();
        length = 0;
        while (true) {
            if (fields.size() >= MOST_FIELDS) {
                throw tooLong();
            }
            var field = new StringBuilder();
            if (c == quote) {
                c = quoted(field);
            }
            while (c >= 0 && c != separator && c != '\n' && c != '\r') {
                add(field, (char) c);
                c = read();
            }
            fields.add(field.toString());
            if (c != separator) {
                break;
            }
            c = read();
        }
        if (c == '\r') {
            int after = read();
            if (after != '\n') {
                pushedBack = after;
            }
        }
        line++;
        return fields;
    }

    /// @return what stands behind the closing quote
    private int quoted(StringBuilder field) throws IOException, TaskFailedException {
        long begin = line;
        while (true) {
            int c = read();
            if (c < 0) {
                throw new TaskFailedException(
                        "Expected an end of the quote that begins in line %d".formatted(begin));
            }
            if (c == quote) {
                c = read();
                if (c != quote) {
                    return c;
                }
            } else if (c == '\n') {
                line++;
            }
            add(field, (char) c);
        }
    }

    private void add(StringBuilder field, char c) throws TaskFailedException {
        if (field.length() >= LONGEST_FIELD) {
            throw new TaskFailedException(
                    "Expected a field of at most %d characters in line %d"
                            .formatted(LONGEST_FIELD, line));
        }
        if (++length > LONGEST_RECORD) {
            throw tooLong();
        }
        field.append(c);
    }

    private TaskFailedException tooLong() {
        return new TaskFailedException(
                "Expected at most %d fields and %d characters in the record in line %d"
                        .formatted(MOST_FIELDS, LONGEST_RECORD, line));
    }

    private int read() throws IOException {
        if (pushedBack != -2) {
            int c = pushedBack;
            pushedBack = -2;
            return c;
        }
        return reader.read();
    }
}
