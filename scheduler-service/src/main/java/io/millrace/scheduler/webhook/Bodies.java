// SPDX-License-Identifier: Apache-2.0
package io.millrace.scheduler.webhook;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/// Bodies as expressions see them.
final class Bodies {
    private static final JsonMapper JSON =
            JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();

    private Bodies() {}

    /// A map or a list if it is JSON of one; else the text; base 64 of what is no text; null if
    /// there is none.
    static @Nullable Object parse(byte[] body) {
        if (body.length == 0) {
            return null;
        }
        String text;
        try {
            text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(body)).toString();
        } catch (CharacterCodingException _) {
            return Base64.getEncoder().encodeToString(body);
        }
        var start = text.stripLeading();
        if (start.startsWith("{") || start.startsWith("[")) {
            try {
                return JSON.readValue(text, Object.class);
            } catch (JacksonException _) {
                // passed on as the text that it is
            }
        }
        return text;
    }
}
