// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.core.http;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What requests and downloads have in common.
///
/// @param options never absent
record HttpCall(
        String uri,
        String method,
        @Nullable String body,
        @Nullable Map<String, @Nullable Object> formData,
        @Nullable String contentType,
        @Nullable Map<String, String> headers,
        @Nullable Map<String, String> params,
        HttpOptions options) {
    static HttpCall of(HttpProperties properties) {
        var options = properties.options();
        return new HttpCall(
                properties.uri(),
                properties.method(),
                properties.body(),
                properties.formData(),
                properties.contentType(),
                properties.headers(),
                properties.params(),
                options == null ? HttpOptions.NONE : options);
    }
}
