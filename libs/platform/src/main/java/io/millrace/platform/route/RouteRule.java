// SPDX-License-Identifier: Apache-2.0
package io.millrace.platform.route;

import io.millrace.platform.access.Permission;
import org.jspecify.annotations.Nullable;

/// One row of the route table.
///
/// @param service who serves it, such as `flow`
/// @param method of HTTP, in capitals
/// @param pattern as its controller has it, without a slash at its end
/// @param permission absent where none is needed
/// @param scope on what the permission is needed
/// @param variable the path variable that names the namespace, if `scope` is a namespace
public record RouteRule(
        String service,
        String method,
        String pattern,
        @Nullable Permission permission,
        Scope scope,
        @Nullable String variable) {

    /// On what a caller needs the permission.
    public enum Scope {
        /// Anybody, without a token; what it does is guarded by its service.
        OPEN,
        /// Whoever may do anything in the tenant.
        SELF,
        /// Operators of the installation.
        OPERATOR,
        /// The whole tenant.
        TENANT,
        /// Somewhere in the tenant; the service looks at where, or shows what may be seen.
        ANY,
        /// The namespace in the path.
        NAMESPACE
    }

    /// What the rule is found by.
    public String key() {
        return method + " " + pattern;
    }

    /// Whether a call changes something, and so has a record in the audit log.
    public boolean isChange() {
        return scope == Scope.OPERATOR
                ? !method.equals("GET")
                : permission != null
                        && !method.equals("GET")
                        && !permission.action().equals("READ")
                        && !pattern.endsWith("/validate");
    }
}
