// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.camel;

import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.kit.NewFile;
import io.millrace.plugin.kit.RowFile;
import java.io.IOException;
import java.io.InputStream;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/// What messages carry.
final class Bodies {
    /// What is longer is no output but a file.
    static final int MOST_SHOWN = 1 << 20;

    private Bodies() {}

    /// @param given text; a file, whose content is sent; or anything else, sent as JSON
    static @Nullable Object outgoing(@Nullable Object given, TaskContext context)
            throws IOException, TaskFailedException {
        return switch (given) {
            case null -> null;
            case String text when text.strip().startsWith("kestra:///") ->
                    RowFile.stream(text, context);
            case String text -> text;
            default -> JsonMapper.shared().writeValueAsString(given);
        };
    }

    /// Texts, numbers and truth values as they are, of all else the text.
    static Map<String, @Nullable Object> headers(Message message) {
        var all = new LinkedHashMap<String, @Nullable Object>();
        message.getHeaders()
                .forEach((name, value) ->
                        all.put(
                                name,
                                value == null || value instanceof Number || value instanceof Boolean
                                        ? value
                                        : value.toString()));
        return all;
    }

    /// @return the body as text, absent if there is none
    /// @throws TaskFailedException if it is too long for an output
    static @Nullable String text(Exchange exchange) throws TaskFailedException {
        var body = exchange.getMessage().getBody();
        var text = body == null ? null : exchange.getMessage().getBody(String.class);
        if (text != null && text.length() > MOST_SHOWN) {
            throw new TaskFailedException(
                    "A body of %d characters is no output: set `store`".formatted(text.length()));
        }
        return text == null && body != null ? body.toString() : text;
    }

    /// Puts the body into the internal storage.
    static @Nullable String stored(Exchange exchange, TaskContext context) throws IOException {
        if (exchange.getMessage().getBody() == null) {
            return null;
        }
        try (var content = exchange.getMessage().getBody(InputStream.class);
                var file = NewFile.create(context)) {
            if (content == null) {
                file.stream()
                        .write(
                                String.valueOf(exchange.getMessage().getBody())
                                        .getBytes(java.nio.charset.StandardCharsets.UTF_8));
            } else {
                content.transferTo(file.stream());
            }
            return file.store("").toString();
        }
    }
}
