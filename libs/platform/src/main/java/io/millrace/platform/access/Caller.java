// SPDX-License-Identifier: Apache-2.0
package io.millrace.platform.access;

import io.millrace.platform.problem.ServiceException;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A user of the public API, as the gateway vouches for.
///
/// @param subject stable name of the user or service account
/// @param grants what the user may do in the tenant
/// @param groups of which the user is a member, as far as the tenant knows them
/// @param tokenId names the token that the user came with, without being it; absent if it has none
/// @param quotas how much the tenant and its namespaces may have
/// @param operator whether he runs the installation; said by the gateway to itself alone
public record Caller(
        String tenant,
        String subject,
        List<Grant> grants,
        Set<String> groups,
        @Nullable String tokenId,
        List<Quota> quotas,
        boolean operator)
        implements Identity {
    public Caller {
        grants = List.copyOf(grants);
        groups = Set.copyOf(groups);
        quotas = List.copyOf(quotas);
    }

    public Caller(String tenant, String subject, List<Grant> grants) {
        this(tenant, subject, grants, Set.of(), null, List.of(), false);
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
            if (grant.gives(permission) && grant.covers(namespace)) {
                return true;
            }
        }
        return false;
    }

    /// Whether the user has a permission on the whole tenant.
    public boolean mayOnTenant(Permission permission) {
        return grants.stream().anyMatch(g -> g.namespace().isEmpty() && g.gives(permission));
    }

    /// Whether the user has all of these on a namespace, or the whole tenant if it is empty: nobody
    /// gives to others what he doesn't have.
    public boolean mayAll(Set<Permission> permissions, String namespace) {
        return permissions.stream()
                .allMatch(p -> namespace.isEmpty() ? mayOnTenant(p) : may(p, namespace));
    }

    /// Whether the user may know that a namespace exists.
    public boolean sees(String namespace) {
        return may(Permission.NAMESPACE_READ, namespace);
    }
}
