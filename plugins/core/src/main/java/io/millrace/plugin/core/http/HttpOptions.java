// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.core.http;

import io.millrace.plugin.Default;
import io.millrace.plugin.Title;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Options of a request.
public record HttpOptions(
        @Title("Timeouts") @Nullable Timeouts timeout,
        @Title("The older name of `timeout.connectTimeout`") @Nullable Duration connectTimeout,
        @Title("The older name of `timeout.readIdleTimeout`") @Nullable Duration readTimeout,
        @Title("How long the answer may take, if `readTimeout` is absent")
                @Nullable Duration readIdleTimeout,
        @Title("Without effect: the worker says how long connections are kept")
                @Nullable Duration connectionPoolIdleTimeout,
        @Title("How to sign in") @Nullable Auth auth,
        @Title("User of basic authentication; older than `auth`") @Nullable String basicAuthUser,
        @Title("Password of basic authentication; older than `auth`")
                @Nullable String basicAuthPassword,
        @Title("Whether redirects are followed") @Default("true") Boolean followRedirects,
        @Title("Whether a status of 400 or more is no failure") @Default("false")
                Boolean allowFailed,
        @Title("The status codes that are no failure") @Nullable List<Integer> allowedResponseCodes,
        @Title("Encoding of a body that doesn't say its own") @Default("UTF-8")
                String defaultCharset,
        @Title("Most bytes of a body") @Nullable Long maxContentLength) {

    static final HttpOptions NONE =
            new HttpOptions(
                    null, null, null, null, null, null, null, null, true, false, null, "UTF-8",
                    null);

    public record Timeouts(
            @Title("To connect; 10 seconds if absent") @Nullable Duration connectTimeout,
            @Title("Until the answer begins") @Nullable Duration readIdleTimeout) {}

    /// @param type `BASIC` or `BEARER`
    public record Auth(
            @Title("BASIC or BEARER") String type,
            @Title("User") @Nullable String username,
            @Title("Password") @Nullable String password,
            @Title("Bearer token") @Nullable String token) {}

    /// @return absent: as the worker has it
    @Nullable Duration connectWithin() {
        return timeout != null && timeout.connectTimeout() != null
                ? timeout.connectTimeout()
                : connectTimeout;
    }

    Duration answerWithin() {
        if (timeout != null && timeout.readIdleTimeout() != null) {
            return timeout.readIdleTimeout();
        }
        if (readTimeout != null) {
            return readTimeout;
        }
        return readIdleTimeout != null ? readIdleTimeout : Duration.ofMinutes(5);
    }

    boolean accepts(int status) {
        return allowedResponseCodes != null
                ? allowedResponseCodes.contains(status)
                : status < 400 || allowFailed;
    }
}
