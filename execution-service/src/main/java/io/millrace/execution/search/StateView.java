// SPDX-License-Identifier: Apache-2.0
package io.millrace.execution.search;

import io.millrace.engine.Attempt;
import io.millrace.engine.History;
import io.millrace.engine.State;
import io.millrace.engine.StateChange;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A state and how it came about.
///
/// @param duration from the first state to the last, or to now
public record StateView(
        String current,
        List<Change> histories,
        Duration duration,
        Instant startDate,
        @Nullable Instant endDate) {

    public record Change(String state, Instant date) {
        static Change of(StateChange change) {
            return new Change(change.state().name(), change.at());
        }
    }

    public static StateView of(History history, Instant now) {
        var current = history.current();
        var end = current.isTerminal() ? history.changedAt() : null;
        return new StateView(
                current.name(),
                history.changes().stream().map(Change::of).toList(),
                Duration.between(history.startedAt(), end == null ? now : end),
                history.startedAt(),
                end);
    }

    static StateView of(Attempt attempt, Instant now) {
        var started = new Change(State.RUNNING.name(), attempt.startedAt());
        var end = attempt.endedAt();
        return new StateView(
                attempt.state().name(),
                end == null
                        ? List.of(started)
                        : List.of(started, new Change(attempt.state().name(), end)),
                Duration.between(attempt.startedAt(), end == null ? now : end),
                attempt.startedAt(),
                end);
    }
}
