// SPDX-License-Identifier: Apache-2.0
package io.millrace.platform.access;

import io.millrace.platform.problem.ServiceException;
import java.util.ArrayList;
import java.util.List;

/// The one place that decides whether the present caller may do something.
///
/// What a caller may not know about is not found; what he sees but may not do is forbidden.
public final class Access {
    private final RefusalListener refusals;

    public Access(RefusalListener refusals) {
        this.refusals = refusals;
    }

    /// Told of every refusal.
    @FunctionalInterface
    public interface RefusalListener {
        void refused(Caller caller, Permission permission, String resource);
    }

    /// @throws ServiceException.NotFound if the caller may not know of the namespace
    /// @throws ServiceException.Forbidden if the caller may not do that there
    public void require(Permission permission, String namespace) {
        var caller = Caller.current();
        if (caller.may(permission, namespace)) {
            return;
        }
        refusals.refused(caller, permission, "namespace/" + namespace);
        if (caller.sees(namespace)) {
            throw new ServiceException.Forbidden(
                    "Expected permission " + permission + " on namespace " + namespace);
        }
        throw new ServiceException.NotFound("Not Found: namespace " + namespace);
    }

    /// Like [#require(Permission, String)] for something in a namespace that the caller named by
    /// its id alone: where the namespace may not be seen, the thing is what is not found.
    ///
    /// @param what such as `Execution 3xYz…`
    public void require(Permission permission, String namespace, String what) {
        var caller = Caller.current();
        if (caller.may(permission, namespace)) {
            return;
        }
        refusals.refused(caller, permission, what);
        if (caller.sees(namespace)) {
            throw new ServiceException.Forbidden(
                    "Expected permission " + permission + " on namespace " + namespace);
        }
        throw new ServiceException.NotFound("Not Found: " + what);
    }

    /// For what belongs to the tenant as a whole.
    public void requireOnTenant(Permission permission) {
        var caller = Caller.current();
        boolean allowed =
                caller.grants().stream()
                        .anyMatch(g -> g.namespace().isEmpty() && permission.isGivenBy(g.role()));
        if (!allowed) {
            refusals.refused(caller, permission, "tenant/" + caller.tenant());
            throw new ServiceException.Forbidden(
                    "Expected permission " + permission + " on the whole tenant");
        }
    }

    public boolean allows(Permission permission, String namespace) {
        return Caller.current().may(permission, namespace);
    }

    /// Where the present caller has a permission.
    public NamespaceScope scope(Permission permission) {
        var prefixes = new ArrayList<String>();
        for (var grant : Caller.current().grants()) {
            if (permission.isGivenBy(grant.role())) {
                if (grant.namespace().isEmpty()) {
                    return new NamespaceScope(true, List.of());
                }
                prefixes.add(grant.namespace());
            }
        }
        return new NamespaceScope(false, prefixes);
    }
}
