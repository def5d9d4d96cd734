// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.nats;

import io.nats.client.Message;
import io.nats.client.impl.Headers;
import io.nats.client.impl.NatsMessage;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/// A message on its way.
final class Outgoing {
    private Outgoing() {}

    /// @param given text, or a map with `data` and `headers`
    static Message of(String subject, @Nullable Object given) {
        var headers = new Headers();
        Object data = given;
        if (given instanceof Map<?, ?> map && map.containsKey("data")) {
            data = map.get("data");
            if (map.get("headers") instanceof Map<?, ?> all) {
                all.forEach((name, value) -> {
                    if (value instanceof List<?> list) {
                        list.forEach(one -> headers.add(String.valueOf(name), String.valueOf(one)));
                    } else {
                        headers.add(String.valueOf(name), String.valueOf(value));
                    }
                });
            }
        }
        var text =
                data instanceof String plain ? plain : JsonMapper.shared().writeValueAsString(data);
        return NatsMessage.builder()
                .subject(subject)
                .headers(headers)
                .data(text.getBytes(StandardCharsets.UTF_8))
                .build();
    }
}
