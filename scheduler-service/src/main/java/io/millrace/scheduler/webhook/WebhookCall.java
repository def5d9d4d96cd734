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

    /// The call as if it bore no such header.
    WebhookCall without(String name) {
        var left = new LinkedHashMap<>(headers);
        left.keySet().removeIf(name::equalsIgnoreCase);
        return new WebhookCall(tenant, namespace, flowId, key, path, body, left, parameters);
    }

    @Nullable String contentType() {
        return header("Content-Type").orElse(null);
    }

    /// What expressions see as `trigger`, whatever is stored.
    ///
    /// @param fetched whether the body is to be seen
    /// @param form absent if it isn't one
    Map<String, @Nullable Object> variables(boolean fetched, @Nullable FormParts form) {
        var variables = new LinkedHashMap<String, @Nullable Object>();
        if (form != null) {
            variables.put("formFields", form.fields());
        } else if (fetched) {
            variables.put("body", Bodies.parse(body, contentType()));
        }
        variables.put("headers", headers);
        variables.put("parameters", parameters);
        if (path != null) {
            variables.put("path", path);
        }
        return variables;
    }
}
