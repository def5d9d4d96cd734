// SPDX-License-Identifier: Apache-2.0
package io.millrace.gateway.route;

/// Who serves a route.
public enum Target {
    FLOW("flow"),
    EXECUTION("execution"),
    SCHEDULER("scheduler"),
    SECRETS("secrets"),
    DEV_ISSUER("dev-issuer"),
    /// The gateway itself.
    GATEWAY("gateway");

    private final String service;

    Target(String service) {
        this.service = service;
    }

    /// The name in `millrace.services.<name>.url`.
    public String service() {
        return service;
    }
}
