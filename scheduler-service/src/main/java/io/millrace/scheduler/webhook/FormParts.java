// SPDX-License-Identifier: Apache-2.0
package io.millrace.scheduler.webhook;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ContentDisposition;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;

/// The parts of a `multipart/form-data` body (RFC 7578, RFC 2046).
///
/// @param fields texts by the name of their part, which may come several times
record FormParts(Map<String, List<String>> fields, List<FilePart> files) {
    private static final int MOST_PARTS = 1_000;
    private static final byte[] END_OF_HEADERS = {'\r', '\n', '\r', '\n'};

    /// @param fileName without the folders that a client may put before it
    record FilePart(String name, String fileName, @Nullable String contentType, byte[] content) {}

    /// @return empty if the body is no such form, or none that can be read
    static Optional<FormParts> of(@Nullable String contentType, byte[] body) {
        var boundary = boundary(contentType);
        return boundary.isEmpty() ? Optional.empty() : read(boundary.get(), body);
    }

    private static Optional<String> boundary(@Nullable String contentType) {
        if (contentType == null
                || !contentType.toLowerCase(Locale.ROOT).startsWith("multipart/form-data")) {
            return Optional.empty();
        }
        try {
            var boundary = MediaType.parseMediaType(contentType).getParameter("boundary");
            return Optional.ofNullable(boundary)
                    .map(text -> text.replaceAll("^\"|\"$", ""))
                    .filter(text -> !text.isEmpty());
        } catch (InvalidMediaTypeException _) {
            return Optional.empty();
        }
    }

    private static Optional<FormParts> read(String boundary, byte[] body) {
        var fields = new LinkedHashMap<String, List<String>>();
        var files = new ArrayList<FilePart>();
        var delimiter = ("--" + boundary).getBytes(StandardCharsets.ISO_8859_1);
        var afterContent = ("\r\n--" + boundary).getBytes(StandardCharsets.ISO_8859_1);
        int at = indexOf(body, delimiter, 0);
        for (int parts = 0; at >= 0 && parts <= MOST_PARTS; parts++) {
            int start = at + delimiter.length;
            if (start + 1 < body.length && body[start] == '-' && body[start + 1] == '-') {
                return Optional.of(new FormParts(fields, files));
            }
            int endOfHeaders = indexOf(body, END_OF_HEADERS, start);
            int content = endOfHeaders + END_OF_HEADERS.length;
            int next = endOfHeaders < 0 ? -1 : indexOf(body, afterContent, content);
            if (next < 0) {
                return Optional.empty();
            }
            var headers = new String(body, start, endOfHeaders - start, StandardCharsets.UTF_8);
            if (!add(headers, Arrays.copyOfRange(body, content, next), fields, files)) {
                return Optional.empty();
            }
            at = next + 2;
        }
        return Optional.empty();
    }

    private static boolean add(
            String headers,
            byte[] content,
            Map<String, List<String>> fields,
            List<FilePart> files) {
        ContentDisposition disposition = null;
        String type = null;
        for (var line : headers.split("\r\n")) {
            int colon = line.indexOf(':');
            var name = colon < 0 ? "" : line.substring(0, colon).strip().toLowerCase(Locale.ROOT);
            if (name.equals("content-disposition")) {
                try {
                    disposition = ContentDisposition.parse(line.substring(colon + 1).strip());
                } catch (IllegalArgumentException _) {
                    return false;
                }
            } else if (name.equals("content-type")) {
                type = line.substring(colon + 1).strip();
            }
        }
        if (disposition == null) {
            return false;
        }
        var name = disposition.getName();
        if (name == null) {
            return false;
        }
        var fileName = disposition.getFilename();
        if (fileName == null) {
            fields.computeIfAbsent(name, _ -> new ArrayList<>())
                    .add(String.valueOf(Bodies.text(content, type)));
        } else {
            files.add(new FilePart(name, plain(fileName, name), type, content));
        }
        return true;
    }

    private static String plain(String fileName, String otherwise) {
        var path = fileName.replace('\\', '/');
        var name = path.substring(path.lastIndexOf('/') + 1);
        return name.isBlank() || name.equals(".") || name.equals("..") ? otherwise : name;
    }

    private static int indexOf(byte[] in, byte[] what, int from) {
        for (int i = Math.max(0, from); i <= in.length - what.length; i++) {
            if (Arrays.equals(in, i, i + what.length, what, 0, what.length)) {
                return i;
            }
        }
        return -1;
    }
}
