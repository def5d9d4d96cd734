// SPDX-License-Identifier: Apache-2.0
package io.millrace.test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;

/// Lets workers die wherever messages could be lost that a task takes from a broker.
public final class DyingWorker {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final FakeContext context;
    private final Sending sending;
    private final Callable<String> taking;
    private int executions;

    /// Sends messages, each a text.
    @FunctionalInterface
    public interface Sending {
        void send(List<String> texts) throws Exception;
    }

    /// @param taking runs the task in the context, and gives the text of the file that is its
    ///   result; empty if it has none
    public DyingWorker(FakeContext context, Sending sending, Callable<String> taking) {
        this.context = context;
        this.sending = sending;
        this.taking = taking;
    }

    public void losesNothing() throws Exception {
        diesBeforeItIsNoted();
        diesBeforeTheBrokerIsTold();
        diesBeforeItsResultIsThere();
    }

    private void begin() {
        context.executionId = "dying-" + ++executions;
        context.taskRunId = context.executionId + "-0";
    }

    private void diesBeforeItIsNoted() throws Exception {
        sending.send(List.of("stored-1", "stored-2"));
        begin();
        context.onPut =
                () -> {
                    if (context.stored().values().stream().anyMatch(t -> t.contains("stored-1"))) {
                        die();
                    }
                };
        awaitDeath();
        context.onPut = () -> {};

        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(taking.call()).contains("stored-1", "stored-2"));
        isEmpty();
    }

    private void diesBeforeTheBrokerIsTold() throws Exception {
        sending.send(List.of("noted-1", "noted-2"));
        begin();
        context.onLeave = DyingWorker::die;
        awaitDeath();
        context.onLeave = () -> {};

        assertThat(taking.call()).contains("noted-1", "noted-2");
        // they come once more
        begin();
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(taking.call()).contains("noted-1", "noted-2"));
        isEmpty();
    }

    private void diesBeforeItsResultIsThere() throws Exception {
        sending.send(List.of("told-1", "told-2"));
        begin();
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(taking.call()).contains("told-1", "told-2"));
        sending.send(List.of("later"));

        assertThat(taking.call()).contains("told-1", "told-2").doesNotContain("later");
        begin();
        await().atMost(PATIENCE)
                .untilAsserted(
                        () -> assertThat(taking.call()).contains("later").doesNotContain("told"));
    }

    /// A worker that was given up lives, and is slower than the one that came in its place: the
    /// result of that one counts, and what the slow one had in hand comes again.
    public void isFencedIfItLives() throws Exception {
        sending.send(List.of("slow"));
        begin();
        var faster = new StringBuilder();
        context.onPut =
                () -> {
                    context.onPut = () -> {};
                    sending.send(List.of("fast"));
                    await().atMost(PATIENCE).until(() -> faster.append(taking.call()).length() > 0);
                };

        assertThat(taking.call()).isEqualTo(faster.toString()).contains("fast");
        if (!faster.toString().contains("slow")) {
            begin();
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(taking.call()).contains("slow"));
        }
    }

    private void awaitDeath() {
        await().atMost(PATIENCE)
                .untilAsserted(
                        () -> assertThatThrownBy(taking::call).hasRootCauseMessage("it dies"));
    }

    private static void die() {
        throw new IllegalArgumentException("it dies");
    }

    private void isEmpty() throws Exception {
        begin();
        assertThat(taking.call()).isEmpty();
    }
}
