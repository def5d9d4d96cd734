// SPDX-License-Identifier: Apache-2.0
package io.millrace.gateway.route;

import java.util.Optional;

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

    /// @return empty if the gateway routes nothing there
    static Optional<Target> of(String service) {
        for (var target : values()) {
            if (target.service.equals(service)) {
                return Optional.of(target);
            }
        }
        return Optional.empty();
    }

    /// The name in `millrace.services.<name>.url`.
    public String service() {
        return service;
    }
}
