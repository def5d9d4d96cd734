// SPDX-License-Identifier: Apache-2.0
package io.millrace.flow.dashboards;

import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.IdClass;
import jakarta.persistence.Table;
import jakarta.persistence.Version;
import java.time.Instant;

/// A dashboard as it is stored.
@Entity
@Table(name = "dashboard")
@IdClass(DashboardId.class)
@SuppressWarnings("UnusedVariable") // columns for lists and operators
class DashboardEntity {
    @Id private String tenant = "";
    @Id private String id = "";
    private String title = "";
    private String source = "";
    private Instant createdAt = Instant.EPOCH;
    private Instant updatedAt = Instant.EPOCH;
    private String updatedBy = "";
    @Version private int rowVersion;

    protected DashboardEntity() {}

    DashboardEntity(DashboardId dashboard, Instant at) {
        tenant = dashboard.tenant();
        id = dashboard.id();
        createdAt = at;
    }

    void saved(String title, String source, Instant at, String by) {
        this.title = title;
        this.source = source;
        updatedAt = at;
        updatedBy = by;
    }

    StoredDashboard toDashboard() {
        return new StoredDashboard(tenant, id, source, createdAt, updatedAt, rowVersion);
    }
}
