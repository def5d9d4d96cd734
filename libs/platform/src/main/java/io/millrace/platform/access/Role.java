// SPDX-License-Identifier: Apache-2.0
package io.millrace.platform.access;

import java.util.EnumSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/// What a binding gives, each more than the one before.
public enum Role {
    /// Sees flows, executions, logs and files.
    VIEWER,
    /// Also starts, stops and resumes executions.
    LAUNCHER,
    /// Also writes flows, files, keys and secrets.
    EDITOR,
    /// Also rules access, reads the audit log and deletes histories.
    ADMIN;

    /// All that it gives.
    public Set<Permission> permissions() {
        var permissions = EnumSet.noneOf(Permission.class);
        for (var permission : Permission.values()) {
            if (permission.isGivenBy(this)) {
                permissions.add(permission);
            }
        }
        return permissions;
    }

    public String id() {
        return name().toLowerCase(Locale.ROOT);
    }

    public static Optional<Role> of(String id) {
        for (var role : values()) {
            if (role.id().equals(id)) {
                return Optional.of(role);
            }
        }
        return Optional.empty();
    }
}
