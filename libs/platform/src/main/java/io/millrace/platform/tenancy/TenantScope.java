// SPDX-License-Identifier: Apache-2.0
package io.millrace.platform.tenancy;

import io.millrace.platform.access.Caller;
import io.millrace.platform.access.Identity;
import io.millrace.platform.access.ServiceIdentity;
import io.millrace.platform.access.TaskIdentity;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Whose rows the database shows to what runs now. It follows from who asks; what nobody asks for,
/// such as a lane or a clean-up, sees nothing unless it says that it works
/// [across][#across(Supplier)] tenants.
public sealed interface TenantScope {

    /// The rows of one tenant.
    record One(String tenant) implements TenantScope {}

    /// The rows of all tenants.
    record All() implements TenantScope {}

    /// No tenant's rows: nobody has said for whom this is.
    record None() implements TenantScope {}

    /// As it is now.
    static TenantScope current() {
        if (Declared.SCOPE.isBound()) {
            return Declared.SCOPE.get();
        }
        return switch (Identity.current().orElse(null)) {
            // runs the installation, and is of no tenant
            case Caller caller when caller.operator() -> Declared.ALL;
            case Caller caller -> new One(caller.tenant());
            case TaskIdentity task -> new One(task.tenant());
            // it says in each request of which tenant it speaks; many speak of several
            case ServiceIdentity _ -> Declared.ALL;
            case null -> Declared.NONE;
        };
    }

    /// Does something for the installation as a whole.
    ///
    /// A transaction that was begun before keeps the scope that it was begun in.
    static <T extends @Nullable Object> T across(Supplier<T> work) {
        return ScopedValue.where(Declared.SCOPE, Declared.ALL).call(work::get);
    }

    /// Does something for the installation as a whole.
    static void runAcross(Runnable work) {
        ScopedValue.where(Declared.SCOPE, Declared.ALL).run(work);
    }

    /// Work of a thread that serves all tenants.
    static Runnable acrossAll(Runnable work) {
        return () -> runAcross(work);
    }

    /// Does something for one tenant.
    static <T extends @Nullable Object> T within(String tenant, Supplier<T> work) {
        return ScopedValue.where(Declared.SCOPE, new One(tenant)).call(work::get);
    }
}
