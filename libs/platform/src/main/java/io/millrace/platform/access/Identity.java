// SPDX-License-Identifier: Apache-2.0
package io.millrace.platform.access;

import java.util.Optional;
import org.springframework.security.core.context.SecurityContextHolder;

/// Who is behind the present request: a user, another service, or a task that runs.
public sealed interface Identity permits Caller, ServiceIdentity, TaskIdentity {

    /// As in logs and audit events.
    String subject();

    /// Absent where nobody asks, such as on a lane.
    static Optional<Identity> current() {
        var authentication = SecurityContextHolder.getContext().getAuthentication();
        return authentication != null && authentication.getPrincipal() instanceof Identity identity
                ? Optional.of(identity)
                : Optional.empty();
    }
}
