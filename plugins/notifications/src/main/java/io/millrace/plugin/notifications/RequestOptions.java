// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.notifications;

import io.millrace.plugin.Title;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// How a request is sent.
record RequestOptions(
        @Title("Headers") @Nullable Map<String, String> headers,
        @Title("How long the answer may take; 30 seconds if absent") @Nullable Duration readTimeout,
        @Title("How long connecting may take: at most 10 seconds")
                @Nullable Duration connectTimeout,
        @Title("How long an answer may pause; `readTimeout` counts")
                @Nullable Duration readIdleTimeout,
        @Title("How long connections are kept; the worker says it")
                @Nullable Duration connectionPoolIdleTimeout,
        @Title("How long an answer may be; 16 MiB") @Nullable Integer maxContentLength,
        @Title("Encoding; UTF-8") @Nullable String defaultCharset) {
    private static final Duration ANSWER = Duration.ofSeconds(30);

    /// @param own headers that the task itself needs
    static Map<String, String> headers(@Nullable RequestOptions options, Map<String, String> own) {
        var headers = new LinkedHashMap<String, String>();
        if (options != null && options.headers() != null) {
            headers.putAll(options.headers());
        }
        headers.putAll(own);
        return headers;
    }

    static Duration within(@Nullable RequestOptions options) {
        return options == null || options.readTimeout() == null ? ANSWER : options.readTimeout();
    }
}
