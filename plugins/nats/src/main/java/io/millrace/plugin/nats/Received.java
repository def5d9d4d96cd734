// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.nats;

import io.millrace.plugin.Title;
import io.nats.client.Message;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// A message of a stream.
public record Received(
        @Title("Subject") String subject,
        @Title("Headers") Map<String, List<String>> headers,
        @Title("What it says") String data,
        @Title("When the stream took it") Instant timestamp) {

    static Received of(Message message) {
        var headers = new TreeMap<String, List<String>>();
        var given = message.getHeaders();
        if (given != null) {
            given.forEach(headers::put);
        }
        return new Received(
                message.getSubject(),
                headers,
                new String(message.getData(), StandardCharsets.UTF_8),
                message.metaData().timestamp().toInstant());
    }
}
