// SPDX-License-Identifier: Apache-2.0
package io.millrace.gateway.accounts;

import io.millrace.gateway.grants.Ids;
import io.millrace.platform.access.Permission;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A token of a service account or of a user, as far as it is known after its making.
///
/// @param owner id of the one that it is of
/// @param permissions what it may at most; absent for all that its owner may
/// @param namespace where it may at most; empty for the whole tenant
/// @param extended whether each use puts off its expiry by its lifetime
record ApiToken(
        String id,
        Owner owner,
        String name,
        @Nullable String description,
        @Nullable Set<Permission> permissions,
        String namespace,
        boolean extended,
        Instant createdAt,
        Instant expiresAt,
        @Nullable Instant lastUsedAt) {
    /// Whom a token is of.
    sealed interface Owner {
        record Account(String id) implements Owner {}

        record User(String id) implements Owner {}
    }

    /// What is before all tokens, so that scanners find those that were published by mistake.
    static final String PREFIX = "mlr_";

    private static final int ID = 16;
    private static final int SECRET = 43; // 256 random bits

    /// A token in the clear: its id, and a secret of which the hash alone is kept.
    record Clear(String id, String secret) {
        static Clear next() {
            return new Clear(Ids.next(ID), Ids.next(SECRET));
        }

        /// @return empty if the text doesn't look like a token
        static Optional<Clear> parse(String text) {
            if (text.length() != PREFIX.length() + ID + 1 + SECRET
                    || !text.startsWith(PREFIX)
                    || text.charAt(PREFIX.length() + ID) != '_') {
                return Optional.empty();
            }
            return Optional.of(
                    new Clear(
                            text.substring(PREFIX.length(), PREFIX.length() + ID),
                            text.substring(PREFIX.length() + ID + 1)));
        }

        byte[] hash() {
            return sha256(secret);
        }

        String text() {
            return PREFIX + id + "_" + secret;
        }

        @Override
        public String toString() {
            return PREFIX + id + "_…";
        }
    }

    static byte[] sha256(String text) {
        try {
            return MessageDigest.getInstance("SHA-256")
                    .digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Expected SHA-256 in every JDK", e);
        }
    }
}
