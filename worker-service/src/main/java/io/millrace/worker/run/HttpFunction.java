// SPDX-License-Identifier: Apache-2.0
package io.millrace.worker.run;

import io.millrace.contracts.Codec;
import io.millrace.expressions.ExpressionException;
import io.millrace.model.TaskTypes;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The expression function `http`: a task `http.Request` whose answer's body is the value. So it
/// keeps to the same egress policy and limits, and fails alike.
final class HttpFunction {
    static final String TASK = TaskTypes.CORE + "http.Request";

    /// Runs the task.
    interface Sender {
        /// @param properties of the task, rendered
        /// @return its outputs
        Map<String, @Nullable Object> send(Map<String, @Nullable Object> properties)
                throws Exception;
    }

    private final Sender sender;

    HttpFunction(Sender sender) {
        this.sender = sender;
    }

    /// @param request the arguments of the function by name
    @Nullable Object ask(Map<String, ?> request) {
        try {
            return sender.send(properties(request)).get("body");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ExpressionException("'http' was interrupted", e);
        } catch (Exception e) {
            throw new ExpressionException(String.valueOf(e.getMessage()), e);
        }
    }

    private static Map<String, @Nullable Object> properties(Map<String, ?> request) {
        var properties = new LinkedHashMap<String, @Nullable Object>(request);
        var query = properties.remove("query");
        if (query != null) {
            properties.put("params", query);
        }
        var accepted = properties.remove("accept");
        if (accepted != null) {
            var headers = new LinkedHashMap<@Nullable Object, @Nullable Object>();
            if (properties.get("headers") instanceof Map<?, ?> given) {
                headers.putAll(given);
            }
            headers.put("Accept", accepted);
            properties.put("headers", headers);
        }
        var body = properties.get("body");
        if (body != null && !(body instanceof String)) {
            var type = String.valueOf(properties.get("contentType")).toLowerCase(Locale.ROOT);
            boolean form =
                    type.startsWith("application/x-www-form-urlencoded")
                            || type.startsWith("multipart/form-data");
            if (form && body instanceof Map<?, ?>) {
                properties.remove("body");
                properties.put("formData", body);
            } else {
                properties.put("body", new String(Codec.encode(body), StandardCharsets.UTF_8));
                properties.putIfAbsent("contentType", "application/json");
            }
        }
        return properties;
    }
}
