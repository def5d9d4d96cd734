// SPDX-License-Identifier: Apache-2.0
package io.millrace.platform.outbox;

import io.millrace.platform.boot.Endless;
import io.millrace.platform.broker.BrokerUnavailableException;
import io.millrace.platform.broker.OutgoingMessage;
import io.millrace.platform.broker.UnroutableException;
import io.millrace.platform.tenancy.TenantScope;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.TransactionException;

/// Publishes what is in the outbox: woken by each commit that added something, and now and then for
/// what a dead instance left. A message is claimed for a while, published and confirmed, then
/// deleted; no transaction is open while it is under way.
final class OutboxRelay implements SmartLifecycle {
    private static final Logger log = LoggerFactory.getLogger(OutboxRelay.class);

    private final JdbcClient jdbc;
    private final Consumer<List<OutgoingMessage>> publisher;
    private final OutboxProperties properties;
    private final Semaphore wakes = new Semaphore(0);
    private volatile boolean running;
    private @Nullable Thread thread;

    /// @param publisher returns when the broker has confirmed all of them
    OutboxRelay(
            JdbcClient jdbc,
            Consumer<List<OutgoingMessage>> publisher,
            OutboxProperties properties) {
        this.jdbc = jdbc;
        this.publisher = publisher;
        this.properties = properties;
    }

    private record Row(long id, OutgoingMessage message) {}

    void wake() {
        wakes.release();
    }

    @Override
    public void start() {
        running = true;
        thread =
                Thread.ofVirtual()
                        .name("outbox-relay")
                        .start(TenantScope.acrossAll(Endless.loop(this::loop)));
    }

    /// Publishes what is left, then stops: the database and the broker are still there.
    @Override
    public void stop() {
        running = false;
        wake();
        var current = thread;
        if (current != null) {
            try {
                current.join(10_000);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    /// After the broker has started, and stopped before it.
    @Override
    public int getPhase() {
        return Integer.MIN_VALUE + 2000;
    }

    private void loop() {
        while (running) {
            try {
                while (relay() == properties.batch()) {
                    // there is more
                }
                var _ = wakes.tryAcquire(properties.sweepEvery().toMillis(), TimeUnit.MILLISECONDS);
                wakes.drainPermits();
            } catch (InterruptedException e) {
                return;
            }
        }
        relay();
    }

    /// Publishes one batch.
    ///
    /// @return how many messages it had
    int relay() {
        try {
            var claimed = claim();
            if (!claimed.isEmpty()) {
                publish(claimed);
            }
            return claimed.size();
        } catch (DataAccessException | TransactionException e) {
            log.atWarn()
                    .addKeyValue("cause", String.valueOf(e.getMessage()))
                    .log("The outbox can't be read");
            return 0;
        }
    }

    private List<Row> claim() {
        return jdbc
                .sql(
                        """
                        update outbox set claimed_until = now() + make_interval(secs => :seconds)
                         where id in (select id from outbox
                                       where claimed_until is null or claimed_until < now()
                                       order by id limit :batch
                                         for update skip locked)
                        returning id, exchange, routing_key, body, persistent, mandatory
                        """)
                .param("seconds", properties.claimFor().toSeconds())
                .param("batch", properties.batch())
                .query((row, _) ->
                        new Row(
                                row.getLong("id"),
                                new OutgoingMessage(
                                        row.getString("exchange"),
                                        row.getString("routing_key"),
                                        row.getBytes("body"),
                                        row.getBoolean("persistent"),
                                        row.getBoolean("mandatory"))))
                .list()
                .stream()
                .sorted((a, b) -> Long.compare(a.id, b.id))
                .toList();
    }

    private void publish(List<Row> rows) {
        try {
            publisher.accept(rows.stream().map(Row::message).toList());
        } catch (BrokerUnavailableException | UnroutableException e) {
            log.atWarn()
                    .addKeyValue("messages", rows.size())
                    .addKeyValue("cause", String.valueOf(e.getMessage()))
                    .log("Messages of the outbox could not be published; they will be");
            release(rows);
            return;
        }
        jdbc.sql("delete from outbox where id = any(:ids)").param("ids", ids(rows)).update();
    }

    /// To be tried again at the next sweep.
    private void release(List<Row> rows) {
        jdbc.sql(
                        """
                        update outbox set claimed_until = now() + make_interval(secs => :seconds)
                         where id = any(:ids)
                        """)
                .param("seconds", properties.sweepEvery().toMillis() / 1000.0)
                .param("ids", ids(rows))
                .update();
    }

    private static Long[] ids(List<Row> rows) {
        return rows.stream().map(Row::id).toArray(Long[]::new);
    }
}
