// SPDX-License-Identifier: Apache-2.0
package io.millrace.scheduler.webhook;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A request as it came.
///
/// @param path what stands behind the key, without the slash between; absent: nothing
/// @param headers without those that say who calls
record WebhookCall(
        String tenant,
        String namespace,
        String flowId,
        String key,
        @Nullable String path,
        byte[] body,
        Map<String, List<String>> headers,
        Map<String, List<String>> parameters) {

    Optional<String> header(String name) {
        return headers.entrySet().stream()
                .filter(header -> header.getKey().equalsIgnoreCase(name))
                .map(header -> header.getValue().getFirst())
                .findFirst();
    }

    /// What expressions see as `trigger`.
    Map<String, @Nullable Object> variables() {
        var variables = new LinkedHashMap<String, @Nullable Object>();
        variables.put("body", Bodies.parse(body));
        variables.put("headers", headers);
        variables.put("parameters", parameters);
        if (path != null) {
            variables.put("path", path);
        }
        return variables;
    }
}
