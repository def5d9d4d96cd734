// SPDX-License-Identifier: Apache-2.0
package io.millrace.execution.start;

import io.millrace.contracts.Codec;
import io.millrace.platform.problem.ServiceException;
import io.millrace.platform.web.Uploads;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.Part;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collection;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// What a request brings along as inputs: fields and files of a form, or a JSON object.
///
/// @param files by the input's id
record Form(Map<String, @Nullable Object> values, Map<String, Part> files) {
    static final Form NONE = new Form(Map.of(), Map.of());

    private static final String OLD_FILES_PART = "files";

    /// What the address says is no input, whatever its name.
    static Form read(HttpServletRequest request) throws IOException {
        var type = request.getContentType();
        var values = new LinkedHashMap<String, @Nullable Object>();
        var files = new LinkedHashMap<String, Part>();
        if (type == null) {
            return new Form(values, files);
        }
        if (type.startsWith("application/json")) {
            values.putAll(json(request));
        } else if (type.startsWith("multipart/")) {
            readParts(Uploads.parts(request), values, files);
        } else if (type.startsWith("application/x-www-form-urlencoded")) {
            var query = new QueryString(request);
            request.getParameterMap()
                    .forEach((name, all) -> {
                        // those of the address come first
                        var given = List.of(all).subList(query.all(name).size(), all.length);
                        if (!given.isEmpty()) {
                            values.put(name, given.size() == 1 ? given.getFirst() : given);
                        }
                    });
        }
        return new Form(values, files);
    }

    @SuppressWarnings("unchecked")
    private static Map<String, @Nullable Object> json(HttpServletRequest request)
            throws IOException {
        var body = request.getInputStream().readAllBytes();
        if (body.length == 0) {
            return Map.of();
        }
        try {
            Map<String, @Nullable Object> inputs = Codec.decode(body, LinkedHashMap.class);
            if (inputs != null) {
                return inputs;
            }
        } catch (tools.jackson.core.JacksonException _) {
            // said below
        }
        throw new ServiceException.Malformed("Expected a JSON object of inputs");
    }

    private static void readParts(
            Collection<Part> parts, Map<String, @Nullable Object> values, Map<String, Part> files)
            throws IOException {
        for (var part : parts) {
            var name = part.getName();
            var fileName = part.getSubmittedFileName();
            if (fileName == null) {
                values.put(
                        name,
                        new String(part.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
            } else if (name.equals(OLD_FILES_PART)) {
                files.put(fileName, part);
            } else {
                files.put(name, part);
            }
        }
    }

    /// The values, with the name of a file in place of its content.
    Map<String, @Nullable Object> named() {
        var named = new LinkedHashMap<String, @Nullable Object>(values);
        files.forEach((input, file) -> named.put(input, file.getSubmittedFileName()));
        return named;
    }

    /// All but one of its values.
    Form without(String name) {
        var others = new LinkedHashMap<String, @Nullable Object>(values);
        others.remove(name);
        return new Form(others, files);
    }

    /// A digest of all that a request says.
    ///
    /// @param asked what it asks for, beside the form
    String fingerprint(String asked) {
        try {
            var digest = MessageDigest.getInstance("SHA-256");
            add(digest, asked);
            new TreeMap<>(values)
                    .forEach((name, value) -> {
                        add(digest, name);
                        add(digest, String.valueOf(value));
                    });
            for (var file : new TreeMap<>(files).entrySet()) {
                add(digest, "@" + file.getKey());
                addContent(digest, file.getValue());
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void add(MessageDigest digest, String text) {
        var bytes = text.getBytes(StandardCharsets.UTF_8);
        // no text can pass for two
        digest.update((bytes.length + ":").getBytes(StandardCharsets.US_ASCII));
        digest.update(bytes);
    }

    private static void addContent(MessageDigest digest, Part file) {
        add(digest, "" + file.getSize());
        try (var content = file.getInputStream()) {
            var chunk = new byte[16 * 1024];
            for (int n = content.read(chunk); n >= 0; n = content.read(chunk)) {
                digest.update(chunk, 0, n);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
