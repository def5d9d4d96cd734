// SPDX-License-Identifier: Apache-2.0
package io.millrace.gateway.route;

/// One row of the route table.
///
/// @param pattern of paths, as `PathPattern` has them; `{tenant}` is the tenant
/// @param open whether it needs no caller; what it does is then guarded by its service
public record Route(String pattern, Target target, boolean open) {

    static Route to(Target target, String pattern) {
        return new Route(pattern, target, false);
    }

    static Route open(Target target, String pattern) {
        return new Route(pattern, target, true);
    }
}
