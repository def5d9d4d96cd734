// SPDX-License-Identifier: Apache-2.0
package io.millrace.platform.access;

import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// How much a tenant, or a namespace with all below it, may have. Its text form, as in tokens, is
/// `kind=amount@namespace`.
///
/// @param namespace empty for the whole tenant
public record Quota(Kind kind, String namespace, long amount) {

    /// What is bounded.
    public enum Kind {
        /// Executions that are started over the API, in a minute.
        STARTS_PER_MINUTE(null),
        /// Executions that haven't ended, when one more is started over the API.
        RUNNING_EXECUTIONS("execution"),
        /// Task runs that wait for a worker, when an execution is started over the API.
        QUEUED_TASKS("execution"),
        /// Bytes of log lines of the present day (UTC), when an execution is started over the API.
        LOG_BYTES("execution"),
        /// Bytes of namespace files with their revisions, when one is written over the API.
        STORAGE_BYTES("flow"),
        /// Triggers with dates of their own, when a flow is saved.
        SCHEDULES("scheduler");

        private final @Nullable String countedBy;

        Kind(@Nullable String countedBy) {
            this.countedBy = countedBy;
        }

        /// The service that knows how much is used; empty if it isn't counted over time.
        public Optional<String> countedBy() {
            return Optional.ofNullable(countedBy);
        }

        /// Such as `starts-per-minute`.
        public String id() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }

        public static Optional<Kind> of(String id) {
            for (var kind : values()) {
                if (kind.id().equals(id)) {
                    return Optional.of(kind);
                }
            }
            return Optional.empty();
        }
    }

    public static Optional<Quota> parse(String text) {
        int equals = text.indexOf('=');
        int at = text.indexOf('@', equals + 1);
        if (equals < 0 || at < 0) {
            return Optional.empty();
        }
        try {
            long amount = Long.parseLong(text.substring(equals + 1, at));
            return Kind.of(text.substring(0, equals))
                    .map(kind -> new Quota(kind, text.substring(at + 1), amount));
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    public boolean covers(String other) {
        return namespace.isEmpty() || other.equals(namespace) || other.startsWith(namespace + ".");
    }

    @Override
    public String toString() {
        return kind.id() + "=" + amount + "@" + namespace;
    }
}
