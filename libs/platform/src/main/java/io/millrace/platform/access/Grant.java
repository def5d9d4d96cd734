// SPDX-License-Identifier: Apache-2.0
package io.millrace.platform.access;

import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// What a role gives on a namespace and all below it. Its text form, as in tokens, is
/// `role@namespace` for a built-in role and `=PERMISSION+PERMISSION@namespace` else, with nothing
/// after the `@` for the whole tenant.
///
/// @param role name of the role, for people; what counts is `permissions`
/// @param namespace such as `company.data`, which covers `company.data.ingest` but not
///   `company.database`; empty for the whole tenant
public record Grant(String role, Set<Permission> permissions, String namespace) {
    public Grant {
        permissions = Set.copyOf(permissions);
    }

    public Grant(Role role, String namespace) {
        this(role.id(), role.permissions(), namespace);
    }

    public static Optional<Grant> parse(String text) {
        int at = text.indexOf('@');
        if (at < 0) {
            return Optional.empty();
        }
        var role = text.substring(0, at);
        var namespace = text.substring(at + 1);
        if (!role.startsWith("=")) {
            return Role.of(role).map(r -> new Grant(r, namespace));
        }
        var permissions = EnumSet.noneOf(Permission.class);
        for (var name : role.substring(1).split("\\+")) {
            // one that this version doesn't know is none
            Permission.of(name).ifPresent(permissions::add);
        }
        return Optional.of(new Grant("custom", permissions, namespace));
    }

    public boolean covers(String other) {
        return namespace.isEmpty()
                || other.equals(namespace)
                || (other.startsWith(namespace) && other.charAt(namespace.length()) == '.');
    }

    public boolean gives(Permission permission) {
        return permissions.contains(permission);
    }

    /// What is left of it under the bounds of a token: the narrower namespace, and the permissions
    /// that both have.
    public Optional<Grant> within(Grant bound) {
        String narrower;
        if (bound.covers(namespace)) {
            narrower = namespace;
        } else if (covers(bound.namespace())) {
            narrower = bound.namespace();
        } else {
            return Optional.empty();
        }
        var both = EnumSet.noneOf(Permission.class);
        for (var permission : permissions) {
            if (bound.gives(permission)) {
                both.add(permission);
            }
        }
        return both.isEmpty() ? Optional.empty() : Optional.of(new Grant(role, both, narrower));
    }

    @Override
    public String toString() {
        var builtIn = Role.of(role).filter(r -> permissions.equals(r.permissions()));
        return (builtIn.isPresent()
                        ? role
                        : permissions.stream()
                                .map(Permission::name)
                                .sorted()
                                .collect(Collectors.joining("+", "=", "")))
                + "@"
                + namespace;
    }
}
