// SPDX-License-Identifier: Apache-2.0
package io.millrace.gateway.signin;

import java.time.Instant;
import java.util.Set;

/// Whom an access token is of.
public record Principal(String subject, Set<String> groups, Instant expiresAt) {
    public Principal {
        groups = Set.copyOf(groups);
    }
}
