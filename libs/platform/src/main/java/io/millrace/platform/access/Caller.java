// SPDX-License-Identifier: Apache-2.0
package io.millrace.platform.access;

import io.millrace.platform.problem.ServiceException;
import java.util.List;

/// A user of the public API, as the gateway vouches for.
///
/// @param subject stable name of the user or service account
/// @param grants what the user may do in the tenant
public record Caller(String tenant, String subject, List<Grant> grants) implements Identity {
    public Caller {
        grants = List.copyOf(grants);
    }

    /// The user behind the present request.
    ///
    /// @throws ServiceException.Forbidden if no user is asking
    public static Caller current() {
        if (Identity.current().orElse(null) instanceof Caller caller) {
            return caller;
        }
        throw new ServiceException.Forbidden("Expected a user's request");
    }

    public boolean may(Permission permission, String namespace) {
        for (var grant : grants) {
            if (permission.isGivenBy(grant.role()) && grant.covers(namespace)) {
                return true;
            }
        }
        return false;
    }

    /// Whether the user may know that a namespace exists.
    public boolean sees(String namespace) {
        return may(Permission.NAMESPACE_READ, namespace);
    }
}
