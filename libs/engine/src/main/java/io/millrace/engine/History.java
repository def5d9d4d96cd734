// SPDX-License-Identifier: Apache-2.0
package io.millrace.engine;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/// All states that something has had, in order, at least one.
///
/// Its text form, for a column, is one word a state: two letters, then milliseconds since the epoch
/// (base 36) of the first and since the one before of the others.
public record History(List<StateChange> changes) {
    static final int MAX_ENTRIES = 200;

    public History {
        changes = List.copyOf(changes);
        if (changes.isEmpty()) {
            throw new IllegalArgumentException("Expected at least one state but there is none");
        }
    }

    public static History of(State state, Instant at) {
        return new History(List.of(new StateChange(state, at)));
    }

    /// With one more entry. Of a history that goes on and on, as of an execution with thousands of
    /// pauses, the first and the latest entries are kept.
    public History then(State state, Instant at) {
        var longer = new ArrayList<StateChange>(changes.size() + 1);
        longer.addAll(changes);
        if (longer.size() >= MAX_ENTRIES) {
            longer.remove(MAX_ENTRIES / 2);
        }
        longer.add(new StateChange(state, at));
        return new History(longer);
    }

    public State current() {
        return changes.getLast().state();
    }

    public Instant startedAt() {
        return changes.getFirst().at();
    }

    public Instant changedAt() {
        return changes.getLast().at();
    }

    public Duration length() {
        return Duration.between(startedAt(), changedAt());
    }

    public boolean includes(State state) {
        return changes.stream().anyMatch(change -> change.state() == state);
    }

    /// Compact text, read back by [#parse(String)]. Instants are kept to the millisecond.
    public String encode() {
        var text = new StringBuilder();
        long before = 0;
        for (var change : changes) {
            if (!text.isEmpty()) {
                text.append(' ');
            }
            long millis = change.at().toEpochMilli();
            text.append(codeOf(change.state())).append(Long.toString(millis - before, 36));
            before = millis;
        }
        return text.toString();
    }

    public static History parse(String text) {
        var changes = new ArrayList<StateChange>();
        long before = 0;
        for (var word : text.split(" ", -1)) {
            long millis = before + Long.parseLong(word.substring(2), 36);
            changes.add(
                    new StateChange(stateOf(word.substring(0, 2)), Instant.ofEpochMilli(millis)));
            before = millis;
        }
        return new History(changes);
    }

    @Override
    public String toString() {
        return changes.stream().map(c -> c.state().name()).collect(Collectors.joining(" > "));
    }

    private static String codeOf(State state) {
        return switch (state) {
            case CREATED -> "CR";
            case QUEUED -> "QU";
            case RUNNING -> "RU";
            case PAUSED -> "PA";
            case BREAKPOINT -> "BP";
            case RESTARTED -> "RS";
            case RETRYING -> "RT";
            case KILLING -> "KI";
            case SUCCESS -> "SU";
            case WARNING -> "WA";
            case FAILED -> "FA";
            case KILLED -> "KD";
            case CANCELLED -> "CA";
            case RETRIED -> "RD";
            case SKIPPED -> "SK";
        };
    }

    private static State stateOf(String code) {
        for (var state : State.values()) {
            if (codeOf(state).equals(code)) {
                return state;
            }
        }
        throw new IllegalArgumentException("Expected the code of a state but got " + code);
    }
}
