// SPDX-License-Identifier: Apache-2.0
package io.millrace.platform.boot;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class EndlessTest {
    @Test
    void aLoopThatBreaksBeginsAnewUntilItEndsByItself() {
        var turns = new AtomicInteger();

        Endless.loop(
                        () -> {
                            switch (turns.incrementAndGet()) {
                                case 1 -> throw new NoClassDefFoundError("com/example/Gone");
                                case 2 -> throw new StackOverflowError();
                                case 3 -> throw new IllegalStateException("broken");
                                default -> {
                                    // told to end
                                }
                            }
                        })
                .run();

        assertThat(turns).hasValue(4);
    }

    @Test
    void aLoopThatBreaksForEverEndsWhenItsThreadIsInterrupted() throws Exception {
        var broke = new CountDownLatch(2);
        var thread =
                Thread.ofVirtual()
                        .start(
                                Endless.loop(() -> {
                                    broke.countDown();
                                    throw new IllegalStateException("broken");
                                }));
        broke.await();

        thread.interrupt();

        assertThat(thread.join(Duration.ofMinutes(1))).isTrue();
    }
}
