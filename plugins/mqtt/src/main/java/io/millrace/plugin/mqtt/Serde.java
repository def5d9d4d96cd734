// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.mqtt;

import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.kit.ExactJson;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/// What payloads are.
public enum Serde {
    STRING,
    JSON,
    /// In flows as Base64.
    BYTES;

    byte[] write(@Nullable Object value) throws TaskFailedException {
        if (this == BYTES) {
            try {
                return Base64.getDecoder().decode(String.valueOf(value));
            } catch (IllegalArgumentException e) {
                throw new TaskFailedException("Expected Base64 in `payload`", e);
            }
        }
        return this == STRING && value instanceof String text
                ? text.getBytes(StandardCharsets.UTF_8)
                : JsonMapper.shared().writeValueAsBytes(value);
    }

    @Nullable Object read(byte[] payload) {
        if (this == BYTES) {
            return Base64.getEncoder().encodeToString(payload);
        }
        var text = new String(payload, StandardCharsets.UTF_8);
        if (this == JSON) {
            try {
                return ExactJson.read(text);
            } catch (JacksonException _) {
                // passed on as the text that it is: the broker has given it away
            }
        }
        return text;
    }
}
