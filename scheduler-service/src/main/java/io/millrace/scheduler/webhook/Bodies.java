// SPDX-License-Identifier: Apache-2.0
package io.millrace.scheduler.webhook;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/// Bodies as expressions see them.
final class Bodies {
    private static final JsonMapper JSON =
            JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();

    /// Types that are text without saying so.
    private static final Set<String> TEXTS =
            Set.of("json", "xml", "yaml", "x-yaml", "csv", "x-www-form-urlencoded", "javascript");

    private Bodies() {}

    /// What is JSON as that; else the text; base 64 of what is no text; null if there is none.
    ///
    /// @param contentType as the caller says; without one it is looked at
    static @Nullable Object parse(byte[] body, @Nullable String contentType) {
        if (body.length == 0) {
            return null;
        }
        var type = type(contentType);
        if (type != null && !isText(type)) {
            return Base64.getEncoder().encodeToString(body);
        }
        var text = decoded(body, type);
        if (text == null) {
            return Base64.getEncoder().encodeToString(body);
        }
        var start = text.stripLeading();
        if (start.startsWith("{") || start.startsWith("[") || (type != null && isJson(type))) {
            try {
                return JSON.readValue(text, Object.class);
            } catch (JacksonException _) {
                // passed on as the text that it is
            }
        }
        return text;
    }

    /// The text; base 64 of what is none.
    static String text(byte[] body, @Nullable String contentType) {
        var text = decoded(body, type(contentType));
        return text == null ? Base64.getEncoder().encodeToString(body) : text;
    }

    private static @Nullable MediaType type(@Nullable String contentType) {
        if (contentType == null || contentType.isBlank()) {
            return null;
        }
        try {
            return MediaType.parseMediaType(contentType);
        } catch (InvalidMediaTypeException _) {
            return null;
        }
    }

    private static boolean isJson(MediaType type) {
        return "json".equals(type.getSubtype()) || "json".equals(type.getSubtypeSuffix());
    }

    private static boolean isText(MediaType type) {
        return type.getType().equals("text")
                || type.getType().equals("multipart")
                || TEXTS.contains(type.getSubtype())
                || (type.getSubtypeSuffix() != null && TEXTS.contains(type.getSubtypeSuffix()));
    }

    private static @Nullable String decoded(byte[] body, @Nullable MediaType type) {
        var charset = type == null ? null : charset(type);
        try {
            return (charset == null ? StandardCharsets.UTF_8 : charset)
                    .newDecoder()
                    .decode(ByteBuffer.wrap(body))
                    .toString();
        } catch (CharacterCodingException _) {
            return null;
        }
    }

    private static @Nullable Charset charset(MediaType type) {
        try {
            return type.getCharset();
        } catch (IllegalArgumentException _) {
            return null;
        }
    }
}
