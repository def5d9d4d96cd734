// SPDX-License-Identifier: Apache-2.0
package io.millrace.scheduler.trigger;

import io.millrace.model.Trigger;
import io.millrace.scheduler.flowtrigger.FlowTrigger;
import io.millrace.scheduler.flowtrigger.FlowTriggers;
import io.millrace.scheduler.flowtrigger.TimeWindow;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/// Looks, when the window of a trigger of type Flow has ended, whether what it waited for came.
@Component
class Deadlines {
    private final FlowTriggers reader;
    private final HeardStore heard;

    Deadlines(FlowTriggers reader, HeardStore heard) {
        this.reader = reader;
        this.heard = heard;
    }

    /// What was found.
    ///
    /// @param missed absent if all was there, or if it isn't known yet
    /// @param next when to look again; absent if there is nothing to wait for
    record Look(@Nullable Missed missed, @Nullable Instant next) {}

    /// @param at the deadline
    record Missed(Instant at, int met, int needed, Map<String, String> labels) {}

    /// After an outage what was heard meanwhile is still on its way: it is looked at again later,
    /// and of several deadlines that passed the last one counts.
    Look look(TriggerRow.Key key, Trigger trigger, Instant planned, Instant now) {
        var read = reader.read(trigger);
        var miss = read.onMiss();
        if (miss == null) {
            return new Look(null, null);
        }
        if (now.isAfter(planned.plus(FlowTrigger.Miss.HEARD_WITHIN))) {
            return new Look(null, now.plus(FlowTrigger.Miss.HEARD_WITHIN));
        }
        TimeWindow.Interval window = miss.window().lastEnded(planned);
        var precondition = read.preconditions().getFirst();
        int met = heard.met(key, precondition, window);
        return new Look(
                met >= precondition.needed()
                        ? null
                        : new Missed(window.to(), met, precondition.needed(), miss.labels()),
                miss.next(now));
    }
}
