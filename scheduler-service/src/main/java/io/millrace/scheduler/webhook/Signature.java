// SPDX-License-Identifier: Apache-2.0
package io.millrace.scheduler.webhook;

import io.millrace.model.Durations;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// How requests of a webhook are signed: `signature` of the trigger.
///
/// @param secrets templates of the keys, any of which may have signed: the old and the new one
///   while they change
/// @param header where the signature is
/// @param scheme what it looks like
/// @param tolerance how far its time may be from now
record Signature(List<String> secrets, String header, Scheme scheme, Duration tolerance) {
    private static final Pattern TIMESTAMPED =
            Pattern.compile("t=(\\d{1,12}),\\s*v1=([0-9a-fA-F]{64})");
    private static final Pattern GITHUB = Pattern.compile("sha256=([0-9a-fA-F]{64})");

    enum Scheme {
        /// `t=<seconds>,v1=<hex>`: of the seconds, a dot, and the body.
        TIMESTAMPED("X-Millrace-Signature"),

        /// `sha256=<hex>` of the body, as GitHub sends it: without a time, so that a replay can't
        /// be told from a redelivery.
        GITHUB("X-Hub-Signature-256"),

        /// The secret itself, as GitLab sends it.
        GITLAB("X-Gitlab-Token");

        private final String header;

        Scheme(String header) {
            this.header = header;
        }
    }

    /// What a request bears.
    ///
    /// @param at when it was signed, if it says so
    /// @param hex the signature
    /// @param signed the bytes that are signed; absent: `hex` is the secret itself
    record Given(@Nullable Instant at, String hex, byte @Nullable [] signed) {
        boolean isSecret() {
            return signed == null;
        }
    }

    /// @throws IllegalArgumentException if it can't be understood
    static Optional<Signature> read(@Nullable Object written) {
        if (!(written instanceof Map<?, ?> map)) {
            return Optional.empty();
        }
        var secrets =
                switch (map.get("secret")) {
                    case Collection<?> list -> list.stream().map(String::valueOf).toList();
                    case null -> throw new IllegalArgumentException("signature: expected a secret");
                    case Object one -> List.of(String.valueOf(one));
                };
        try {
            var scheme =
                    map.get("scheme") == null
                            ? Scheme.TIMESTAMPED
                            : Scheme.valueOf(
                                    String.valueOf(map.get("scheme")).toUpperCase(Locale.ROOT));
            var tolerance =
                    map.get("tolerance") == null
                            ? Duration.ofMinutes(5)
                            : Durations.parse(String.valueOf(map.get("tolerance")));
            var header = map.get("header") == null ? scheme.header : "" + map.get("header");
            return Optional.of(new Signature(secrets, header, scheme, tolerance));
        } catch (IllegalArgumentException | DateTimeException e) {
            throw new IllegalArgumentException("signature: " + e.getMessage(), e);
        }
    }

    /// What the request bears, if it has the form.
    Optional<Given> of(WebhookCall call) {
        var value = call.header(header).orElse("").strip();
        return switch (scheme) {
            case TIMESTAMPED -> {
                var parts = TIMESTAMPED.matcher(value);
                if (!parts.matches()) {
                    yield Optional.empty();
                }
                var prefix = (parts.group(1) + ".").getBytes(StandardCharsets.US_ASCII);
                var signed = new byte[prefix.length + call.body().length];
                System.arraycopy(prefix, 0, signed, 0, prefix.length);
                System.arraycopy(call.body(), 0, signed, prefix.length, call.body().length);
                yield Optional.of(
                        new Given(
                                Instant.ofEpochSecond(Long.parseLong(parts.group(1))),
                                parts.group(2).toLowerCase(Locale.ROOT),
                                signed));
            }
            case GITHUB -> {
                var parts = GITHUB.matcher(value);
                yield parts.matches()
                        ? Optional.of(
                                new Given(
                                        null, parts.group(1).toLowerCase(Locale.ROOT), call.body()))
                        : Optional.empty();
            }
            case GITLAB ->
                    value.isEmpty() ? Optional.empty() : Optional.of(new Given(null, value, null));
        };
    }

    boolean isTimely(Given given, Instant now) {
        return given.at() == null
                || Duration.between(given.at(), now).abs().compareTo(tolerance) <= 0;
    }
}
