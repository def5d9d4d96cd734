// SPDX-License-Identifier: Apache-2.0
package io.millrace.platform.route;

import io.millrace.platform.access.Access;
import io.millrace.platform.access.Permission;
import java.util.Map;

/// Whether the present caller may call a route. The gateway asks before it passes a request on, and
/// the service before it reads any of it but its path.
public final class RouteCheck {
    private RouteCheck() {}

    /// @param variables of the path
    /// @param path of the request, for the answer
    /// @throws io.millrace.platform.problem.ServiceException if he may not
    public static void check(
            Access access, RouteRule rule, Map<String, String> variables, String path) {
        switch (rule.scope()) {
            case OPEN, SELF -> {}
            case OPERATOR -> access.requireOperator(path);
            case TENANT -> access.requireOnTenant(permission(rule));
            case ANY -> access.requireSomewhere(permission(rule));
            case NAMESPACE ->
                    access.require(
                            permission(rule),
                            variables.getOrDefault(String.valueOf(rule.variable()), ""),
                            path);
        }
    }

    private static Permission permission(RouteRule rule) {
        var permission = rule.permission();
        if (permission == null) {
            throw new IllegalStateException("Expected a permission in the rule of " + rule.key());
        }
        return permission;
    }
}
