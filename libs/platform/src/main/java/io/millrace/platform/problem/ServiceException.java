// SPDX-License-Identifier: Apache-2.0
package io.millrace.platform.problem;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A request that can't be served. The message is for the caller: no secrets, no internals. Listed
/// in `docs/problems.md`.
public abstract sealed class ServiceException extends RuntimeException {
    private ServiceException(String message, @Nullable Throwable cause) {
        // the stack of a caller's mistake helps nobody and costs the most of handling it
        super(message, cause, false, cause != null);
    }

    private static String text(@Nullable String message) {
        return message == null ? "" : message;
    }

    /// What the caller reads.
    public String detail() {
        return text(getMessage());
    }

    /// 400: not even readable.
    public static final class Malformed extends ServiceException {
        public Malformed(String message) {
            super(message, null);
        }
    }

    /// 401: not known who calls.
    public static final class Unauthenticated extends ServiceException {
        public Unauthenticated(String message) {
            super(message, null);
        }
    }

    /// 403: known to exist, but not allowed.
    public static final class Forbidden extends ServiceException {
        public Forbidden(String message) {
            super(message, null);
        }
    }

    /// 404: not there, or not to be known about.
    public static final class NotFound extends ServiceException {
        public NotFound(String message) {
            super(message, null);
        }
    }

    /// 405: the path has no such method.
    public static final class MethodNotAllowed extends ServiceException {
        public MethodNotAllowed(String message) {
            super(message, null);
        }
    }

    /// 409: contradicts what is there.
    public static final class Conflict extends ServiceException {
        public Conflict(String message) {
            super(message, null);
        }
    }

    /// 410: was there, and is no more.
    public static final class Gone extends ServiceException {
        public Gone(String message) {
            super(message, null);
        }
    }

    /// 412: `If-Match` names another version.
    public static final class Outdated extends ServiceException {
        public Outdated(String message) {
            super(message, null);
        }
    }

    /// 413: more than is taken.
    public static final class TooLarge extends ServiceException {
        public TooLarge(String message) {
            super(message, null);
        }
    }

    /// 422: readable, but wrong in these places.
    public static final class Invalid extends ServiceException {
        private final transient List<Violation> violations;

        public Invalid(String message, List<Violation> violations) {
            super(message, null);
            this.violations = List.copyOf(violations);
        }

        public Invalid(String field, String message) {
            this(message, List.of(Violation.of(field, message)));
        }

        public List<Violation> violations() {
            return violations;
        }
    }

    /// 422: right in itself, but not in the present state.
    public static final class Refused extends ServiceException {
        public Refused(String message) {
            super(message, null);
        }
    }

    /// 429: too much at once.
    public static final class TooMany extends ServiceException {
        private final Duration retryAfter;
        private final @Nullable String quota;
        private final long amount;

        public TooMany(String message, Duration retryAfter) {
            this(message, retryAfter, null, 0);
        }

        /// @param quota name of what is used up, and how much it is
        public TooMany(String message, Duration retryAfter, @Nullable String quota, long amount) {
            super(message, null);
            this.retryAfter = retryAfter;
            this.quota = quota;
            this.amount = amount;
        }

        public @Nullable String quota() {
            return quota;
        }

        public long amount() {
            return amount;
        }

        public Duration retryAfter() {
            return retryAfter;
        }
    }

    /// 503: something that is needed is away; it is worth trying again.
    public static final class Unavailable extends ServiceException {
        private final Duration retryAfter;

        public Unavailable(String message, Duration retryAfter, @Nullable Throwable cause) {
            super(message, cause);
            this.retryAfter = retryAfter;
        }

        public Unavailable(String message) {
            this(message, Duration.ofSeconds(2), null);
        }

        public Duration retryAfter() {
            return retryAfter;
        }
    }
}
