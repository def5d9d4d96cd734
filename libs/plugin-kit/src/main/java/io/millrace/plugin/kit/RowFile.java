// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.kit;

import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskFailedException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

/// A file of the internal storage whose lines are values in JSON or Amazon Ion, read one by one.
public final class RowFile implements AutoCloseable {
    /// A row is held in memory as a whole.
    private static final int LONGEST_LINE = 64 << 20;

    private final Reader reader;
    private final TaskContext context;
    private final Function<String, @Nullable Object> json;
    private final char[] buffer = new char[1 << 16];
    private int at;
    private int end;
    private long line;

    private RowFile(
            InputStream content, TaskContext context, Function<String, @Nullable Object> json) {
        this.reader = new InputStreamReader(content, StandardCharsets.UTF_8);
        this.context = context;
        this.json = json;
    }

    /// @param uri as another task put it out
    public static RowFile open(String uri, TaskContext context)
            throws IOException, TaskFailedException {
        return new RowFile(stream(uri, context), context, ExactJson::read);
    }

    /// The same for what writes values as texts: decimals keep their zeros.
    ///
    /// @param uri as another task put it out
    public static RowFile asWritten(String uri, TaskContext context)
            throws IOException, TaskFailedException {
        return new RowFile(stream(uri, context), context, ExactJson::asWritten);
    }

    /// A stored file as it is.
    ///
    /// @param uri as another task put it out
    public static InputStream stream(String uri, TaskContext context)
            throws IOException, TaskFailedException {
        URI parsed;
        try {
            parsed = URI.create(uri.strip());
        } catch (IllegalArgumentException e) {
            throw new TaskFailedException("Expected the URI of a file but got '%s'".formatted(uri));
        }
        return context.files().get(parsed);
    }

    /// What stands in a line.
    public record Row(@Nullable Object value) {
        /// @throws TaskFailedException if it has no fields
        public Map<String, @Nullable Object> fields() throws TaskFailedException {
            if (!(value instanceof Map<?, ?> map)) {
                throw new TaskFailedException("Expected a row with fields but got another value");
            }
            var fields = new LinkedHashMap<String, @Nullable Object>();
            map.forEach((name, field) -> fields.put(String.valueOf(name), field));
            return fields;
        }
    }

    /// @return the next value, or nothing at the end
    public @Nullable Row next() throws IOException, TaskFailedException {
        var text = readLine();
        while (text != null && text.isBlank()) {
            line++;
            text = readLine();
        }
        if (text == null) {
            return null;
        }
        line++;
        try {
            return new Row(json.apply(text));
        } catch (JacksonException _) {
            try {
                return new Row(context.evaluate("{{ fromIon(line) }}", Map.of("line", text)));
            } catch (TaskFailedException e) {
                throw new TaskFailedException(
                        "Expected JSON or Ion in line %d but got something else".formatted(line),
                        e);
            }
        }
    }

    /// @return without what ends it; nothing at the end of the file
    /// @throws TaskFailedException if it is too long
    private @Nullable String readLine() throws IOException, TaskFailedException {
        var text = new StringBuilder();
        while (true) {
            if (at == end) {
                at = 0;
                end = Math.max(0, reader.read(buffer));
                if (end == 0) {
                    return text.isEmpty() ? null : text.toString();
                }
            }
            int next = at;
            while (next < end && buffer[next] != '\n') {
                next++;
            }
            text.append(buffer, at, next - at);
            if (text.length() > LONGEST_LINE) {
                throw new TaskFailedException(
                        "Expected at most %d characters in line %d"
                                .formatted(LONGEST_LINE, line + 1));
            }
            at = next;
            if (next < end) {
                at++;
                return text.toString();
            }
        }
    }

    @Override
    public void close() throws IOException {
        reader.close();
    }
}
