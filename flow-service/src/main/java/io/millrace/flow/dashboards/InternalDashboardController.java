// SPDX-License-Identifier: Apache-2.0
package io.millrace.flow.dashboards;

import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/// Sources of dashboards for the service that draws their charts.
@RestController
@RequestMapping("/internal/dashboards")
class InternalDashboardController {
    private final Dashboards dashboards;

    InternalDashboardController(Dashboards dashboards) {
        this.dashboards = dashboards;
    }

    record Source(String source) {}

    @GetMapping("/{tenant}/{id}")
    Source source(@PathVariable String tenant, @PathVariable String id) {
        return new Source(dashboards.get(new DashboardId(tenant, id)).source());
    }
}
