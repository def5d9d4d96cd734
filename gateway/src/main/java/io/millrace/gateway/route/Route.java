// SPDX-License-Identifier: Apache-2.0
package io.millrace.gateway.route;

import io.millrace.platform.route.RouteRule;

/// One row of the route table.
///
/// @param pattern of paths, as `PathPattern` has them; `{tenant}` is the tenant
public record Route(RouteRule rule, Target target, String pattern) {

    /// Whether it needs no caller; what it does is then guarded by its service.
    public boolean open() {
        return rule.scope() == RouteRule.Scope.OPEN;
    }

    /// Whether it is of the installation, not of a tenant.
    public boolean ofInstallation() {
        return rule.scope() == RouteRule.Scope.OPERATOR;
    }

    boolean takes(String method) {
        return rule.method().equals("*")
                || rule.method().equals(method)
                || (rule.method().equals("GET") && method.equals("HEAD"));
    }
}
