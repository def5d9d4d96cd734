// SPDX-License-Identifier: Apache-2.0
package io.millrace.scheduler.trigger;

import io.millrace.platform.tenancy.TenantScope;
import java.time.Clock;
import java.time.Duration;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/// Forgets what is remembered for a while only.
@Component
class Housekeeping {
    /// How late a message may come a second time and still be known.
    private static final Duration HEARD = Duration.ofDays(7);

    private final HeardStore heard;
    private final PollStore polls;
    private final Clock clock;

    Housekeeping(HeardStore heard, PollStore polls, Clock clock) {
        this.heard = heard;
        this.polls = polls;
        this.clock = clock;
    }

    @Scheduled(fixedDelayString = "PT1H", initialDelayString = "PT10M")
    void forget() {
        var before = clock.instant().minus(HEARD);
        TenantScope.runAcross(() -> {
            heard.forget(before);
            polls.forget(before);
        });
    }
}
