// SPDX-License-Identifier: Apache-2.0
package io.millrace.scheduler.trigger;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.millrace.platform.ServiceLauncher;
import io.millrace.platform.identity.IdentityKeys;
import io.millrace.scheduler.SchedulerServiceApplication;
import io.millrace.test.TestBroker;
import io.millrace.test.TestDatabase;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A start costs what is due, not what exists.
class StartUpIT {
    private static final Logger log = LoggerFactory.getLogger(StartUpIT.class);
    private static final int FLOWS = 1_000;
    private static final int TRIGGERS = 100;
    private static final Duration BEYOND = Duration.ofSeconds(5);

    @Test
    void aHundredThousandTriggersDoNotHoldUpAStart(@TempDir Path keys) throws Exception {
        IdentityKeys.generate(keys);
        var others =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        others.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        others.createContext(
                "/",
                exchange -> {
                    var body =
                            "{\"changes\": [], \"next\": 5, \"more\": false}"
                                    .getBytes(StandardCharsets.UTF_8);
                    exchange.getResponseHeaders().add("Content-Type", "application/json");
                    exchange.sendResponseHeaders(200, body.length);
                    exchange.getResponseBody().write(body);
                    exchange.close();
                });
        others.start();
        try (var database = TestDatabase.create();
                var broker = TestBroker.create()) {
            execute(database, "create schema scheduler");
            var properties = new HashMap<String, String>();
            properties.putAll(database.properties());
            properties.putAll(broker.properties());
            properties.putAll(IdentityKeys.properties(keys, "scheduler"));
            properties.put("server.port", "0");
            for (var other : List.of("flow", "execution", "secrets")) {
                properties.put(
                        "millrace.services." + other + ".url",
                        "http://127.0.0.1:" + others.getAddress().getPort());
            }

            start(properties); // makes the schema, and warms this JVM
            var empty = start(properties);
            fill(database);
            var full = start(properties);

            log.info(
                    "start-up empty {} ms, with {} triggers {} ms",
                    empty.toMillis(),
                    FLOWS * TRIGGERS,
                    full.toMillis());
            assertThat(full).isLessThan(empty.plus(BEYOND));
        } finally {
            others.stop(0);
        }
    }

    /// @return until it was ready
    private static Duration start(Map<String, String> properties) {
        long begin = System.nanoTime();
        try (var _ =
                ServiceLauncher.run(
                        SchedulerServiceApplication.class, "scheduler-service", properties)) {
            return Duration.ofNanos(System.nanoTime() - begin);
        }
    }

    private static void fill(TestDatabase database) throws SQLException {
        var source =
                new StringBuilder(
                        """
                        id: many
                        namespace: many
                        tasks: [{id: log, type: io.kestra.plugin.core.log.Log, message: m}]
                        triggers:
                        """);
        for (int i = 1; i <= TRIGGERS; i++) {
            source.append(
                    "  - {id: t%d, type: io.kestra.plugin.core.trigger.Schedule, cron: '0 12 1 1 *'}\n"
                            .formatted(i));
        }
        execute(
                database,
                """
                insert into scheduler.flow (tenant, namespace, flow_id, revision, deleted, source)
                select 'main', 'many', 'f' || n, 1, false, '%s' from generate_series(1, %d) n
                """
                        .formatted(source.toString().replace("'", "''"), FLOWS));
        execute(
                database,
                """
                insert into scheduler.trigger (tenant, namespace, flow_id, trigger_id, type,
                                               fingerprint, active, disabled, next_at, updated_at)
                select 'main', 'many', 'f' || n, 't' || t,
                       'io.kestra.plugin.core.trigger.Schedule', '', true, false,
                       '2999-01-01T12:00:00Z', '2024-05-15T00:00:00Z'
                  from generate_series(1, %d) n, generate_series(1, %d) t
                """
                        .formatted(FLOWS, TRIGGERS));
    }

    private static void execute(TestDatabase database, String sql) throws SQLException {
        try (var connection = database.connect();
                var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
