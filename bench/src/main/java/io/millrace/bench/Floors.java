// SPDX-License-Identifier: Apache-2.0
package io.millrace.bench;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.MessageProperties;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.GeneralSecurityException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// The least durable work that a task costs, on the same PostgreSQL and RabbitMQ: two confirmed
/// persistent messages, consumed and acknowledged; one row inserted and updated, in grouped
/// commits.
final class Floors {
    private static final Duration CONFIRM = Duration.ofSeconds(20);
    private static final byte[] BODY = new byte[600];

    private final Counters.Database database;
    private final URI broker;

    Floors(Counters.Database database, URI broker) {
        this.database = database;
        this.broker = broker;
    }

    /// Median of how long a thread waits for another to answer, in microseconds: two wake-ups,
    /// which on a shared machine may cost more than what the threads do.
    static double wakeup() {
        var questions = new ArrayBlockingQueue<Long>(1);
        var answers = new ArrayBlockingQueue<Long>(1);
        var other =
                Thread.ofPlatform()
                        .daemon()
                        .start(() -> {
                            try {
                                while (true) {
                                    answers.put(questions.take());
                                }
                            } catch (InterruptedException _) {
                                // asked enough
                            }
                        });
        var micros = new ArrayList<Double>();
        try {
            for (long i = 0; i < 5000; i++) {
                long begin = System.nanoTime();
                questions.put(i);
                answers.take();
                micros.add((System.nanoTime() - begin) / 1e3);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BenchException("Interrupted", e);
        } finally {
            other.interrupt();
        }
        return Figures.median(micros.stream().sorted().toList());
    }

    /// Tasks a second with `atOnce` of them under way.
    double tasks(int tasks, int atOnce) {
        var jobs = "bench.floor.jobs";
        var results = "bench.floor.results";
        try (var sql =
                        DriverManager.getConnection(
                                database.url(), database.user(), database.password());
                var connection = factory().newConnection("bench-floor");
                var lane = connection.createChannel();
                var worker = connection.createChannel()) {
            prepare(sql);
            for (var queue : new String[] {jobs, results}) {
                lane.queueDeclare(queue, true, false, false, Map.of("x-queue-type", "quorum"));
                lane.queuePurge(queue);
            }
            lane.confirmSelect();
            worker.confirmSelect();
            var toWorker = consume(worker, jobs, atOnce);
            var toLane = consume(lane, results, atOnce);
            var echo = Thread.ofVirtual().start(() -> work(worker, toWorker, results));
            long begin = System.nanoTime();
            int begun = 0;
            int underWay = 0;
            int ended = 0;
            while (ended < tasks) {
                int fresh = Math.min(atOnce - underWay, tasks - begun);
                int done = 0;
                long lastTag = 0;
                if (underWay > 0) {
                    var first = toLane.poll(30, TimeUnit.SECONDS);
                    if (first == null) {
                        throw new BenchException("The floor's results don't come");
                    }
                    done = 1;
                    lastTag = first;
                    for (var next = toLane.poll(); next != null; next = toLane.poll()) {
                        done++;
                        lastTag = next;
                    }
                    fresh = Math.min(fresh + done, tasks - begun);
                }
                commit(sql, ended, done, begun, fresh);
                for (int i = 0; i < fresh; i++) {
                    lane.basicPublish("", jobs, MessageProperties.PERSISTENT_BASIC, BODY);
                }
                if (fresh > 0) {
                    lane.waitForConfirmsOrDie(CONFIRM.toMillis());
                }
                if (done > 0) {
                    lane.basicAck(lastTag, true);
                }
                begun += fresh;
                underWay += fresh - done;
                ended += done;
            }
            double seconds = (System.nanoTime() - begin) / 1e9;
            echo.interrupt();
            lane.queueDelete(jobs);
            lane.queueDelete(results);
            sql.createStatement().execute("drop table bench_floor_tasks");
            return tasks / seconds;
        } catch (SQLException | IOException | TimeoutException e) {
            throw new BenchException("The floor can't be measured: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BenchException("Interrupted", e);
        }
    }

    private static void work(Channel worker, BlockingQueue<Long> arrived, String results) {
        try {
            while (!Thread.currentThread().isInterrupted()) {
                long last = arrived.take();
                int count = 1;
                for (var next = arrived.poll(); next != null; next = arrived.poll()) {
                    last = next;
                    count++;
                }
                for (int i = 0; i < count; i++) {
                    worker.basicPublish("", results, MessageProperties.PERSISTENT_BASIC, BODY);
                }
                worker.waitForConfirmsOrDie(CONFIRM.toMillis());
                worker.basicAck(last, true);
            }
        } catch (InterruptedException _) {
            return;
        } catch (IOException | TimeoutException e) {
            throw new BenchException("The floor's worker failed", e);
        }
    }

    private static void prepare(Connection sql) throws SQLException {
        sql.setAutoCommit(true);
        try (var statement = sql.createStatement()) {
            statement.execute("drop table if exists bench_floor_tasks");
            statement.execute(
                    "create table bench_floor_tasks (id bigint primary key, state text, body text)");
        }
        sql.setAutoCommit(false);
    }

    private static void commit(Connection sql, int firstDone, int done, int firstNew, int fresh)
            throws SQLException {
        if (done > 0) {
            try (var update =
                    sql.prepareStatement(
                            "update bench_floor_tasks set state = 'SUCCESS'"
                                    + " where id >= ? and id < ?")) {
                update.setLong(1, firstDone);
                update.setLong(2, (long) firstDone + done);
                update.executeUpdate();
            }
        }
        if (fresh > 0) {
            try (var insert =
                    sql.prepareStatement(
                            "insert into bench_floor_tasks select i, 'RUNNING', ?"
                                    + " from generate_series(?::bigint, ?::bigint) i")) {
                insert.setString(1, "x".repeat(300));
                insert.setLong(2, firstNew);
                insert.setLong(3, (long) firstNew + fresh - 1);
                insert.executeUpdate();
            }
        }
        sql.commit();
    }

    private static BlockingQueue<Long> consume(Channel channel, String queue, int prefetch)
            throws IOException {
        var arrived = new LinkedBlockingQueue<Long>();
        channel.basicQos(prefetch * 2);
        channel.basicConsume(
                queue,
                false,
                (tag, delivery) -> arrived.add(delivery.getEnvelope().getDeliveryTag()),
                (String tag) -> {});
        return arrived;
    }

    private ConnectionFactory factory() {
        var factory = new ConnectionFactory();
        try {
            factory.setUri(broker);
        } catch (URISyntaxException | GeneralSecurityException e) {
            throw new BenchException("Expected an AMQP URI in MILLRACE_BROKER_URI", e);
        }
        return factory;
    }

    /// Syncs a second of 8 KiB writes to the disk that holds a directory.
    static double syncs(Path directory) {
        var file = directory.resolve("bench-sync.tmp");
        try (var channel =
                FileChannel.open(
                        file,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.WRITE,
                        StandardOpenOption.DELETE_ON_CLOSE)) {
            var page = ByteBuffer.allocate(8192);
            long begin = System.nanoTime();
            int count = 0;
            while (System.nanoTime() - begin < 1_000_000_000L) {
                page.rewind();
                channel.write(page, 0);
                channel.force(false);
                count++;
            }
            return count / ((System.nanoTime() - begin) / 1e9);
        } catch (IOException e) {
            throw new BenchException("The disk's syncs can't be measured", e);
        }
    }
}
