// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.redis;

import io.millrace.plugin.kit.ExactJson;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/// What a value means.
public enum Serde {
    STRING,
    JSON;

    String write(@Nullable Object value) {
        return value instanceof String text && this == STRING
                ? text
                : JsonMapper.shared().writeValueAsString(value);
    }

    /// What is no JSON is handed on as a text.
    @Nullable Object read(@Nullable String text) {
        if (this == STRING || text == null) {
            return text;
        }
        try {
            return ExactJson.read(text);
        } catch (JacksonException _) {
            return text;
        }
    }
}
