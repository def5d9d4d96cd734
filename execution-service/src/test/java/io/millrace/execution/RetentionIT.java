// SPDX-License-Identifier: Apache-2.0
package io.millrace.execution;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.execution.purge.Purge;
import io.millrace.execution.purge.Retention;
import io.millrace.execution.purge.RetentionProperties;
import io.millrace.execution.purge.RetentionProperties.Rule;
import io.millrace.platform.tenancy.TenantScope;
import io.millrace.storage.InternalStorage;
import java.lang.reflect.Proxy;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.PlatformTransactionManager;

@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class RetentionIT {
    private static final Suite SUITE = new Suite();
    private static final String LOG =
            "tasks: [{id: log, type: io.kestra.plugin.core.log.Log, message: hi}]\n";

    @BeforeAll
    static void start() {
        SUITE.start();
        for (var namespace : List.of("company.short", "company.long", "company.short.kept")) {
            SUITE.flows.save(namespace, "log", LOG);
        }
        SUITE.flows.save(
                "company.short",
                "paused",
                "tasks: [{id: wait, type: io.kestra.plugin.core.flow.Pause}]\n");
    }

    @AfterAll
    static void stop() {
        SUITE.close();
    }

    /// Looks as it would so many days from now.
    private static void lookIn(int days, @Nullable Duration keep, Rule... rules) {
        var purge = SUITE.instances.getLast().getBean(Purge.class);
        lookIn(days, purge, keep, null, rules);
    }

    private static void lookIn(
            int days,
            Purge purge,
            @Nullable Duration keep,
            @Nullable Duration keepLogs,
            Rule... rules) {
        var context = SUITE.instances.getLast();
        var retention =
                new Retention(
                        context.getBean(JdbcClient.class),
                        context.getBean(PlatformTransactionManager.class),
                        purge,
                        new RetentionProperties(
                                keep, keepLogs, List.of(rules), Duration.ofHours(1), 2, 100),
                        Clock.fixed(Instant.now().plus(Duration.ofDays(days)), ZoneOffset.UTC));
        TenantScope.runAcross(retention::clean);
    }

    /// Deletes no files, and lets something happen meanwhile.
    private static Purge purge(Runnable meanwhile) {
        var context = SUITE.instances.getLast();
        var storage =
                (InternalStorage)
                        Proxy.newProxyInstance(
                                InternalStorage.class.getClassLoader(),
                                new Class<?>[] {InternalStorage.class},
                                (_, method, _) -> {
                                    assertThat(method.getName()).isEqualTo("deleteFolder");
                                    meanwhile.run();
                                    return List.of();
                                });
        return new Purge(
                context.getBean(JdbcClient.class),
                context.getBean(PlatformTransactionManager.class),
                storage);
    }

    private static int status(String id) {
        return SUITE.send(SUITE.request("executions/" + id).GET()).statusCode();
    }

    private static String started(String flow) {
        return Suite.id(SUITE.post("executions/" + flow));
    }

    private static long partitions() {
        return SUITE.jdbc()
                .sql(
                        """
                        select count(*) from pg_inherits
                         where inhparent = 'execution.executions'::regclass
                        """)
                .query(Long.class)
                .single();
    }

    @Test
    void theMostSpecificRuleSaysHowLongSomethingIsKept() {
        var old =
                List.of(
                        started("company.short/log"),
                        started("company.short/log"),
                        started("company.short/log"));
        var kept = started("company.short.kept/log");
        var elsewhere = started("company.long/log");
        var runs = started("company.short/paused");
        long before = partitions();

        lookIn(
                40,
                null,
                new Rule("main", "company.short", Duration.ofDays(30), null),
                new Rule("main", "company.short.kept", Duration.ofDays(90), null),
                new Rule("other", null, Duration.ofDays(1), null));

        assertThat(old).allSatisfy(id -> assertThat(status(id)).isEqualTo(404));
        assertThat(List.of(kept, elsewhere, runs))
                .allSatisfy(id -> assertThat(status(id)).isEqualTo(200));
        assertThat(partitions()).isEqualTo(before);
        SUITE.send(SUITE.request("executions/" + runs + "/kill").DELETE());
    }

    private static int lines(String execution) {
        return SUITE.jdbc()
                .sql("select count(*) from execution.logs where execution_id = ?")
                .param(execution)
                .query(Integer.class)
                .single();
    }

    @Test
    void aPartitionStaysIfSomethingOfItRunsAgainWhileItsFilesAreDeleted() {
        var again = started("company.long/log");
        var restart = SUITE.jdbc();

        lookIn(
                60,
                purge(() ->
                        restart.sql("update execution.executions set ended_at = null where id = ?")
                                .param(again)
                                .update()),
                Duration.ofDays(30),
                null);

        assertThat(status(again)).isEqualTo(200);
        assertThat(lines(again)).isPositive();
        restart.sql("update execution.executions set ended_at = changed_at where id = ?")
                .param(again)
                .update();
    }

    @Test
    void logLinesOfWhatRunsForLongAreKeptAsLongAsTheyAreYoung() {
        var runs = started("company.short/paused");
        var ended = started("company.long/log");
        SUITE.jdbc()
                .sql(
                        """
                        insert into execution.logs (execution_id, seq, tenant, namespace, flow_id,
                                                    attempt, level, at, message)
                        select :id, -n, 'main', 'company.short', 'paused', 0, 2,
                               now() + interval '1 day' * case when n > 10000 then 59 else 0 end,
                               'line ' || n
                          from generate_series(1, 10001) n
                        """)
                .param("id", runs)
                .update();

        lookIn(60, purge(() -> {}), null, Duration.ofDays(30));

        assertThat(lines(runs)).isEqualTo(1);
        assertThat(lines(ended)).isZero();
        SUITE.send(SUITE.request("executions/" + runs + "/kill").DELETE());
    }

    /// The last one: from then on, there is no partition of this week.
    @Test
    @Order(Integer.MAX_VALUE)
    void wholePartitionsGoWhereNobodyKeepsAnythingOfThem() {
        var old = started("company.long/log");
        long before = partitions();

        lookIn(
                60,
                Duration.ofDays(30),
                new Rule("main", "company.long", Duration.ofDays(20), null));

        assertThat(status(old)).isEqualTo(404);
        assertThat(partitions()).isLessThan(before);
        assertThat(Suite.state(SUITE.post("executions/company.long/log"))).isEqualTo("SUCCESS");
    }
}
