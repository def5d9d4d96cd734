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
        if (!caller.mayOnTenant(permission)) {
            refusals.refused(caller, permission, "tenant/" + caller.tenant());
            throw new ServiceException.Forbidden(
                    "Expected permission " + permission + " on the whole tenant");
        }
    }

    /// For what looks at many namespaces, or at one that isn't known yet.
    ///
    /// @throws ServiceException.Forbidden if the caller has the permission nowhere
    public void requireSomewhere(Permission permission) {
        var caller = Caller.current();
        if (caller.grants().stream().noneMatch(g -> g.gives(permission))) {
            refusals.refused(caller, permission, "tenant/" + caller.tenant());
            throw new ServiceException.Forbidden("Expected permission " + permission);
        }
    }

    /// For what is of the installation.
    ///
    /// @throws ServiceException.NotFound for all others: they needn't know of it
    public void requireOperator(String path) {
        if (!Caller.current().operator()) {
            throw new ServiceException.NotFound("Not Found: " + path);
        }
    }

    public boolean allows(Permission permission, String namespace) {
        return Caller.current().may(permission, namespace);
    }

    /// Where the present caller has a permission.
    public NamespaceScope scope(Permission permission) {
        var prefixes = new ArrayList<String>();
        for (var grant : Caller.current().grants()) {
            if (grant.gives(permission)) {
                if (grant.namespace().isEmpty()) {
                    return new NamespaceScope(true, List.of());
                }
                prefixes.add(grant.namespace());
            }
        }
        return new NamespaceScope(false, prefixes);
    }
}
