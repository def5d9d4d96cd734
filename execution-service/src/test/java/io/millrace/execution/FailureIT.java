// SPDX-License-Identifier: Apache-2.0
package io.millrace.execution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.MeterRegistry;
import io.millrace.contracts.Claims;
import io.millrace.contracts.Heartbeat;
import io.millrace.contracts.Job;
import io.millrace.contracts.LaneEvent;
import io.millrace.contracts.LaneMessage;
import io.millrace.contracts.Topology;
import io.millrace.execution.lane.Lanes;
import io.millrace.execution.lane.LostLane;
import io.millrace.execution.workers.ClaimBook;
import io.millrace.model.ExecutionId;
import io.millrace.platform.broker.Broker;
import io.millrace.platform.broker.OutgoingMessage;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.dao.QueryTimeoutException;

/// What happens when something fails; each test has an installation of its own.
class FailureIT {
    private Suite suite = new Suite();

    /// Ends the thread of a loop as nothing that it expects does.
    private static final class Crash extends Error {
        private static final long serialVersionUID = 1L;
    }

    @BeforeEach
    void flow() {
        suite.flows.save(
                "company.team",
                "fetch",
                """
                tasks:
                  - id: fetch
                    type: io.kestra.plugin.core.http.Request
                    uri: http://example.com
                """);
    }

    @AfterEach
    void stop() {
        suite.close();
    }

    private static void crash(ConfigurableApplicationContext instance) {
        instance.getBean(Lanes.class).crash();
        instance.getBean(Broker.class).close();
    }

    private void awaitState(String id, String state) {
        await().dontCatchUncaughtExceptions()
                .atMost(Duration.ofSeconds(25))
                .untilAsserted(() ->
                        assertThat(
                                        suite.jdbc()
                                                .sql(
                                                        "select state from execution.executions where id = :id")
                                                .param("id", id)
                                                .query(String.class)
                                                .single())
                                .isEqualTo(state));
    }

    @Test
    void whatWasCommittedButNotSentIsSentByTheNextOwner() {
        var first = suite.start("--millrace.lanes.lease=2s");
        var crashed = new AtomicBoolean();
        Suite.hook =
                () -> {
                    if (crashed.compareAndSet(false, true)) {
                        throw new Crash();
                    }
                };
        var request = CompletableFuture.runAsync(() -> suite.post("executions/company.team/fetch"));
        await().dontCatchUncaughtExceptions().untilTrue(crashed);
        crash(first);
        var id =
                suite.jdbc()
                        .sql("select id from execution.executions")
                        .query(String.class)
                        .single();
        request.cancel(true);

        suite.start("--millrace.lanes.lease=2s");

        try (var worker = new FakeWorker(suite.broker(), "main", _ -> Map.of("code", 200))) {
            awaitState(id, "SUCCESS");
            assertThat(worker.seen).extracting(Job::executionId).containsExactly(id);
        }
    }

    @Test
    void twoInstancesShareTheLanesAndTheOneThatStaysTakesAll() {
        var first = suite.start();
        suite.start();
        await().atMost(Duration.ofMinutes(1))
                .untilAsserted(() ->
                        assertThat(
                                        suite.jdbc()
                                                .sql(
                                                        """
                                                        select count(*)
                                                          from execution.lanes
                                                         where owner is not null
                                                         group by owner
                                                        """)
                                                .query(Long.class)
                                                .list())
                                .containsExactly(8L, 8L));
        try (var worker = new FakeWorker(suite.broker(), "main", _ -> Map.of("code", 200))) {
            for (int i = 0; i < 20; i++) {
                awaitState(Suite.id(suite.post("executions/company.team/fetch")), "SUCCESS");
            }
            assertThat(worker.seen).hasSize(20);

            first.close();

            for (int i = 0; i < 20; i++) {
                awaitState(Suite.id(suite.post("executions/company.team/fetch")), "SUCCESS");
            }
            assertThat(worker.seen).hasSize(40);
        }
    }

    @Test
    void aWriterThatLostItsLaneChangesNothing() {
        suite.start();
        try (var worker = new FakeWorker(suite.broker(), "main", _ -> null)) {
            var id = Suite.id(suite.post("executions/company.team/fetch"));
            await().until(() -> !worker.seen.isEmpty());
            suite.jdbc().sql("update execution.executions set version = version + 1").update();
            suite.jdbc()
                    .sql(
                            "update execution.lanes set epoch = epoch + 1, owner = 'gone', clean = false")
                    .update();

            worker.finish(worker.seen.element(), Map.of("code", 200));

            // it gives the lane up, takes it again since its new owner is dead, and reads anew
            awaitState(id, "SUCCESS");
            assertThat(
                            suite.jdbc()
                                    .sql("select count(*) from execution.logs")
                                    .query(Long.class)
                                    .single())
                    .isEqualTo(1);
        }
    }

