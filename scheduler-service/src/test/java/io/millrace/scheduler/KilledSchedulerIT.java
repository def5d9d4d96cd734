// SPDX-License-Identifier: Apache-2.0
package io.millrace.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.rabbitmq.client.Channel;
import io.millrace.contracts.Codec;
import io.millrace.contracts.FlowChanged;
import io.millrace.contracts.LaneEvent;
import io.millrace.contracts.LaneMessage;
import io.millrace.contracts.Topology;
import io.millrace.platform.ServiceLauncher;
import io.millrace.platform.broker.Broker;
import io.millrace.platform.broker.OutgoingMessage;
import io.millrace.platform.identity.IdentityKeys;
import io.millrace.test.TestBroker;
import io.millrace.test.TestDatabase;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Two schedulers with two thousand schedules of the same dates. One is a process of its own, which
/// is killed, as `kill -9` does it, while it holds some that are due.
class KilledSchedulerIT {
    private static final int FLOWS = 20;
    private static final int TRIGGERS = 100;
    private static final int ALL = FLOWS * TRIGGERS;
    private static final int LANES = 16;
    private static final Duration BETWEEN = Duration.ofSeconds(20);
    private static final Duration PATIENCE = Duration.ofMinutes(4);

    /// What was asked for: by date and trigger, the ids of executions.
    private final Map<Instant, Map<String, Set<String>>> asked = new ConcurrentHashMap<>();

    @Test
    void eachDateOfEachScheduleIsOneExecution(@TempDir Path directory) throws Exception {
        IdentityKeys.generate(directory);
        try (var database = TestDatabase.create();
                var broker = TestBroker.create()) {
            execute(database, "create schema scheduler");
            var doomed = start(database, broker, directory);
            try (var survivor =
                            ServiceLauncher.run(
                                    SchedulerServiceApplication.class,
                                    "scheduler-service",
                                    settings(database, broker, directory));
                    var connection = broker.connect();
                    var channel = connection.createChannel()) {
                hear(channel, broker.topology(LANES));
                await().atMost(PATIENCE).until(() -> works(database));
                save(survivor.getBean(Broker.class), broker.topology(LANES));
                await().atMost(PATIENCE).until(() -> count(database, "trigger") == ALL);
                var ready = Instant.now();

                // its connections are gone when the database has seen that it is dead
                var killed = killWhileItHolds(doomed, database, ready);
                var next = killed.plus(BETWEEN);
                await().atMost(PATIENCE).until(() -> triggers(killed) == ALL);
                await().atMost(PATIENCE).until(() -> triggers(next) == ALL);

                assertThat(doomed.isAlive()).isFalse();
                for (var date : List.of(killed, next)) {
                    assertThat(asked.get(date)).allSatisfy((_, ids) -> assertThat(ids).hasSize(1));
                }
            } finally {
                doomed.destroyForcibly().waitFor(1, TimeUnit.MINUTES);
            }
        }
    }

