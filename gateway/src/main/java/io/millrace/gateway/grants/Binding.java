// SPDX-License-Identifier: Apache-2.0
package io.millrace.gateway.grants;

import io.millrace.platform.web.EntityTag;
import java.util.List;
import java.util.Locale;
import java.util.UUID;

/// A role given to a user, a service account or a group's members, on a namespace and below or the
/// whole tenant.
///
/// @param kind what `name` is of
/// @param name a user's subject, a group's name or a service account's id
/// @param role a built-in role's id, or that of a role of the tenant
/// @param configured whether it comes from the configuration, and goes with it
public record Binding(
        UUID id,
        String tenant,
        Kind kind,
        String name,
        String role,
        String namespace,
        boolean configured) {

    /// The entity tag of what can be changed of it.
    String tag() {
        return EntityTag.of(List.of(role, namespace));
    }

    /// To whom.
    public enum Kind {
        USER,
        GROUP,
        SERVICE_ACCOUNT;

        String id() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }

        static Kind of(String id) {
            return valueOf(id.toUpperCase(Locale.ROOT).replace('-', '_'));
        }
    }
}