    @Test
    void aLaneThatComesBackWhileItsLoopIsBusyIsTakenOnce() {
        suite.start();
        var stalled = new CountDownLatch(1);
        var goesOn = new CountDownLatch(1);
        Suite.hook =
                () -> {
                    if (stalled.getCount() > 0) {
                        stalled.countDown();
                        passed(goesOn);
                        throw LostLane.lost();
                    }
                };
        var request =
                CompletableFuture.supplyAsync(() -> suite.post("executions/company.team/fetch"));
        passed(stalled);
        suite.jdbc()
                .sql("update execution.lanes set epoch = epoch + 1, owner = 'gone', clean = false")
                .update();
        await().until(() ->
                suite.jdbc()
                        .sql("select not exists (select from execution.lanes where owner = 'gone')")
                        .query(Boolean.class)
                        .single());

        goesOn.countDown();

        try (var _ = new FakeWorker(suite.broker(), "main", _ -> Map.of("code", 200))) {
            awaitState(Suite.id(request.join()), "SUCCESS");
            // whoever takes it once more would consume twice
            await().during(Duration.ofSeconds(4))
                    .atMost(Duration.ofSeconds(30))
                    .untilAsserted(() ->
                            assertThat(
                                            suite.jdbc()
                                                    .sql("select epoch from execution.lanes")
                                                    .query(Long.class)
                                                    .list())
                                    .containsOnly(3L));
        }
    }

