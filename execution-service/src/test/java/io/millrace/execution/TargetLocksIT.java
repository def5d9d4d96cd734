// SPDX-License-Identifier: Apache-2.0
package io.millrace.execution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TargetLocksIT {
    private static final String FLOW =
            """
            tasks:
              - id: fetch
                type: io.kestra.plugin.core.http.Request
                uri: http://example.com
            """;

    @Test
    void aSweepTakesNoLockFromWhoHasAskedForItAgainMeanwhile() throws Exception {
        try (var suite = new Suite()) {
            suite.flows.save("company.team", "fetch", FLOW);
            suite.start("--millrace.locks.sweep-every=500ms");
            try (var worker = new FakeWorker(suite.broker(), "main", _ -> null);
                    var connection = suite.database.connect();
                    var statement = connection.createStatement()) {
                var id = Suite.id(suite.post("executions/company.team/fetch"));
                await().until(() -> !worker.seen.isEmpty());
                connection.setAutoCommit(false);
                statement.execute(
                        """
                        select pg_advisory_xact_lock(
                            hashtextextended('Target[tenant=main, namespace=, name=db]', 78))
                        """);
                // of a task run that nobody knows any more
                suite.jdbc()
                        .sql(
                                """
                                insert into execution.target_locks
                                values ('main', '', 'db', :id, 0, 0, 99, now() - interval '1 minute')
                                """)
                        .param("id", id)
                        .update();
                await().until(() ->
                        suite.jdbc()
                                .sql(
                                        """
                                        select count(*) > 0 from pg_locks
                                         where locktype = 'advisory' and not granted
                                           and database = (select oid from pg_database
                                                            where datname = current_database())
                                        """)
                                .query(Boolean.class)
                                .single());

                // the same iteration has it now for the task run that runs
                statement.execute("update execution.target_locks set ordinal = 0");
                connection.commit();

                await().during(Duration.ofSeconds(2))
                        .atMost(Duration.ofSeconds(10))
                        .untilAsserted(() ->
                                assertThat(
                                                suite.jdbc()
                                                        .sql(
                                                                "select ordinal from execution.target_locks")
                                                        .query(Integer.class)
                                                        .list())
                                        .containsExactly(0));
                worker.finish(worker.seen.element(), Map.of());
            }
        }
    }
}
