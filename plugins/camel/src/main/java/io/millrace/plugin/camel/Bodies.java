// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.camel;

import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.kit.NewFile;
import io.millrace.plugin.kit.RowFile;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.WrappedFile;
import org.apache.camel.support.ExchangeHelper;
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

    /// No more of a stream or a file is read than can be shown.
    ///
    /// @return the body as text, absent if there is none
    /// @throws TaskFailedException if it is too long for an output
    static @Nullable String text(Exchange exchange) throws IOException, TaskFailedException {
        var body = exchange.getMessage().getBody();
        if (body == null) {
            return null;
        }
        String text;
        if (body instanceof InputStream || body instanceof WrappedFile) {
            try (var content = exchange.getMessage().getBody(InputStream.class)) {
                text = content == null ? body.toString() : beginning(content, exchange);
            }
        } else {
            var converted = exchange.getMessage().getBody(String.class);
            text = converted == null ? body.toString() : converted;
        }
        if (text.length() > MOST_SHOWN) {
            throw new TaskFailedException(
                    "A body of more than %d characters is no output: set `store`"
                            .formatted(MOST_SHOWN));
        }
        return text;
    }

    private static String beginning(InputStream content, Exchange exchange) throws IOException {
        var charset = ExchangeHelper.getCharset(exchange, true);
        var reader = new InputStreamReader(content, charset);
        var text = new StringBuilder();
        var buffer = new char[1 << 13];
        for (int n = reader.read(buffer);
                n >= 0 && text.length() <= MOST_SHOWN;
                n = reader.read(buffer)) {
            text.append(buffer, 0, n);
        }
        return text.toString();
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
