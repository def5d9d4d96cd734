// SPDX-License-Identifier: Apache-2.0
package io.millrace.platform.access;

/// What can be allowed, and the least role that has it.
public enum Permission {
    NAMESPACE_READ(Role.VIEWER),
    NAMESPACE_UPDATE(Role.EDITOR),
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
    WORKER_READ(Role.VIEWER),
    AUDIT_READ(Role.ADMIN),
    BINDING_READ(Role.ADMIN),
    BINDING_UPDATE(Role.ADMIN);

    private final Role least;

    Permission(Role least) {
        this.least = least;
    }

    public boolean isGivenBy(Role role) {
        return role.compareTo(least) >= 0;
    }
}
