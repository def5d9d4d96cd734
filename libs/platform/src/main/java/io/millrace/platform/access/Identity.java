// SPDX-License-Identifier: Apache-2.0
package io.millrace.platform.access;

import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.core.context.SecurityContextImpl;

/// Who is behind the present request: a user, another service, or a task that runs.
public sealed interface Identity permits Caller, ServiceIdentity, TaskIdentity {
    /// Attribute of a request that the gateway has passed on: what its headers say of where it came
    /// from is believed. The gateway itself gets such headers from anybody.
    String PASSED_ON = Identity.class.getName() + ".passed-on";

    /// As in logs and audit events.
    String subject();

    /// Work for another thread, done as whoever is behind the present request.
    static Runnable carried(Runnable work) {
        var context = SecurityContextHolder.getContext();
        return () -> {
            SecurityContextHolder.setContext(context);
            try {
                work.run();
            } finally {
                SecurityContextHolder.clearContext();
            }
        };
    }

    /// Absent where nobody asks, such as on a lane.
    static Optional<Identity> current() {
        var authentication = SecurityContextHolder.getContext().getAuthentication();
        return authentication != null && authentication.getPrincipal() instanceof Identity identity
                ? Optional.of(identity)
                : Optional.empty();
    }

    /// Does something on behalf of another identity than that of the present request.
    static <T extends @Nullable Object> T as(Identity identity, Supplier<T> work) {
        var before = SecurityContextHolder.getContext();
        SecurityContextHolder.setContext(
                new SecurityContextImpl(
                        UsernamePasswordAuthenticationToken.authenticated(
                                identity, null, List.of())));
        try {
            return work.get();
        } finally {
            SecurityContextHolder.setContext(before);
        }
    }
}
