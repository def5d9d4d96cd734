// SPDX-License-Identifier: Apache-2.0
package io.millrace.gateway.grants;

import io.millrace.platform.access.Grant;
import io.millrace.platform.access.Role;
import java.util.UUID;

/// A role given to a user or to a group's members, on a namespace and below or the whole tenant.
///
/// @param kind whether `name` is a user's or a group's
/// @param configured whether it comes from the configuration, and goes with it
public record Binding(
        UUID id,
        String tenant,
        Kind kind,
        String name,
        Role role,
        String namespace,
        boolean configured) {

    /// To whom.
    public enum Kind {
        USER,
        GROUP
    }

    public Grant grant() {
        return new Grant(role, namespace);
    }
}
