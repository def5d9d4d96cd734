// SPDX-License-Identifier: Apache-2.0
package io.millrace.execution.lane;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.contracts.LogLine;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.springframework.util.unit.DataSize;

class LogBudgetTest {
    private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");

    private final AtomicLong nanos = new AtomicLong();
    private final LogBudget budget =
            new LogBudget(
                    new LogBudgetProperties(DataSize.ofKilobytes(10), DataSize.ofKilobytes(1)),
                    nanos::get);

    @Test
    void aFloodIsCutWithAMarkerAndTheNextSecondsAreKeptAgain() {
        var flood = budget.kept("main", lines(100)).lines();
        nanos.addAndGet(2_000_000_000L);
        var later = budget.kept("main", lines(5)).lines();

        assertThat(flood).hasSizeLessThan(12);
        assertThat(flood.getLast().message()).matches("\\d+ lines are not kept: .*log budget");
        assertThat(flood.getLast().level()).isEqualTo("WARN");
        assertThat(later).filteredOn(line -> !line.level().equals("WARN")).hasSizeBetween(1, 2);
    }

    @Test
    void aTenantsFloodCostsAnotherNothing() {
        budget.kept("main", lines(100));

        assertThat(budget.kept("other", lines(8)).lines()).hasSize(8);
    }

    @Test
    void linesThatWereNotStoredCostNothing() {
        for (int tries = 0; tries < 10; tries++) {
            var kept = budget.kept("main", lines(8));

            assertThat(kept.lines()).isEqualTo(lines(8));
            budget.giveBack(kept);
        }
    }

    private static List<LogLine> lines(int count) {
        return Collections.nCopies(
                count,
                new LogLine("e", "ns", "f", 0, "t", 0, "INFO", NOON, "x".repeat(1000), null));
    }
}
