// SPDX-License-Identifier: Apache-2.0
package io.millrace.scheduler.trigger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.millrace.contracts.Codec;
import io.millrace.contracts.FlowChanged;
import io.millrace.contracts.Heartbeat;
import io.millrace.contracts.Job;
import io.millrace.contracts.LaneEvent;
import io.millrace.contracts.LaneMessage;
import io.millrace.contracts.Topology;
import io.millrace.expressions.Expressions;
import io.millrace.model.ExecutionId;
import io.millrace.model.yaml.FlowParser;
import io.millrace.platform.broker.BrokerUnavailableException;
import io.millrace.platform.broker.OutgoingMessage;
import io.millrace.scheduler.condition.Conditions;
import io.millrace.scheduler.flowtrigger.FlowTriggers;
import io.millrace.scheduler.question.Asker;
import io.millrace.scheduler.question.StoreAwayException;
import io.millrace.scheduler.schedule.Fixtures;
import io.millrace.scheduler.schedule.FlowInputs;
import io.millrace.test.TestDatabase;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.postgresql.ds.PGSimpleDataSource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/// The store is real, the time is not.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TicksIT {
    private static final Instant NOON = Instant.parse("2024-05-15T12:00:00Z");
    private static final String EVERY_MINUTE =
            """
            id: load
            namespace: company.data
            inputs:
              - {id: day, type: STRING}
              - {id: size, type: STRING, defaults: small}
            tasks:
              - {id: log, type: io.kestra.plugin.core.log.Log, message: hello}
            triggers:
              - id: minutely
                type: io.kestra.plugin.core.trigger.Schedule
                cron: "* * * * *"
                inputs: {day: "{{ schedule.date }}"}
                labels: {by: "{{ flow.id }}"}
            """;

    private final TestDatabase database = TestDatabase.create();
    private final FakeExecutions executions = new FakeExecutions();
    private final FakeStores stores = new FakeStores();
    private final List<LaneMessage> published = new ArrayList<>();
    private volatile Instant now = NOON;
    private final Node node = new Node(messages -> messages.forEach(this::record));

    /// What one instance of the service has.
    private final class Node {
        private final TransactionTemplate transaction;
        private final TriggerStore store;
        private final FlowChanges changes;
        private final Ticks ticks;
        private final Triggers triggers;
        private final Polls polls;

        Node(Consumer<List<OutgoingMessage>> publisher) {
            this(publisher, Runnable::run);
        }

        /// @param beside where stores are asked
        Node(Consumer<List<OutgoingMessage>> publisher, Executor beside) {
            var source = (PGSimpleDataSource) database.dataSource();
            source.setCurrentSchema("scheduler");
            var expressions = new Expressions();
            transaction = new TransactionTemplate(new JdbcTransactionManager(source));
            store = new TriggerStore(JdbcClient.create(source));
            var flows =
                    new KnownFlows(store, FlowParser.trusting(), Fixtures.schedules(expressions));
            var clock = Clock.fixed(NOON, ZoneOffset.UTC);
            var now = new TestClock(() -> TicksIT.this.now);
            changes =
                    new FlowChanges(
                            store,
                            new HeardStore(JdbcClient.create(source)),
                            flows,
                            new FlowTriggers(expressions, new Conditions(expressions)),
                            clock);
            triggers = new Triggers(store, changes, flows, clock);
            var properties =
                    new SchedulerProperties(
                            Duration.ofSeconds(10),
                            Duration.ofSeconds(5),
                            Duration.ofSeconds(1),
                            Duration.ofSeconds(60),
                            Duration.ofSeconds(15),
                            1_000,
                            100);
            polls =
                    new Polls(
                            new PollStore(JdbcClient.create(source)),
                            store,
                            flows,
                            new Conditions(expressions),
                            expressions,
                            new FlowInputs(expressions),
                            new Topology("test", 16),
                            message -> publisher.accept(List.of(message)),
                            transaction,
                            properties,
                            stores,
                            now);
            ticks =
                    new Ticks(
                            store,
                            flows,
                            Fixtures.tickRequests(expressions),
                            executions,
                            polls,
                            new Deadlines(
                                    new FlowTriggers(expressions, new Conditions(expressions)),
                                    new HeardStore(JdbcClient.create(source))),
                            new Topology("test", 16),
                            publisher,
                            transaction,
                            new ScheduleMetrics(new SimpleMeterRegistry()),
                            properties,
                            stores,
                            beside);
        }

        void saved(int revision, String source, Instant at) {
            apply("saved", revision, source, at);
        }

        void deleted(int revision, Instant at) {
            apply("deleted", revision, null, at);
        }

        private void apply(String event, int revision, @Nullable String source, Instant at) {
            var change =
                    new FlowChanged(
                            "m", "main", "company.data", "load", event, revision, source, at);
            transaction.executeWithoutResult(_ -> changes.apply(change));
        }

        /// Fires until nothing is due.
        void fireAll(Instant now) {
            TicksIT.this.now = now;
            while (ticks.fire(now).triggers() > 0) {
                // there may be more
            }
        }
    }

    private void record(OutgoingMessage message) {
        published.add(Codec.decode(message.body(), LaneMessage.class));
    }

    @BeforeAll
    void migrate() throws SQLException, IOException {
        Schema.create(database);
    }

    @BeforeEach
    void empty() throws SQLException {
        published.clear();
        executions.allEnd();
        stores.away = false;
        stores.keys.clear();
        stores.askers.clear();
        try (var connection = database.connect();
                var statement = connection.createStatement()) {
            statement.execute("truncate scheduler.flow, scheduler.trigger cascade");
        }
    }

    @AfterAll
    void drop() {
        database.close();
    }

    @Test
    void aTickAsksForAnExecutionWithItsDateInputsAndLabels() {
        node.saved(3, EVERY_MINUTE, NOON.minusSeconds(30));

        node.fireAll(NOON.plusMillis(5));

        assertThat(published).hasSize(1);
        var request = (LaneEvent.ExecutionRequested) published.getFirst().event();
        assertThat(request.revision()).isEqualTo(3);
        assertThat(request.inputs())
                .isEqualTo(Map.of("day", "2024-05-15T12:00:00Z", "size", "small"));
        assertThat(request.labels()).containsExactly(new LaneEvent.Label("by", "load"));
        assertThat(Objects.requireNonNull(request.trigger()).variables())
                .isEqualTo(
                        Map.of(
                                "date", "2024-05-15T12:00:00Z",
                                "next", "2024-05-15T12:01:00Z",
                                "previous", "2024-05-15T11:59:00Z"));
        assertThat(node.store.earliest()).contains(NOON.plusSeconds(60));
    }

    private static final String ASKING =
            """
            id: load
            namespace: company.data
            inputs:
              - {id: region, type: STRING, defaults: "{{ kv('region') }}"}
            tasks:
              - {id: log, type: io.kestra.plugin.core.log.Log, message: hello}
            triggers:
              - id: minutely
                type: io.kestra.plugin.core.trigger.Schedule
                cron: "* * * * *"
                when: "{{ kv('enabled') }}"
                labels: {asked: "{{ http('http://localhost/' ~ uuid()) ?? kv('region') }}"}
            """;

    private static final TriggerRow.FlowKey LOAD =
            new TriggerRow.FlowKey("main", "company.data", "load");

    @Test
    void aDateWhoseExpressionsAskStoresFiresWithTheAnswers() {
        stores.keys.putAll(Map.of("enabled", true, "region", "eu"));
        node.saved(3, ASKING, NOON.minusSeconds(30));

        node.fireAll(NOON);

        assertThat(published).hasSize(1);
        var request = (LaneEvent.ExecutionRequested) published.getFirst().event();
        assertThat(request.inputs()).isEqualTo(Map.of("region", "eu"));
        assertThat(request.labels()).containsExactly(new LaneEvent.Label("asked", "eu"));
        assertThat(stores.askers)
                .containsOnly(
                        new Asker(
                                "main",
                                "company.data",
                                "load",
                                3,
                                published.getFirst().executionId()));
        stores.keys.put("enabled", false);
        node.fireAll(NOON.plusSeconds(60));
        assertThat(published).hasSize(1);
        assertThat(node.store.earliest()).contains(NOON.plusSeconds(120));
        stores.keys.remove("enabled");
        node.fireAll(NOON.plusSeconds(120));
        assertThat(((LaneEvent.ExecutionRequested) published.getLast().event()).failure())
                .contains("The key 'enabled' does not exist");
    }

    @Test
    void aDateWaitsWhileAStoreIsAwayAndIsNotLost() {
        stores.keys.putAll(Map.of("enabled", true, "region", "eu"));
        stores.away = true;
        node.saved(1, ASKING, NOON.minusSeconds(30));

        node.fireAll(NOON);
        assertThat(published).isEmpty();
        assertThat(node.store.lockOf(LOAD).getFirst().problem())
                .isEqualTo("It waits for an answer: The store can't be read now");
        stores.away = false;
        node.fireAll(NOON.plusSeconds(20));

        assertThat(published).hasSize(1);
        assertThat(published.getFirst().executionId())
                .isEqualTo(
                        ExecutionId.derived(NOON, new TriggerRow.Key(LOAD, "minutely").seed())
                                .value());
        assertThat(node.store.lockOf(LOAD).getFirst().problem()).isNull();
    }

    @Test
    void whoDiesWithTheAnswersLeavesTheDateToTheNext() {
        stores.keys.putAll(Map.of("enabled", true, "region", "eu"));
        node.saved(1, ASKING, NOON.minusSeconds(30));
        var dying = new Node(messages -> messages.forEach(this::record), _ -> {});

        dying.fireAll(NOON);
        node.fireAll(NOON.plusSeconds(10));
        assertThat(published).isEmpty();
        node.fireAll(NOON.plusSeconds(21));

        assertThat(published).hasSize(1);
    }

    @Test
    void whatAPollFoundWaitsForAStoreAndThenStartsItsExecution() {
        node.saved(
                1,
                POLLING.replace("{{ trigger.body }}", "{{ trigger.body ~ kv('region') }}"),
                NOON);
        node.fireAll(NOON);
        var found = ended(executions.jobs.getFirst(), "SUCCESS", Map.of("body", "found"));
        stores.away = true;
        assertThatThrownBy(() -> node.polls.reported(found)).isInstanceOf(StoreAwayException.class);

        stores.away = false;
        stores.keys.put("region", "eu");
        node.polls.reported(found);
        node.polls.reported(found);

        assertThat(published).hasSize(1);
        assertThat(((LaneEvent.ExecutionRequested) published.getFirst().event()).inputs())
                .isEqualTo(Map.of("day", "foundeu"));
    }

    @Test
    void aDeadlineThatIsMissedEndsInOneFailedExecutionADay() {
        node.saved(
                1,
                """
                id: load
                namespace: company.data
                tasks: [{id: log, type: io.kestra.plugin.core.log.Log, message: hello}]
                triggers:
                  - id: both
                    type: io.kestra.plugin.core.trigger.Flow
                    dependsOn:
                      - {namespace: company, flowId: a}
                      - {namespace: company, flowId: b}
                    window: {deadline: "13:00:00"}
                    onMiss: {behavior: FAIL, labels: {sla: miss}}
                """,
                NOON);

        node.fireAll(NOON.plusSeconds(3600));
        assertThat(published).isEmpty();
        node.fireAll(NOON.plusSeconds(3611));
        node.fireAll(NOON.plusSeconds(3700));

        assertThat(published).hasSize(1);
        var request = (LaneEvent.ExecutionRequested) published.getFirst().event();
        assertThat(request.labels()).containsExactly(new LaneEvent.Label("sla", "miss"));
        assertThat(request.failure())
                .isEqualTo("Trigger 'both' missed its deadline: 0 of 2 dependencies were there");
        node.fireAll(NOON.plus(Duration.ofDays(1)).plusSeconds(3611));
        assertThat(published).hasSize(2);
    }

    @Test
    void aCrashBeforeTheRowMovesOnRepeatsTheSameExecution() {
        node.saved(1, EVERY_MINUTE, NOON.minusSeconds(30));
        var dying =
                new Node(messages -> {
                    messages.forEach(this::record);
                    throw new BrokerUnavailableException("killed here", null);
                });

        assertThatThrownBy(() -> dying.ticks.fire(NOON))
                .isInstanceOf(BrokerUnavailableException.class);
        node.fireAll(NOON);

        assertThat(published).hasSize(2);
        assertThat(published).extracting(LaneMessage::executionId).hasSize(2);
        assertThat(published.get(0).executionId()).isEqualTo(published.get(1).executionId());
    }

    @Test
    void instancesThatRaceFireEachDateOnce() throws Exception {
        var ids = new ConcurrentLinkedQueue<String>();
        var source =
                new StringBuilder(EVERY_MINUTE.substring(0, EVERY_MINUTE.indexOf("triggers:")));
        source.append("triggers:\n");
        for (int i = 0; i < 40; i++) {
            source.append(
                    "  - {id: t%d, type: io.kestra.plugin.core.trigger.Schedule, cron: '* * * * *', inputs: {day: x}}\n"
                            .formatted(i));
        }
        node.saved(1, source.toString(), NOON.minusSeconds(30));
        var barrier = new CyclicBarrier(3);

        try (var threads = Executors.newFixedThreadPool(3)) {
            for (int i = 0; i < 3; i++) {
                var racing =
                        new Node(messages ->
                                messages.forEach(m ->
                                        ids.add(
                                                Codec.decode(m.body(), LaneMessage.class)
                                                        .executionId())));
                var _ =
                        threads.submit(() -> {
                            for (int minute = 0; minute < 10; minute++) {
                                barrier.await();
                                racing.fireAll(NOON.plusSeconds(minute * 60L));
                            }
                            return null;
                        });
            }
        }
        node.fireAll(NOON.plusSeconds(9 * 60));
        published.forEach(message -> ids.add(message.executionId()));

        assertThat(ids).hasSize(40 * 10).doesNotHaveDuplicates();
    }

    @Test
    void missedDatesAreMadeUpForInTheirOrder() {
        node.saved(1, EVERY_MINUTE, NOON.minusSeconds(30));

        node.fireAll(NOON.plus(Duration.ofMinutes(250)));

        assertThat(published).hasSize(251);
        assertThat(published)
                .extracting(m -> ((LaneEvent.ExecutionRequested) m.event()).inputs().get("day"))
                .isSortedAccordingTo((a, b) -> String.valueOf(a).compareTo(String.valueOf(b)));
    }

    @Test
    void anOlderRevisionThatArrivesLaterChangesNothing() {
        node.saved(2, EVERY_MINUTE.replace("* * * * *", "0 0 * * *"), NOON);
        node.saved(1, EVERY_MINUTE, NOON);
        node.saved(2, EVERY_MINUTE, NOON);

        assertThat(node.store.earliest()).contains(Instant.parse("2024-05-16T00:00:00Z"));
    }

    @Test
    void aDeletedFlowFiresNoMore() {
        node.saved(1, EVERY_MINUTE, NOON.minusSeconds(30));
        node.deleted(1, NOON.minusSeconds(20));
        node.saved(1, EVERY_MINUTE, NOON.minusSeconds(30));

        node.fireAll(NOON.plusSeconds(600));

        assertThat(published).isEmpty();
        node.saved(2, EVERY_MINUTE, NOON.plusSeconds(590));
        node.fireAll(NOON.plusSeconds(600));
        assertThat(published).hasSize(1);
    }

    @Test
    void aTriggerThatLeavesTheFlowOrIsDisabledFiresNoMore() {
        node.saved(1, EVERY_MINUTE, NOON.minusSeconds(30));
        node.saved(2, EVERY_MINUTE.replace("    cron:", "    disabled: true\n    cron:"), NOON);
        node.fireAll(NOON.plusSeconds(600));
        node.saved(3, EVERY_MINUTE.substring(0, EVERY_MINUTE.indexOf("triggers:")), NOON);
        node.fireAll(NOON.plusSeconds(600));

        assertThat(published).isEmpty();
        assertThat(node.store.earliest()).isEmpty();
    }

    @Test
    void aChangeElsewhereInTheFlowDoesNotSkipADate() {
        node.saved(1, EVERY_MINUTE, NOON.minusSeconds(30));
        node.saved(2, EVERY_MINUTE.replace("hello", "bye"), NOON.plusSeconds(20));

        node.fireAll(NOON.plusSeconds(30));

        assertThat(published).hasSize(1);
    }

    @Test
    void whatIsSwitchedOffStaysOffUntilItIsSwitchedOn() {
        var key =
                new TriggerRow.Key(
                        new TriggerRow.FlowKey("main", "company.data", "load"), "minutely");
        node.saved(1, EVERY_MINUTE, NOON.minusSeconds(30));
        node.transaction.execute(_ -> node.triggers.setDisabled(key, true));
        node.saved(2, EVERY_MINUTE.replace("* * * * *", "*/2 * * * *"), NOON.minusSeconds(20));
        node.fireAll(NOON.plusSeconds(600));
        assertThat(published).isEmpty();

        node.transaction.execute(_ -> node.triggers.setDisabled(key, false));

        assertThat(node.store.earliest()).contains(NOON.plusSeconds(120));
    }

    @Test
    void aTriggerThatCanNotFireSaysWhyAndDoesNotStopTheOthers() {
        node.saved(
                1,
                EVERY_MINUTE.replace("{{ schedule.date }}", "{{ no.such.thing }}")
                        + """
                          - id: good
                            type: io.kestra.plugin.core.trigger.Schedule
                            cron: "* * * * *"
                            inputs: {day: today}
                        """,
                NOON.minusSeconds(30));

        node.fireAll(NOON);

        assertThat(published)
                .extracting(m -> ((LaneEvent.ExecutionRequested) m.event()).failure() != null)
                .containsExactlyInAnyOrder(true, false);
        var rows =
                node.store.lockOf(new TriggerRow.FlowKey("main", "company.data", "load")).stream()
                        .filter(row -> row.problem() != null)
                        .toList();
        assertThat(rows).hasSize(1);
        assertThat(rows.getFirst().nextAt()).isEqualTo(NOON.plusSeconds(60));
    }

    @Test
    void aTriggerWaitsForTheEndOfItsLastExecution() {
        node.saved(1, EVERY_MINUTE, NOON.minusSeconds(30));
        executions.allAre("RUNNING");

        node.fireAll(NOON);
        node.fireAll(NOON.plusSeconds(60));
        node.fireAll(NOON.plusSeconds(125));
        assertThat(published).hasSize(1);
        executions.allEnd();
        node.fireAll(NOON.plusSeconds(130));

        assertThat(published)
                .extracting(m -> ((LaneEvent.ExecutionRequested) m.event()).inputs().get("day"))
                .containsExactly(
                        "2024-05-15T12:00:00Z", "2024-05-15T12:01:00Z", "2024-05-15T12:02:00Z");
    }

    @Test
    void aTriggerThatAllowsItFiresWhileItsLastExecutionRuns() {
        node.saved(
                1,
                EVERY_MINUTE.replace("    cron:", "    allowConcurrent: true\n    cron:"),
                NOON.minusSeconds(30));
        executions.allAre("RUNNING");

        node.fireAll(NOON);
        node.fireAll(NOON.plusSeconds(60));

        assertThat(published).hasSize(2);
    }

    @Test
    void whileNobodyCanTellWhetherItRunsATriggerWaits() {
        node.saved(1, EVERY_MINUTE, NOON.minusSeconds(30));
        node.fireAll(NOON);
        executions.away();

        node.fireAll(NOON.plusSeconds(60));
        assertThat(published).hasSize(1);
        executions.allEnd();
        node.fireAll(NOON.plusSeconds(62));

        assertThat(published).hasSize(2);
    }

    private static final String POLLING =
            """
            id: load
            namespace: company.data
            inputs:
              - {id: day, type: STRING}
            tasks:
              - {id: log, type: io.kestra.plugin.core.log.Log, message: hello}
            triggers:
              - id: poll
                type: io.kestra.plugin.core.http.Trigger
                uri: http://localhost/
                interval: PT30S
                allowConcurrent: true
                inputs: {day: "{{ trigger.body }}"}
            """;

    private static LaneMessage ended(Job job, String state, Map<String, Object> outputs) {
        return LaneMessage.of(
                job.executionId(),
                new LaneEvent.TaskEnded(
                        job.taskRun(),
                        job.dispatch(),
                        state,
                        new HashMap<String, @Nullable Object>(outputs),
                        null,
                        state.equals("FAILED") ? "broken" : null,
                        List.of(),
                        List.of(),
                        NOON,
                        NOON,
                        "w"),
                NOON);
    }

    @Test
    void aPollThatFindsSomethingStartsOneExecution() {
        node.saved(1, POLLING, NOON);
        node.fireAll(NOON);
        var job = executions.jobs.getFirst();
        assertThat(job.properties()).isEqualTo(Map.of("uri", "http://localhost/"));

        node.polls.reported(ended(job, "SUCCESS", Map.of("body", "found")));
        node.polls.reported(ended(job, "SUCCESS", Map.of("body", "found")));

        assertThat(published).hasSize(1);
        assertThat(((LaneEvent.ExecutionRequested) published.getFirst().event()).inputs())
                .isEqualTo(Map.of("day", "found"));
        assertThat(node.store.earliest()).contains(NOON.plusSeconds(30));
    }

    @Test
    void aPollThatFindsNothingOrFailsStartsNothingAndGoesOn() {
        node.saved(1, POLLING, NOON);
        node.fireAll(NOON);
        node.polls.reported(ended(executions.jobs.getLast(), "SKIPPED", Map.of()));
        node.fireAll(NOON.plusSeconds(30));
        node.polls.reported(ended(executions.jobs.getLast(), "FAILED", Map.of()));

        assertThat(published).isEmpty();
        assertThat(executions.jobs).hasSize(2);
        assertThat(node.store.earliest()).contains(NOON.plusSeconds(60));
        assertThat(
                        node.store
                                .lockOf(new TriggerRow.FlowKey("main", "company.data", "load"))
                                .getFirst()
                                .problem())
                .isEqualTo("broken");
    }

    @Test
    void aWorkerThatDiesWhileItPollsIsReplacedForTheSameDate() {
        node.saved(1, POLLING, NOON);
        node.fireAll(NOON);
        node.fireAll(NOON.plusSeconds(121));
        assertThat(executions.jobs).hasSize(2);
        var first = executions.jobs.get(0);
        var second = executions.jobs.get(1);
        // what the first has noted of what it took is where the second looks
        assertThat(second.executionId()).isEqualTo(first.executionId());

        node.polls.reported(ended(first, "SKIPPED", Map.of()));
        node.polls.reported(ended(second, "SUCCESS", Map.of("body", "x")));
        node.polls.reported(ended(first, "SUCCESS", Map.of("body", "x")));

        assertThat(published).hasSize(1);
        node.fireAll(NOON.plusSeconds(122));
        assertThat(executions.jobs).hasSize(3);
        assertThat(executions.jobs.getLast().executionId()).isNotEqualTo(first.executionId());
    }

    @Test
    void aLookThatIsHandedBackGoesOnForTheSameDate() {
        node.saved(1, POLLING, NOON);
        node.fireAll(NOON);
        var first = executions.jobs.getFirst();

        node.polls.reported(
                LaneMessage.of(
                        first.executionId(),
                        new LaneEvent.TaskLost(first.taskRun(), first.dispatch(), "drain"),
                        NOON));
        node.fireAll(NOON.plusSeconds(1));

        assertThat(executions.jobs).hasSize(2);
        assertThat(executions.jobs.getLast().executionId()).isEqualTo(first.executionId());
    }

    @Test
    void whatWasTakenCountsThoughTheTriggerIsChangedOrSwitchedOffMeanwhile() {
        node.saved(1, POLLING, NOON);
        node.fireAll(NOON);
        node.saved(2, POLLING.replace("PT30S", "PT40S"), NOON);
        node.polls.reported(ended(executions.jobs.getLast(), "SUCCESS", Map.of("body", "1")));
        node.fireAll(NOON.plusSeconds(60));
        var key =
                new TriggerRow.Key(new TriggerRow.FlowKey("main", "company.data", "load"), "poll");
        node.transaction.execute(_ -> node.triggers.setDisabled(key, true));
        node.polls.reported(ended(executions.jobs.getLast(), "SUCCESS", Map.of("body", "2")));
        node.fireAll(NOON.plusSeconds(600));

        assertThat(executions.jobs).hasSize(2);
        assertThat(published)
                .extracting(m -> ((LaneEvent.ExecutionRequested) m.event()).inputs().get("day"))
                .containsExactly("1", "2");
    }

    @Test
    void whatWasHeardCountsThoughTheTriggerIsSwitchedOffMeanwhile() {
        node.saved(
                1,
                POLLING.replace("core.http.Trigger", "amqp.RealtimeTrigger")
                        .replace("trigger.body", "trigger.value"),
                NOON);
        node.fireAll(NOON);
        var key =
                new TriggerRow.Key(new TriggerRow.FlowKey("main", "company.data", "load"), "poll");
        node.transaction.execute(_ -> node.triggers.setDisabled(key, true));

        node.polls.reported(heard(executions.jobs.getFirst(), "switched off"));

        assertThat(published).hasSize(1);
    }

    @Test
    void whatListensHasOneLeasedWorkerAndLosesNothingWhenItMoves() {
        node.saved(
                1,
                POLLING.replace("core.http.Trigger", "amqp.RealtimeTrigger")
                        .replace("trigger.body", "trigger.value"),
                NOON);
        node.fireAll(NOON);
        var first = executions.jobs.getFirst();
        var running =
                List.of(
                        new Heartbeat.Running(
                                first.executionId(), first.taskRun(), first.dispatch()));
        assertThat(node.polls.beat(heartbeat(running))).isEmpty();

        // it goes on beating
        node.fireAll(NOON.plusSeconds(14));
        assertThat(executions.jobs).hasSize(1);
        // it is silent: another one takes over
        node.fireAll(NOON.plusSeconds(16));
        assertThat(executions.jobs).hasSize(2);
        // the first is back, and is told to stop; what it took at the source still counts
        assertThat(node.polls.beat(heartbeat(running))).isEqualTo(running);
        node.polls.reported(heard(first, "m1"));
        node.polls.reported(heard(executions.jobs.get(1), "m1"));
        node.polls.reported(heard(executions.jobs.get(1), "m2"));

        assertThat(published)
                .extracting(m -> ((LaneEvent.ExecutionRequested) m.event()).inputs().get("day"))
                .containsExactly("m1", "m2");
    }

    private static Heartbeat heartbeat(List<Heartbeat.Running> running) {
        return new Heartbeat("w", "default", NOON, NOON, 16, 1, false, running, null);
    }

    private static LaneMessage heard(Job job, String id) {
        return LaneMessage.of(
                job.executionId(),
                new LaneEvent.TriggerFired(
                        id, new HashMap<String, @Nullable Object>(Map.of("value", id)), NOON),
                NOON);
    }
}
