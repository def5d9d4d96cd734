// SPDX-License-Identifier: Apache-2.0
package io.millrace.scheduler.trigger;

import io.millrace.scheduler.loop.TurnLoop;
import io.millrace.scheduler.loop.Wakes;
import java.time.Duration;

/// Moves backfills on: when one of their executions has ended, when one is made, and now and then.
final class BackfillLoop extends TurnLoop {
    private final Backfills backfills;
    private final Duration lookAgain;

    BackfillLoop(Backfills backfills, Duration lookAgain) {
        super("backfills", new Wakes(), lookAgain);
        this.backfills = backfills;
        this.lookAgain = lookAgain;
    }

    @Override
    protected Duration turn() {
        backfills.advance();
        return lookAgain;
    }
}
