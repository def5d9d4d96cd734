// SPDX-License-Identifier: Apache-2.0
package io.millrace.bench.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SideEffectsTest {

    @Test
    void runsAreCountedFromTheirBeginnings(@TempDir Path directory) throws IOException {
        var file = directory.resolve("effects");
        Files.writeString(
                file,
                """
                begin A 11 1000 7
                end A 11 1200 7
                begin B 12 1100 7
                begin B 99 12000 8
                end B 99 12300 8
                """);

        var effects = SideEffects.read(file);

        assertThat(effects.repeated()).containsOnlyKeys("B");
        assertThat(effects.repeated().get("B"))
                .containsExactly(
                        new SideEffects.Run(Instant.ofEpochMilli(1100), Instant.MAX, 7),
                        new SideEffects.Run(
                                Instant.ofEpochMilli(12000), Instant.ofEpochMilli(12300), 8));
        assertThat(effects.largestGap()).isEqualTo(Duration.ofMillis(10_900));
    }
}