    private static void passed(CountDownLatch latch) {
        try {
            assertThat(latch.await(1, TimeUnit.MINUTES)).isTrue();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void whatWaitsForItsFlowWhileACommitIsTriedAgainCountsOnce() {
        var instance = suite.start();
        suite.flows.save(
                "company.team",
                "unseen",
                """
                tasks:
                  - id: wait
                    type: io.kestra.plugin.core.http.Request
                    uri: http://example.com
                """);
        var meters = instance.getBean(MeterRegistry.class);
        var stalled = new CountDownLatch(1);
        var goesOn = new CountDownLatch(1);
        var failed = new AtomicBoolean();
        Suite.hook =
                () -> {
                    if (stalled.getCount() > 0) {
                        stalled.countDown();
                        passed(goesOn);
                    } else if (failed.compareAndSet(false, true)) {
                        throw new QueryTimeoutException("The connection was lost");
                    }
                };
        var first = CompletableFuture.runAsync(() -> suite.post("executions/company.team/fetch"));
        passed(stalled);
        suite.broker()
                .publisher()
                .publish(List.of(requested("unseen", "a"), requested("fetch", "b")));
        await().until(() -> meters.get("millrace.lane.waiting").gauge().value() >= 2);

        goesOn.countDown();

        first.join();
        await().until(() ->
                suite.jdbc()
                        .sql("select count(*) = 3 from execution.executions")
                        .query(Boolean.class)
                        .single());
        await().untilAsserted(() ->
                assertThat(meters.get("millrace.lane.lag").timer().count()).isEqualTo(2));
    }

    private OutgoingMessage requested(String flow, String seed) {
        var topology = suite.broker().topology();
        var id = ExecutionId.derived(Instant.now(), seed).value();
        return OutgoingMessage.durable(
                topology.lanesExchange(),
                Topology.laneKey(topology.laneOf(id)),
                LaneMessage.of(
                        id,
                        LaneEvent.ExecutionRequested.of("main", "company.team", flow, 1, "alice")
                                .build(),
                        Instant.now()));
    }

    @Test
    void aResultThatComesTwiceCountsOnce() {
        suite.start();
        try (var worker = new FakeWorker(suite.broker(), "main", _ -> Map.of("code", 200))) {
            worker.twice = true;

            awaitState(Suite.id(suite.post("executions/company.team/fetch")), "SUCCESS");

            assertThat(
                            suite.jdbc()
                                    .sql(
                                            "select (select count(*) from execution.logs) + (select count(*) from execution.metrics)")
                                    .query(Long.class)
                                    .single())
                    .isEqualTo(2);
        }
    }

    @Test
    void aResultInTheQueueCountsBeforeAClaimIsDecided() throws Exception {
        var claims = suite.start().getBean(ClaimBook.class);
        try (var worker = new FakeWorker(suite.broker(), "main", _ -> null)) {
            var id = Suite.id(suite.post("executions/company.team/fetch"));
            await().until(() -> !worker.seen.isEmpty());
            var job = worker.seen.element();
            var stalled = new CountDownLatch(1);
            var goesOn = new CountDownLatch(1);
            Suite.hook =
                    () -> {
                        stalled.countDown();
                        try {
                            goesOn.await();
                        } catch (InterruptedException _) {
                            Thread.currentThread().interrupt();
                        }
                    };
            var other =
                    CompletableFuture.runAsync(() -> suite.post("executions/company.team/fetch"));
            stalled.await();
            worker.finish(job, Map.of("code", 200));

            var granted =
                    CompletableFuture.supplyAsync(() ->
                            claims.claim(
                                    "another",
                                    List.of(new Claims.Claim(id, job.taskRun(), job.dispatch()))));

            assertThat(granted).failsWithin(Duration.ofMillis(300));
            goesOn.countDown();
            assertThat(granted).succeedsWithin(Duration.ofSeconds(10)).isEqualTo(List.of());
            other.join();
        }
    }

    @Test
    void aPoisonedMessageIsPutAsideAndItsLaneGoesOn() {
        suite.start();
        var topology = suite.broker().topology();
        for (int lane = 0; lane < topology.lanes(); lane++) {
            suite.broker()
                    .publisher()
                    .publish(
                            new OutgoingMessage(
                                    topology.lanesExchange(),
                                    Topology.laneKey(lane),
                                    "{\"nonsense\":".getBytes(StandardCharsets.UTF_8),
                                    true,
                                    true));
        }
        try (var worker = new FakeWorker(suite.broker(), "main", _ -> Map.of("code", 200))) {
            awaitState(Suite.id(suite.post("executions/company.team/fetch")), "SUCCESS");
            assertThat(worker.seen).hasSize(1);
        }
    }

    /// Nothing is left of it where it waited, and nobody else waits for it.
    @Test
    void aMessageThatCannotBePutAsideWhileTheBrokerIsAwayIsPutAsideAfter() throws Exception {
        var server = suite.testBroker.uri();
        try (var wire = new Wire(server.getHost(), server.getPort())) {
            suite.wayToBroker =
                    "amqp://%s@127.0.0.1:%d".formatted(server.getUserInfo(), wire.port());
            var instance = suite.start();
            var meters = instance.getBean(MeterRegistry.class);
            var topology = suite.broker().topology();
            var stalled = new CountDownLatch(1);
            var goesOn = new CountDownLatch(1);
            Suite.hook =
                    () -> {
                        if (stalled.getCount() > 0) {
                            stalled.countDown();
                            passed(goesOn);
                        }
                    };
            var first =
                    CompletableFuture.supplyAsync(
                            () -> Suite.id(suite.post("executions/company.team/fetch")));
            passed(stalled);
            var poisoned = unreplayable();
            suite.broker().publisher().publish(poisoned);
            await().until(() -> meters.get("millrace.lane.waiting").gauge().value() >= 1);
            wire.cut();
            await().until(() -> !suite.broker().connected());

            goesOn.countDown();
            // it fails five times, and has nowhere to go
            await().during(Duration.ofSeconds(2))
                    .atMost(Duration.ofSeconds(10))
                    .until(() -> meters.get("millrace.lane.poisoned").counter().count() == 0);
            wire.mend();

            var dead =
                    topology.deadQueue(
                            topology.laneQueue(
                                    Integer.parseInt(poisoned.routingKey().replaceAll("\\D", ""))));
            await().atMost(Duration.ofSeconds(30))
                    .until(() ->
                            suite.broker().connected()
                                    && suite.broker().depths(List.of(dead)).stream()
                                            .anyMatch(depth -> depth.messages() > 0));
            try (var _ = new FakeWorker(suite.broker(), "main", _ -> Map.of("code", 200))) {
                awaitState(first.join(), "SUCCESS");
                awaitState(Suite.id(suite.post("executions/company.team/fetch")), "SUCCESS");
            }
        }
    }

    /// A request that no lane can apply.
    private OutgoingMessage unreplayable() {
        var topology = suite.broker().topology();
        var id = ExecutionId.derived(Instant.now(), "poison").value();
        return OutgoingMessage.durable(
                topology.lanesExchange(),
                Topology.laneKey(topology.laneOf(id)),
                LaneMessage.of(
                        id,
                        LaneEvent.ExecutionRequested.of("main", "company.team", "fetch", 1, "alice")
                                .replay(new LaneEvent.Replay("nobody", null, false))
                                .build(),
                        Instant.now()));
    }

    @Test
    void aLoopGoesOnAfterATurnThatNobodyForesaw() {
        suite.start("--millrace.lanes.sweep-every=200ms");
        var jdbc = suite.jdbc();
        jdbc.sql("alter table execution.executions rename to mislaid").update();
        await().during(Duration.ofSeconds(2)).atMost(Duration.ofSeconds(10)).until(() -> true);
        jdbc.sql("alter table execution.mislaid rename to executions").update();

        try (var _ = new FakeWorker(suite.broker(), "main", _ -> Map.of("code", 200))) {
            awaitState(Suite.id(suite.post("executions/company.team/fetch")), "SUCCESS");
        }
    }

    @Test
    void whatACommitHasToSayIsSaidOnceTheDatabaseIsBack() {
        suite.start();
        failOnce("job_queues");

        suite.post("executions/company.team/fetch");

        try (var worker = new FakeWorker(suite.broker(), "main", _ -> Map.of("code", 200))) {
            // long before anybody looks for what was lost
            await().atMost(Duration.ofSeconds(10)).until(() -> worker.seen.size() == 1);
        }
    }

    @Test
    void linesOfACommitThatIsTriedAgainCountOnce() {
        // for one line, and the rows of it that are counted
        suite.start(
                "--millrace.logs.tenant-budget.burst=200B",
                "--millrace.logs.tenant-budget.per-second=1B");
        failOnce("logs");
        try (var _ = new FakeWorker(suite.broker(), "main", _ -> Map.of("code", 200))) {
            var id = Suite.id(suite.post("executions/company.team/fetch"));

            awaitState(id, "SUCCESS");

            assertThat(
                            suite.jdbc()
                                    .sql("select message from execution.logs")
                                    .query(String.class)
                                    .list())
                    .containsExactly("ran fetch");
            await().atMost(Duration.ofSeconds(10))
                    .untilAsserted(() ->
                            assertThat(
                                            suite.jdbc()
                                                    .sql("select bytes from execution.log_usage")
                                                    .query(Long.class)
                                                    .list())
                                    .containsExactly((long) "ran fetch".length()));
        }
    }

    /// The first row that is written there finds that the transaction has to be tried again.
    private void failOnce(String table) {
        suite.jdbc()
                .sql(
                        """
                        create sequence public.tries_%1$s;
                        grant usage on sequence public.tries_%1$s to public;
                        create function public.fail_%1$s() returns trigger as $$
                          begin
                            if nextval('public.tries_%1$s') = 1 then
                              raise exception 'try again' using errcode = '40001';
                            end if;
                            return new;
                          end
                        $$ language plpgsql;
                        create trigger fails_once before insert on execution.%1$s
                          for each row execute function public.fail_%1$s()
                        """
                                .formatted(table))
                .update();
    }

    @Test
    void tasksOfASilentWorkerAreSentAgainUnderANewNumber() {
        suite.start("--millrace.execution.worker-lost-after=2s");
        try (var worker = new FakeWorker(suite.broker(), "main", _ -> null)) {
            suite.post("executions/company.team/fetch");
            await().until(() -> !worker.seen.isEmpty());
            var job = worker.seen.element();
            worker.send(
                    job,
                    new LaneEvent.TaskStarted(
                            job.taskRun(), job.dispatch(), "silent", Instant.now()));
            suite.broker()
                    .publisher()
                    .publish(
                            OutgoingMessage.transientEvent(
                                    suite.broker().topology().heartbeatsExchange(),
                                    "worker",
                                    new Heartbeat(
                                            "silent",
                                            "default",
                                            Instant.now(),
                                            Instant.now(),
                                            4,
                                            1,
                                            false,
                                            List.of(
                                                    new Heartbeat.Running(
                                                            job.executionId(),
                                                            job.taskRun(),
                                                            job.dispatch())),
                                            null)));

            await().atMost(Duration.ofMinutes(1))
                    .untilAsserted(() ->
                            assertThat(worker.seen)
                                    .extracting(Job::dispatch)
                                    .containsExactly(job.dispatch(), job.dispatch() + 1));
        }
    }

    @Test
    void aGroupWithoutWorkersIsWaitedForOrNotAsTheTaskSays() {
        for (var fallback : List.of("WAIT", "FAIL", "CANCEL", "IGNORE")) {
            suite.flows.save(
                    "company.team",
                    fallback.toLowerCase(Locale.ROOT),
                    """
                    tasks:
                      - id: fetch
                        type: io.kestra.plugin.core.http.Request
                        uri: http://example.com
                        workerGroup: {key: "{{ 'gpu' }}", fallback: %s}
                    """
                            .formatted(fallback));
        }
        suite.start("--millrace.execution.worker-lost-after=1ms");
        try (var worker = new FakeWorker(suite.broker(), "main", _ -> Map.of("code", 200))) {
            var waits = Suite.id(suite.post("executions/company.team/wait"));

            var fails = Suite.id(suite.post("executions/company.team/fail"));
            awaitState(fails, "FAILED");
            awaitState(Suite.id(suite.post("executions/company.team/cancel")), "CANCELLED");
            awaitState(Suite.id(suite.post("executions/company.team/ignore")), "SUCCESS");

            assertThat(worker.seen).hasSize(1); // that of the one that ignores its group
            assertThat(suite.get("executions/" + waits))
                    .extracting("state.current")
                    .isEqualTo("RUNNING");
            assertThat(
                            suite.jdbc()
                                    .sql(
                                            "select message from execution.logs where execution_id = :id")
                                    .param("id", fails)
                                    .query(String.class)
                                    .list())
                    .contains("No workers are available for worker group 'gpu', failing the task.");
        }
    }

    @Test
    void aConcurrencyLimitLetsOneRunAndTheOthersFollowInOrder() {
        suite.flows.save(
                "company.team",
                "limited",
                """
                concurrency:
                  limit: 1
                  behavior: QUEUE
                tasks:
                  - id: fetch
                    type: io.kestra.plugin.core.http.Request
                    uri: http://example.com
                """);
        suite.start();
        try (var worker = new FakeWorker(suite.broker(), "main", _ -> null)) {
            var ids = new java.util.ArrayList<String>();
            for (int i = 0; i < 3; i++) {
                ids.add(Suite.id(suite.post("executions/company.team/limited")));
                awaitState(ids.get(i), i == 0 ? "RUNNING" : "QUEUED");
            }
            for (int i = 0; i < 3; i++) {
                int number = i;
                await().atMost(Duration.ofMinutes(1)).until(() -> worker.seen.size() == number + 1);
                var job = List.copyOf(worker.seen).get(i);
                assertThat(job.executionId()).isEqualTo(ids.get(i));
                worker.finish(job, Map.of("code", 200));
                awaitState(ids.get(i), "SUCCESS");
            }
        }
    }

    private static String limited(String task) {
        return """
        concurrency:
          limit: 1
          behavior: QUEUE
        tasks:
          - id: %s
            type: io.kestra.plugin.core.http.Request
            uri: http://example.com
        """
                .formatted(task);
    }

    @Test
    void manyWhoAskForASlotLeaveTheLanesTheirConnections() throws Exception {
        suite.flows.save("company.team", "limited", limited("fetch"));
        suite.start();
        suite.post("executions/company.team/fetch");
        try (var worker = new FakeWorker(suite.broker(), "main", _ -> Map.of("code", 200));
                var connection = suite.database.connect();
                var statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("lock table execution.slot_grants in access exclusive mode");
            var ids = new java.util.ArrayList<String>();
            for (int i = 0; i < 20; i++) {
                ids.add(Suite.id(suite.post("executions/company.team/limited")));
            }

            awaitState(Suite.id(suite.post("executions/company.team/fetch")), "SUCCESS");
            connection.rollback();

            ids.forEach(id -> awaitState(id, "SUCCESS"));
            assertThat(worker.seen).hasSize(22);
        }
    }

    @Test
    void aFlowThatIsGoneKeepsNobodyElseWaitingForASlot() {
        suite.start("--millrace.slots.sweep-every=1s");
        var flows = List.of("a", "b", "c", "d", "limited");
        for (var flow : flows) {
            suite.flows.save("company.team", flow, limited(flow));
            awaitState(Suite.id(suite.post("executions/company.team/" + flow)), "RUNNING");
        }
        var waiting = new java.util.HashMap<String, String>();
        for (var flow : flows) {
            waiting.put(flow, Suite.id(suite.post("executions/company.team/" + flow)));
        }
        waiting.values().forEach(id -> awaitState(id, "QUEUED"));
        List.of("a", "b", "c", "d").forEach(flow -> suite.flows.delete("company.team", flow));
        // so that they are asked for again
        suite.flows.give(Map.of("since", "then"), List.of());
        suite.post("executions/company.team/fetch");

        suite.jdbc()
                .sql(
                        "update execution.executions set slot = null where flow_id = 'limited' and slot = 'HELD'")
                .update();

        awaitState(waiting.getOrDefault("limited", ""), "RUNNING");
    }
}
