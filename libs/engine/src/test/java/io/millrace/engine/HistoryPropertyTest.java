// SPDX-License-Identifier: Apache-2.0
package io.millrace.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.NotEmpty;
import net.jqwik.api.constraints.Size;

class HistoryPropertyTest {

    @Property(tries = 200)
    void textBringsBackTheHistory(
            @ForAll @NotEmpty @Size(max = 20) List<State> states,
            @ForAll @IntRange(max = 100_000_000) int pause) {
        var at = Instant.parse("2026-03-01T12:00:00Z");
        var history = History.of(states.getFirst(), at);
        for (var state : states.subList(1, states.size())) {
            at = at.plusMillis(pause);
            history = history.then(state, at);
        }

        assertThat(History.parse(history.encode())).isEqualTo(history);
    }

    @Property(tries = 200)
    void textBringsBackTheCursor(
            @ForAll Cursor.Stage stage,
            @ForAll String branch,
            @ForAll @IntRange int next,
            @ForAll State outcome) {
        var cursor = new Cursor(stage, branch, next, 1, 2, outcome, State.SUCCESS, null);

        assertThat(Cursor.parse(cursor.encode())).isEqualTo(cursor);
    }
}
