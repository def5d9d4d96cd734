// SPDX-License-Identifier: Apache-2.0
package io.millrace.platform.access;

import java.util.Optional;

/// What can be allowed: an action on a resource, and the least built-in role that has it.
public enum Permission {
    NAMESPACE_READ(Role.VIEWER),
    NAMESPACE_UPDATE(Role.EDITOR),
    NAMESPACE_DELETE(Role.EDITOR),
    FLOW_READ(Role.VIEWER),
    FLOW_CREATE(Role.EDITOR),
    FLOW_UPDATE(Role.EDITOR),
    FLOW_DELETE(Role.EDITOR),
    EXECUTION_READ(Role.VIEWER),
    EXECUTION_CREATE(Role.LAUNCHER),
    EXECUTION_UPDATE(Role.LAUNCHER),
    EXECUTION_DELETE(Role.EDITOR),
    LOG_READ(Role.VIEWER),
    LOG_DELETE(Role.EDITOR),
    METRIC_READ(Role.VIEWER),
    TRIGGER_READ(Role.VIEWER),
    TRIGGER_UPDATE(Role.LAUNCHER),
    FILE_READ(Role.VIEWER),
    FILE_UPDATE(Role.EDITOR),
    FILE_DELETE(Role.EDITOR),
    KV_READ(Role.VIEWER),
    KV_UPDATE(Role.EDITOR),
    KV_DELETE(Role.EDITOR),
    /// Names of secrets; nobody reads values.
    SECRET_READ(Role.VIEWER),
    SECRET_UPDATE(Role.EDITOR),
    SECRET_DELETE(Role.EDITOR),
    DASHBOARD_READ(Role.VIEWER),
    DASHBOARD_UPDATE(Role.EDITOR),
    DASHBOARD_DELETE(Role.EDITOR),
    TEST_READ(Role.VIEWER),
    TEST_UPDATE(Role.EDITOR),
    TEST_DELETE(Role.EDITOR),
    WORKER_READ(Role.VIEWER),
    USER_READ(Role.ADMIN),
    GROUP_READ(Role.ADMIN),
    GROUP_UPDATE(Role.ADMIN),
    ROLE_READ(Role.ADMIN),
    ROLE_UPDATE(Role.ADMIN),
    BINDING_READ(Role.ADMIN),
    BINDING_UPDATE(Role.ADMIN),
    SERVICE_ACCOUNT_READ(Role.ADMIN),
    SERVICE_ACCOUNT_UPDATE(Role.ADMIN),
    QUOTA_READ(Role.VIEWER),
    /// Quotas of namespaces; those of the tenant are the operator's.
    QUOTA_UPDATE(Role.ADMIN),
    AUDIT_READ(Role.ADMIN);

    private final Role least;

    Permission(Role least) {
        this.least = least;
    }

    public boolean isGivenBy(Role role) {
        return role.compareTo(least) >= 0;
    }

    /// Such as `SERVICE_ACCOUNT`.
    public String resource() {
        return name().substring(0, name().lastIndexOf('_'));
    }

    /// `READ`, `CREATE`, `UPDATE` or `DELETE`.
    public String action() {
        return name().substring(name().lastIndexOf('_') + 1);
    }

    public static Optional<Permission> of(String name) {
        for (var permission : values()) {
            if (permission.name().equals(name)) {
                return Optional.of(permission);
            }
        }
        return Optional.empty();
    }
}
