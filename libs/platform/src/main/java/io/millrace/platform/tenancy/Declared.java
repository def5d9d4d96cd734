// SPDX-License-Identifier: Apache-2.0
package io.millrace.platform.tenancy;

/// What the present thread has said itself.
final class Declared {
    static final ScopedValue<TenantScope> SCOPE = ScopedValue.newInstance();
    static final TenantScope ALL = new TenantScope.All();
    static final TenantScope NONE = new TenantScope.None();

    private Declared() {}
}
