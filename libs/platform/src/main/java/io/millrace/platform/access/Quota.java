// SPDX-License-Identifier: Apache-2.0
package io.millrace.platform.access;

import java.util.Locale;
import java.util.Optional;

/// How much a tenant, or a namespace with all below it, may have. Its text form, as in tokens, is
/// `kind=amount@namespace`.
///
/// @param namespace empty for the whole tenant
public record Quota(Kind kind, String namespace, long amount) {

    /// What is bounded.
    public enum Kind {
        /// Executions that are started over the API, in a minute.
        STARTS_PER_MINUTE,
        /// Executions that haven't ended, when one more is started over the API.
        RUNNING_EXECUTIONS;

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
