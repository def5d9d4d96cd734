// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.core.http;

import io.millrace.plugin.Default;
import io.millrace.plugin.Title;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A request, as all tasks that make one take it.
public record HttpCall(
        @Title("URI") String uri,
        @Title("Method") @Default("GET") String method,
        @Title("Body") @Nullable String body,
        @Title("Fields of a form; files by their URIs")
                @Nullable Map<String, @Nullable Object> formData,
        @Title("Content type of the body; if neither this nor `headers` say, application/json")
                @Nullable String contentType,
        @Title("Headers") @Nullable Map<String, String> headers,
        @Title("Query parameters") @Nullable Map<String, String> params,
        @Title("Options") @Nullable HttpOptions options) {

    /// How it is made.
    HttpOptions how() {
        return options == null ? HttpOptions.NONE : options;
    }
}
