// SPDX-License-Identifier: Apache-2.0
package io.millrace.execution.lane;

import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;

/// Down if a loop hasn't turned for a while.
public final class LaneHealth implements HealthIndicator {
    private final Lanes lanes;

    public LaneHealth(Lanes lanes) {
        this.lanes = lanes;
    }

    @Override
    public Health health() {
        return (lanes.turning() ? Health.up() : Health.down()).build();
    }
}
