// SPDX-License-Identifier: Apache-2.0
package io.millrace.contracts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TopologyTest {
    private static final Topology TOPOLOGY = new Topology("millrace", 16);

    /// Published vectors of MurmurHash3_x86_32 with seed 0.
    @ParameterizedTest
    @CsvSource({
        "'', 0",
        "test, ba6bd213",
        "'Hello, world!', c0363e43",
        "The quick brown fox jumps over the lazy dog, 2e4ff723",
        "aaaa, 7eeed987",
        "a, 3c2569b2"
    })
    void hashesAsPublished(String text, String hex) {
        int hash = Topology.murmur3(text.getBytes(StandardCharsets.UTF_8));

        assertThat(hash).isEqualTo(Integer.parseUnsignedInt(hex, 16));
    }

    @Test
    void lanesShareTheExecutions() {
        var perLane =
                IntStream.range(0, 16_000)
                        .mapToObj(i -> TOPOLOGY.laneOf("01HZX3" + i))
                        .collect(Collectors.groupingBy(lane -> lane, Collectors.counting()));

        assertThat(perLane).hasSize(16);
        assertThat(perLane.values()).allMatch(n -> n > 800 && n < 1200);
    }

    @Test
    void namesBearTheInstallation() {
        assertThat(TOPOLOGY.exchanges()).allMatch(name -> name.startsWith("millrace."));
        assertThat(TOPOLOGY.bindings())
                .allMatch(binding -> binding.queue().startsWith("millrace."));
        assertThat(TOPOLOGY.deadQueue("millrace.lane.03")).isEqualTo("millrace.dead.lane.03");
    }

    @Test
    void refusesAnInstallationWithoutLanes() {
        assertThatThrownBy(() -> new Topology("millrace", 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("0");
    }
}
