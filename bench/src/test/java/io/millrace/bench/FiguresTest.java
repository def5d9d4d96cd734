// SPDX-License-Identifier: Apache-2.0
package io.millrace.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class FiguresTest {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final Figures figures =
            new Figures(new PrintStream(bytes, true, StandardCharsets.UTF_8));

    @Test
    void severalRunsGiveMedianLeastAndGreatest() {
        figures.add("W1a.lane.p50", 9.14, "ms");
        figures.add("W1a.lane.p50", 12, "ms");
        figures.add("W1a.lane.p50", 8.5, "ms");

        figures.print();

        assertThat(printed())
                .containsExactly(
                        "W1a.lane.p50 9.14 ms",
                        "W1a.lane.p50.min 8.50 ms",
                        "W1a.lane.p50.max 12.0 ms");
    }

    @Test
    void whatWasClearedIsNotPrinted() {
        figures.add("warm-up", 1, "ms");
        figures.clear();
        figures.add("W1b.worker.throughput", 260.4, "executions/s");

        figures.print();

        assertThat(printed()).containsExactly("W1b.worker.throughput 260 executions/s");
    }

    @Test
    void quantilesAreOfTheNearestRank() {
        var sorted = List.of(1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0);

        assertThat(Figures.median(sorted)).isEqualTo(5);
        assertThat(Figures.quantile(sorted, 0.95)).isEqualTo(10);
        assertThat(Figures.quantile(List.of(7.0), 0.01)).isEqualTo(7);
    }

    private List<String> printed() {
        return bytes.toString(StandardCharsets.UTF_8).lines().toList();
    }
}
