// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.core.storage;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.plugin.TaskFailedException;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/// Splits a stream of lines into parts, one part after the other where it can: memory stays flat
/// whatever the size.
public final class Splitter {
    private static final Pattern BYTES = Pattern.compile("(\\d+)\\s*(B|KB|MB|GB)?");
    private static final int MAX_PARTITIONS = 1000;

    private final Path directory;
    private final int maxParts;

    /// How to split: by one of `rows`, `partitions`, `bytes` and `regexPattern`; a line a part if
    /// none is there.
    ///
    /// @param separator what ends a line
    /// @param regexPattern lines with the same first group go into one part, others into none
    public record By(
            @Nullable Integer rows,
            @Nullable Integer partitions,
            @Nullable String bytes,
            @Nullable String separator,
            @Nullable String regexPattern) {}

    /// Takes a finished part; the file is deleted after.
    @FunctionalInterface
    public interface Parts {
        void take(Path part) throws IOException;
    }

    /// @param directory where parts lie until they are taken
    public Splitter(Path directory, int maxParts) {
        this.directory = directory;
        this.maxParts = maxParts;
    }

    /// @return how many parts there are; none of them is empty
    public int split(InputStream content, By by, Parts parts)
            throws IOException, TaskFailedException {
        var separator =
                (by.separator() == null || by.separator().isEmpty() ? "\n" : by.separator())
                        .getBytes(UTF_8);
        var lines = new Lines(content, separator);
        if (by.regexPattern() != null) {
            return group(lines, by.regexPattern(), parts);
        }
        if (by.partitions() != null) {
            return deal(lines, by.partitions(), parts);
        }
        return cut(lines, by, parts);
    }

    private int cut(Lines lines, By by, Parts parts) throws IOException, TaskFailedException {
        long maxBytes = by.bytes() == null ? Long.MAX_VALUE : parseBytes(by.bytes());
        // bytes count before rows, as in Kestra
        long maxRows = by.bytes() != null ? Long.MAX_VALUE : by.rows() == null ? 1 : by.rows();
        if (maxRows < 1) {
            throw new TaskFailedException("Expected at least one row but got " + maxRows);
        }
        int count = 0;
        while (lines.next()) {
            if (count == maxParts) {
                throw new TaskFailedException("More than %d parts".formatted(maxParts));
            }
            var part = newPart();
            try (var out = open(part)) {
                long bytes = lines.writeTo(out);
                for (long row = 1; row < maxRows && bytes < maxBytes && lines.next(); row++) {
                    bytes += lines.writeTo(out);
                }
            }
            take(part, parts);
            count++;
        }
        return count;
    }

    private int deal(Lines lines, int partitions, Parts parts)
            throws IOException, TaskFailedException {
        if (partitions < 1 || partitions > MAX_PARTITIONS) {
            throw new TaskFailedException(
                    "Expected 1 to %d partitions but got %d".formatted(MAX_PARTITIONS, partitions));
        }
        var files = new ArrayList<Path>();
        var writers = new ArrayList<OutputStream>();
        try {
            for (int i = 0; lines.next(); i++) {
                if (i < partitions) {
                    files.add(newPart());
                    writers.add(open(files.getLast()));
                }
                lines.writeTo(writers.get(i % partitions));
            }
        } finally {
            close(writers);
        }
        for (var file : files) {
            take(file, parts);
        }
        return files.size();
    }

    private int group(Lines lines, String regex, Parts parts)
            throws IOException, TaskFailedException {
        Pattern pattern;
        try {
            pattern = Pattern.compile(regex);
        } catch (PatternSyntaxException e) {
            throw new TaskFailedException("Expected a pattern but got: " + regex, e);
        }
        if (pattern.matcher("").groupCount() < 1) {
            throw new TaskFailedException(
                    "Expected a pattern with a group in brackets but got: " + regex);
        }
        var files = new LinkedHashMap<String, Path>();
        var writers = new LinkedHashMap<String, OutputStream>();
        try {
            while (lines.next()) {
                var found = pattern.matcher(lines.text());
                if (!found.find() || found.group(1) == null) {
                    continue;
                }
                var key = found.group(1);
                if (!writers.containsKey(key)) {
                    if (writers.size() == MAX_PARTITIONS) {
                        throw new TaskFailedException(
                                "More than %d groups".formatted(MAX_PARTITIONS));
                    }
                    var file = newPart();
                    files.put(key, file);
                    writers.put(key, open(file));
                }
                lines.writeTo(writers.get(key));
            }
        } finally {
            close(List.copyOf(writers.values()));
        }
        for (var file : files.values()) {
            take(file, parts);
        }
        return files.size();
    }

    private static void close(List<OutputStream> writers) throws IOException {
        for (var writer : writers) {
            writer.close();
        }
    }

    private static void take(Path part, Parts parts) throws IOException {
        parts.take(part);
        Files.delete(part);
    }

    private static OutputStream open(Path part) throws IOException {
        return new BufferedOutputStream(Files.newOutputStream(part));
    }

    private Path newPart() throws IOException {
        return Files.createTempFile(directory, "split", null);
    }

    private static long parseBytes(String text) throws TaskFailedException {
        var parsed = BYTES.matcher(text.strip().toUpperCase(Locale.ROOT));
        if (!parsed.matches()) {
            throw new TaskFailedException("Expected bytes like 10MB but got " + text);
        }
        long unit =
                switch (parsed.group(2)) {
                    case "KB" -> 1L << 10;
                    case "MB" -> 1L << 20;
                    case "GB" -> 1L << 30;
                    case null, default -> 1;
                };
        return Long.parseLong(parsed.group(1)) * unit;
    }

    /// Lines of a stream of bytes, one at a time.
    private static final class Lines {
        private final InputStream content;
        private final byte[] separator;
        private final byte[] buffer = new byte[64 * 1024];
        private byte[] line = new byte[256];
        private int length;
        private int at;
        private int filled;

        Lines(InputStream content, byte[] separator) {
            this.content = content;
            this.separator = separator;
        }

        /// Goes on to the next line; an end without a separator counts as one if it isn't empty.
        boolean next() throws IOException {
            length = 0;
            byte last = separator[separator.length - 1];
            while (at < filled || fill()) {
                byte b = buffer[at++];
                if (length == line.length) {
                    line = java.util.Arrays.copyOf(line, 2 * length);
                }
                line[length++] = b;
                if (b == last && endsWithSeparator()) {
                    length -= separator.length;
                    return true;
                }
            }
            return length > 0;
        }

        private boolean fill() throws IOException {
            filled = content.read(buffer);
            at = 0;
            return filled > 0;
        }

        private boolean endsWithSeparator() {
            int from = length - separator.length;
            if (from < 0) {
                return false;
            }
            for (int i = 0; i < separator.length; i++) {
                if (line[from + i] != separator[i]) {
                    return false;
                }
            }
            return true;
        }

        String text() {
            return new String(line, 0, length, UTF_8);
        }

        /// Writes the line and what ends it.
        ///
        /// @return how many bytes
        long writeTo(OutputStream out) throws IOException {
            out.write(line, 0, length);
            out.write(separator);
            return length + (long) separator.length;
        }
    }
}
