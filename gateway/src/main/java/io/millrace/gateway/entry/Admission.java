// SPDX-License-Identifier: Apache-2.0
package io.millrace.gateway.entry;

import io.millrace.gateway.route.Target;
import jakarta.servlet.ServletRequest;
import org.jspecify.annotations.Nullable;

/// What was decided about a request that may pass.
///
/// @param path what the service gets to see
/// @param tenant whose request it is; absent outside of tenants
/// @param internalToken what the service gets as `Authorization`; absent for the issuer
public record Admission(
        Target target, String path, @Nullable String tenant, @Nullable String internalToken) {
    private static final String ATTRIBUTE = Admission.class.getName();

    void attach(ServletRequest request) {
        request.setAttribute(ATTRIBUTE, this);
    }

    public static @Nullable Admission of(ServletRequest request) {
        return request.getAttribute(ATTRIBUTE) instanceof Admission admission ? admission : null;
    }
}
