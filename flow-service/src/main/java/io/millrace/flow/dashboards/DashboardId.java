// SPDX-License-Identifier: Apache-2.0
package io.millrace.flow.dashboards;

import java.io.Serializable;

/// Names a dashboard.
record DashboardId(String tenant, String id) implements Serializable {
    @Override
    public String toString() {
        return tenant + "/" + id;
    }
}
