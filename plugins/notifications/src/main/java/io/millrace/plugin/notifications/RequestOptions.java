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
        @Title("Without effect: connecting may take 10 seconds") @Nullable Duration connectTimeout,
        @Title("How long the answer may take, if `readTimeout` is absent")
                @Nullable Duration readIdleTimeout,
        @Title("Without effect: the worker says how long connections are kept")
                @Nullable Duration connectionPoolIdleTimeout,
        @Title("Without effect: an answer may be 16 MiB long") @Nullable Integer maxContentLength,
        @Title("Without effect: what is sent is in UTF-8") @Nullable String defaultCharset) {
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
        if (options == null) {
            return ANSWER;
        }
        var within =
                options.readTimeout() == null ? options.readIdleTimeout() : options.readTimeout();
        return within == null ? ANSWER : within;
    }
}
