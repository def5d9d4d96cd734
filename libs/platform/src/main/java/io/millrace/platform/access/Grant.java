// SPDX-License-Identifier: Apache-2.0
package io.millrace.platform.access;

import java.util.Optional;

/// A role on a namespace and all below it. Its text form, as in tokens, is `role@namespace`, with
/// nothing after the `@` for the whole tenant.
///
/// @param namespace such as `company.data`, which covers `company.data.ingest` but not
///   `company.database`; empty for the whole tenant
public record Grant(Role role, String namespace) {

    public static Optional<Grant> parse(String text) {
        int at = text.indexOf('@');
        return at < 0
                ? Optional.empty()
                : Role.of(text.substring(0, at)).map(r -> new Grant(r, text.substring(at + 1)));
    }

    public boolean covers(String other) {
        return namespace.isEmpty()
                || other.equals(namespace)
                || (other.startsWith(namespace) && other.charAt(namespace.length()) == '.');
    }

    @Override
    public String toString() {
        return role.id() + "@" + namespace;
    }
}