    /// @return the date that both were at
    private Instant killWhileItHolds(Process doomed, TestDatabase database, Instant ready) {
        var date = new ArrayList<Instant>();
        await().atMost(PATIENCE)
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(1))
                .until(() -> {
                    var at = begun(ready);
                    if (at != null && holds(database)) {
                        doomed.destroyForcibly();
                        date.add(at);
                        return true;
                    }
                    return false;
                });
        return date.getFirst();
    }

    /// A date of which some executions are asked for, and most are not.
    private @Nullable Instant begun(Instant ready) {
        for (var date : asked.keySet()) {
            if (date.isAfter(ready) && triggers(date) < ALL / 2) {
                return date;
            }
        }
        return null;
    }

    private int triggers(Instant date) {
        return asked.getOrDefault(date, Map.of()).size();
    }

    /// Whether the process has rows of triggers that nobody else may take.
    private static boolean holds(TestDatabase database) throws SQLException {
        return number(
                        database,
                        """
                        select count(*) from pg_locks l join pg_stat_activity a using (pid)
                         where a.application_name = 'doomed' and l.mode = 'RowShareLock'
                           and l.relation = 'scheduler.trigger'::regclass
                        """)
                > 0;
    }

    private static boolean works(TestDatabase database) throws SQLException {
        return number(
                        database,
                        "select count(*) from pg_stat_activity where application_name = 'doomed'")
                > 0;
    }

    private static long count(TestDatabase database, String table) throws SQLException {
        return number(database, "select count(*) from scheduler." + table);
    }

    private static long number(TestDatabase database, String sql) throws SQLException {
        try (var connection = database.connect();
                var statement = connection.createStatement();
                var rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getLong(1);
        }
    }

    private static void execute(TestDatabase database, String sql) throws SQLException {
        try (var connection = database.connect();
                var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private void hear(Channel channel, Topology topology) throws IOException {
        for (int lane = 0; lane < LANES; lane++) {
            channel.queueDeclarePassive(topology.laneQueue(lane));
            channel.basicConsume(
                    topology.laneQueue(lane),
                    true,
                    (_, delivery) -> note(Codec.decode(delivery.getBody(), LaneMessage.class)),
                    _ -> {});
        }
    }

    private void note(LaneMessage message) {
        if (message.event() instanceof LaneEvent.ExecutionRequested requested) {
            var trigger = Objects.requireNonNull(requested.trigger());
            asked.computeIfAbsent(
                            Instant.parse(String.valueOf(trigger.variables().get("date"))),
                            _ -> new ConcurrentHashMap<>())
                    .computeIfAbsent(
                            requested.flowId() + "." + trigger.id(),
                            _ -> ConcurrentHashMap.newKeySet())
                    .add(message.executionId());
        }
    }

    private static void save(Broker broker, Topology topology) {
        for (int flow = 0; flow < FLOWS; flow++) {
            var source =
                    new StringBuilder(
                            """
                            id: herd%d
                            namespace: company
                            tasks:
                              - {id: log, type: io.kestra.plugin.core.log.Log, message: hello}
                            triggers:
                            """
                                    .formatted(flow));
            for (int trigger = 0; trigger < TRIGGERS; trigger++) {
                source.append(
                        "  - {id: t%d, type: io.kestra.plugin.core.trigger.Schedule, cron: '*/%d * * * * *', withSeconds: true, allowConcurrent: true}\n"
                                .formatted(trigger, BETWEEN.toSeconds()));
            }
            broker.publisher()
                    .publish(
                            OutgoingMessage.durable(
                                    topology.flowsExchange(),
                                    Topology.flowKey("main", "company", "saved"),
                                    new FlowChanged(
                                            "m" + flow,
                                            "main",
                                            "company",
                                            "herd" + flow,
                                            "saved",
                                            1,
                                            source.toString(),
                                            Instant.now())));
        }
    }

    /// A process of its own.
    private static Process start(TestDatabase database, TestBroker broker, Path directory)
            throws IOException {
        var settings = settings(database, broker, directory);
        settings.computeIfPresent(
                "spring.datasource.url",
                (_, url) -> url + (url.contains("?") ? "&" : "?") + "ApplicationName=doomed");
        var command =
                new ArrayList<>(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-XX:TieredStopAtLevel=1",
                                "-XX:+UseSerialGC",
                                "-Xmx256m",
                                "-cp",
                                System.getProperty("java.class.path"),
                                SchedulerServiceApplication.class.getName()));
        command.addAll(
                settings.entrySet().stream()
                        .map(one -> "--" + one.getKey() + "=" + one.getValue())
                        .toList());
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("doomed.log").toFile())
                .start();
    }

    private static Map<String, String> settings(
            TestDatabase database, TestBroker broker, Path directory) {
        var settings = new HashMap<String, String>();
        settings.putAll(database.properties());
        settings.putAll(broker.properties());
        settings.putAll(IdentityKeys.properties(directory, "scheduler"));
        settings.put("server.port", "0");
        return settings;
    }
}
