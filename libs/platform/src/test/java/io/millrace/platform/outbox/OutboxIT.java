// SPDX-License-Identifier: Apache-2.0
package io.millrace.platform.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.platform.broker.BrokerUnavailableException;
import io.millrace.platform.broker.OutgoingMessage;
import io.millrace.test.TestDatabase;
import io.millrace.test.TestServices;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

@ExtendWith(TestServices.class)
class OutboxIT {
    private static final OutboxProperties PROPERTIES =
            new OutboxProperties(Duration.ZERO, Duration.ofMinutes(1), 3);

    private final List<String> published = new ArrayList<>();
    private final AtomicInteger wakes = new AtomicInteger();
    private final TransactionTemplate transaction;
    private final JdbcClient jdbc;
    private final Outbox outbox;

    OutboxIT(TestDatabase database) {
        var source = database.dataSource();
        jdbc = JdbcClient.create(source);
        transaction = new TransactionTemplate(new JdbcTransactionManager(source));
        outbox = new Outbox(jdbc, wakes::incrementAndGet);
    }

    @BeforeEach
    void table() throws IOException {
        jdbc.sql("drop table if exists outbox").update();
        try (var script = getClass().getResourceAsStream("/db/platform/outbox.sql")) {
            jdbc.sql(new String(script.readAllBytes(), StandardCharsets.UTF_8)).update();
        }
    }

    @Test
    void messagesOfACommittedTransactionArePublishedInOrderAndForgotten() {
        add("a", "b", "c", "d");

        var relay = new OutboxRelay(jdbc, this::publish, PROPERTIES);

        assertThat(relay.relay()).isEqualTo(3);
        assertThat(relay.relay()).isEqualTo(1);
        assertThat(published).containsExactly("a", "b", "c", "d");
        assertThat(stored()).isZero();
        assertThat(wakes).hasValue(1);
    }

    @Test
    void messagesOfARolledBackTransactionNeverLeave() {
        transaction.executeWithoutResult(status -> {
            outbox.add(message("a"));
            status.setRollbackOnly();
        });

        assertThat(new OutboxRelay(jdbc, this::publish, PROPERTIES).relay()).isZero();
        assertThat(wakes).hasValue(0);
    }

    @Test
    void messageOutsideOfATransactionIsRefused() {
        assertThatThrownBy(() -> outbox.add(message("a")))
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void messagesThatTheBrokerDidNotTakeAreTriedAgain() {
        add("a");
        var failing =
                new OutboxRelay(
                        jdbc,
                        _ -> {
                            throw new BrokerUnavailableException("away", null);
                        },
                        PROPERTIES);

        failing.relay();

        assertThat(stored()).isEqualTo(1);
        new OutboxRelay(jdbc, this::publish, PROPERTIES).relay();
        assertThat(published).containsExactly("a");
    }

    @Test
    void twoRelaysPublishEachMessageOnce() throws Exception {
        for (int i = 0; i < 60; i++) {
            add("m" + i);
        }

        try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
            var relays = new ArrayList<Future<?>>();
            for (int i = 0; i < 2; i++) {
                var relay = new OutboxRelay(jdbc, this::publish, PROPERTIES);
                relays.add(
                        executor.submit(() -> {
                            while (relay.relay() > 0) {
                                Thread.onSpinWait();
                            }
                        }));
            }
            for (var relay : relays) {
                relay.get();
            }
        }

        assertThat(published).hasSize(60).doesNotHaveDuplicates();
    }

    private void add(String... texts) {
        transaction.executeWithoutResult(
                _ -> outbox.addAll(List.of(texts).stream().map(OutboxIT::message).toList()));
    }

    private static OutgoingMessage message(String text) {
        return new OutgoingMessage(
                "exchange", "key", text.getBytes(StandardCharsets.UTF_8), true, false);
    }

    private synchronized void publish(List<OutgoingMessage> messages) {
        for (var message : messages) {
            published.add(new String(message.body(), StandardCharsets.UTF_8));
        }
    }

    private long stored() {
        return jdbc.sql("select count(*) from outbox").query(Long.class).single();
    }
}
