// SPDX-License-Identifier: Apache-2.0
package io.millrace.scheduler.trigger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.contracts.Codec;
import io.millrace.contracts.FeedEvent;
import io.millrace.contracts.FlowChanged;
import io.millrace.contracts.LaneEvent;
import io.millrace.contracts.LaneMessage;
import io.millrace.contracts.Topology;
import io.millrace.expressions.Expressions;
import io.millrace.model.yaml.FlowParser;
import io.millrace.platform.broker.BrokerUnavailableException;
import io.millrace.platform.broker.OutgoingMessage;
import io.millrace.platform.problem.ServiceException;
import io.millrace.scheduler.condition.Conditions;
import io.millrace.scheduler.execution.Executions;
import io.millrace.scheduler.flowtrigger.FlowTriggers;
import io.millrace.scheduler.flowtrigger.TriggeredRequests;
import io.millrace.scheduler.schedule.Fixtures;
import io.millrace.scheduler.schedule.FlowInputs;
import io.millrace.scheduler.trigger.TriggerRow.FlowKey;
import io.millrace.test.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DelegatingDataSource;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/// The store is real; executions end when the test says so.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ListeningIT {
    private static final Instant NOON = Instant.parse("2024-05-15T12:00:00Z");
    private static final String SIMPLE =
            """
            - id: after
              type: io.kestra.plugin.core.trigger.Flow
              inputs: {rows: "{{ outputs.count.value }}", from: "{{ trigger.outputs.place }}"}
              conditions:
                - {type: io.kestra.plugin.core.condition.ExecutionFlow, namespace: company, flowId: a}
                - {type: io.kestra.plugin.core.condition.ExecutionStatus, in: [SUCCESS]}
            """;
    private static final String BOTH =
            """
            - id: both
              type: io.kestra.plugin.core.trigger.Flow
              preconditions:
                id: all
                flows:
                  - {namespace: company, flowId: a, states: [SUCCESS]}
                  - {namespace: company, flowId: b, states: [SUCCESS]}
            """;

    private final TestDatabase database = TestDatabase.create();
    private final Map<String, LaneEvent.ExecutionRequested> started = new LinkedHashMap<>();
    private final FakeExecutions executions = new FakeExecutions();
    private final FakeStores stores = new FakeStores();
    private final Node node = new Node(messages -> messages.forEach(this::record));

    private final class Node {
        private final TransactionTemplate transaction;
        private final FlowChanges changes;
        private final TriggerStore store;
        private final Triggers triggers;
        private final Listening listening;
        private final KnownFlows flows;
        private final Deadlines deadlines;
        private final JdbcClient jdbc;
        private final AtomicInteger queries = new AtomicInteger();

        Node(Consumer<List<OutgoingMessage>> publisher) {
            this(publisher, () -> {});
        }

        /// @param beforeCommit may end the transaction that meets preconditions
        Node(Consumer<List<OutgoingMessage>> publisher, Runnable beforeCommit) {
            var source =
                    new DelegatingDataSource(Schema.source(database)) {
                        @Override
                        public Connection getConnection() throws SQLException {
                            queries.incrementAndGet();
                            return super.getConnection();
                        }
                    };
            var expressions = new Expressions();
            jdbc = JdbcClient.create(source);
            transaction = new TransactionTemplate(new JdbcTransactionManager(source));
            store = new TriggerStore(jdbc);
            var heard = new HeardStore(jdbc);
            flows = new KnownFlows(store, FlowParser.trusting(), Fixtures.schedules(expressions));
            var reader = new FlowTriggers(expressions, new Conditions(expressions));
            var clock = Clock.fixed(NOON, ZoneOffset.UTC);
            deadlines = new Deadlines(reader, heard);
            changes = new FlowChanges(store, heard, flows, reader, clock);
            triggers = new Triggers(store, changes, flows, clock);
            listening =
                    new Listening(
                            store,
                            heard,
                            flows,
                            reader,
                            new TriggeredRequests(expressions, new FlowInputs(expressions)),
                            executions,
                            stores,
                            (_, upstream) -> !upstream.namespace().startsWith("closed."),
                            new Listening.Ways(
                                    new Topology("test", 16),
                                    publisher,
                                    message -> {
                                        keep(message);
                                        beforeCommit.run();
                                    }),
                            transaction,
                            Duration.ofSeconds(1),
                            clock);
        }

        /// What the platform's outbox does, as far as it matters here.
        private void keep(OutgoingMessage message) {
            jdbc.sql(
                            """
                            insert into outbox (exchange, routing_key, body, persistent, mandatory)
                            values (:exchange, :key, :body, true, true)
                            """)
                    .param("exchange", message.exchange())
                    .param("key", message.routingKey())
                    .param("body", message.body())
                    .update();
        }

        void hear(FeedEvent... events) {
            listening.hear(List.of(events));
        }
    }

    private void record(OutgoingMessage message) {
        var lane = Codec.decode(message.body(), LaneMessage.class);
        started.put(lane.executionId(), (LaneEvent.ExecutionRequested) lane.event());
    }

    /// All that was asked for, by id.
    private Map<String, LaneEvent.ExecutionRequested> started() {
        node.jdbc
                .sql("select body from outbox order by id")
                .query(byte[].class)
                .list()
                .forEach(body -> record(new OutgoingMessage("", "", body, true, true)));
        return started;
    }

    @BeforeAll
    void migrate() throws Exception {
        Schema.create(database);
    }

    @BeforeEach
    void empty() throws SQLException {
        started.clear();
        executions.insides.clear();
        try (var connection = database.connect();
                var statement = connection.createStatement()) {
            statement.execute(
                    "truncate scheduler.flow, scheduler.trigger, scheduler.outbox cascade");
        }
    }

    @AfterAll
    void drop() {
        database.close();
    }

    private void saved(int revision, String triggers) {
        saved(revision, triggers, NOON.minusSeconds(3600));
    }

    private void saved(int revision, String triggers, Instant at) {
        saved("listener", revision, triggers, at);
    }

    private void saved(String flow, int revision, String triggers, Instant at) {
        var source =
                "id: "
                        + flow
                        + "\n"
                        + """
                        namespace: other
                        inputs:
                          - {id: rows, type: INT}
                          - {id: size, type: STRING, defaults: small}
                        tasks:
                          - {id: log, type: io.kestra.plugin.core.log.Log, message: hello}
                        triggers:
                        """
                        + triggers.indent(2);
        node.transaction.executeWithoutResult(_ ->
                node.changes.apply(
                        new FlowChanged(
                                "m", "main", "other", flow, "saved", revision, source, at)));
    }

    private static FeedEvent ended(String flow, String id, Instant at) {
        return ended("main", "company", flow, id, "SUCCESS", at);
    }

    private static FeedEvent ended(
            String tenant, String namespace, String flow, String id, String state, Instant at) {
        return new FeedEvent(
                tenant,
                namespace,
                state,
                List.of(
                        new FeedEvent.Change(
                                id,
                                flow,
                                7,
                                at,
                                null,
                                List.of(
                                        new LaneEvent.Label("team", "data"),
                                        new LaneEvent.Label("system.correlationId", "c1")),
                                Map.of("place", flow),
                                at.minusSeconds(5),
                                null,
                                "last")));
    }

    @Test
    void theEndOfAnExecutionStartsTheListenerWithWhatItMade() {
        saved(3, SIMPLE);
        executions.insides.put(
                "e1",
                new Executions.Context(
                        Map.of("outputs", Map.of("count", Map.of("value", 42))), List.of()));

        node.hear(ended("a", "e1", NOON));

        assertThat(started()).hasSize(1);
        var request = started.values().iterator().next();
        assertThat(request.namespace()).isEqualTo("other");
        assertThat(request.revision()).isEqualTo(3);
        assertThat(request.inputs()).isEqualTo(Map.of("rows", 42, "size", "small"));
        assertThat(request.labels())
                .containsExactly(new LaneEvent.Label("system.correlationId", "c1"));
        assertThat(Objects.requireNonNull(request.trigger()).variables())
                .containsEntry("executionId", "e1")
                .containsEntry("namespace", "company")
                .containsEntry("flowId", "a")
                .containsEntry("flowRevision", 7)
                .containsEntry("state", "SUCCESS")
                .containsEntry("outputs", Map.of("place", "a"))
                .containsEntry("executionLabels", Map.of("team", "data"))
                .containsEntry("lastTaskId", "last");
    }

    /// It would hold up all that the same execution is told to, of other flows and teams as well.
    @Test
    void aListenerThatCantTellWhetherItFiresIsNobodyElsesAffair() {
        saved(
                "hostile",
                3,
                """
                - id: never
                  type: io.kestra.plugin.core.trigger.Flow
                  preconditions:
                    id: all
                    timeWindow: {type: DURATION_WINDOW, window: PT2562047788015215H}
                    flows: [{namespace: company, flowId: a}]
                """,
                NOON.minusSeconds(3600));
        saved(3, "- {id: always, type: io.kestra.plugin.core.trigger.Flow}");

        node.hear(ended("a", "e1", NOON));

        assertThat(started.values())
                .extracting(r -> Objects.requireNonNull(r.trigger()).id())
                .containsExactly("always");
    }

    @Test
    void allWhoListenAreLookedUpTogether() {
        int listeners = 30;
        var triggers = new StringBuilder();
        for (int i = 0; i < listeners; i++) {
            triggers.append("- {id: t")
                    .append(i)
                    .append(", type: io.kestra.plugin.core.trigger.Flow}\n");
        }
        saved(1, triggers.toString());
        node.queries.set(0);

        node.hear(ended("a", "e1", NOON));

        assertThat(node.queries.get()).isLessThan(listeners);
        assertThat(started()).hasSize(listeners);
    }

    @Test
    void whatIsStartedForOneExecutionIsOfOneLaneAndInTheOrderOfItsStates() {
        saved(
                3,
                """
                - id: simple
                  type: io.kestra.plugin.core.trigger.Flow
                  inputs: {rows: 1}
                  states: [RUNNING, PAUSED, SUCCESS]
                """);
        for (int i = 0; i < 5; i++) {
            var id = "e" + i;
            started.clear();
            node.hear(
                    ended("main", "company", "a", id, "RUNNING", NOON),
                    ended("main", "company", "a", id, "PAUSED", NOON.plusMillis(1)),
                    ended("main", "company", "a", id, "SUCCESS", NOON.plusMillis(2)));

            assertThat(started().values())
                    .extracting(request ->
                            Objects.requireNonNull(request.trigger()).variables().get("state"))
                    .containsExactly("RUNNING", "PAUSED", "SUCCESS");
            assertThat(started.keySet()).doesNotHaveDuplicates().hasSize(3);
            assertThat(started.keySet().stream().map(new Topology("test", 16)::laneOf).distinct())
                    .hasSize(1);
        }
    }

    @Test
    void inputsThatCanNotBeMadeEndInAnExecutionThatSaysSo() {
        saved(1, SIMPLE);

        node.hear(ended("a", "e1", NOON));

        assertThat(started()).hasSize(1);
        assertThat(started.values().iterator().next().failure()).contains("after");
    }

    @ParameterizedTest
    @CsvSource({
        "main, company, b, SUCCESS", "main, company, a, FAILED",
        "main, company.sub, a, SUCCESS", "other, company, a, SUCCESS",
    })
    void othersAreNotHeard(String tenant, String namespace, String flow, String state) {
        saved(1, SIMPLE);

        node.hear(ended(tenant, namespace, flow, "e1", state, NOON));

        assertThat(started()).isEmpty();
    }

    @Test
    void aNamespaceThatDoesNotAllowItIsNotHeard() {
        saved(
                1,
                """
                - id: any
                  type: io.kestra.plugin.core.trigger.Flow
                """);

        node.hear(ended("main", "closed.desk", "a", "e1", "SUCCESS", NOON));
        assertThat(started()).isEmpty();

        node.hear(ended("main", "open.desk", "a", "e2", "SUCCESS", NOON));
        assertThat(started()).hasSize(1);
    }

    @Test
    void aFlowNeverStartsItself() {
        saved(1, "- {id: any, type: io.kestra.plugin.core.trigger.Flow}");

        node.hear(
                ended("main", "other", "listener", "e1", "SUCCESS", NOON),
                ended("main", "other", "another", "e2", "KILLED", NOON),
                ended("main", "other", "another", "e3", "RUNNING", NOON));

        assertThat(started().values())
                .extracting(r -> Objects.requireNonNull(r.trigger()).variables().get("executionId"))
                .containsExactly("e2");
    }

    @Test
    void whatHappenedBeforeTheTriggerWasSavedOrSwitchedOnIsNotHeard() {
        saved(1, SIMPLE.replace("{{ outputs.count.value }}", "1"), NOON);
        var key = new TriggerRow.Key(new TriggerRow.FlowKey("main", "other", "listener"), "after");

        node.hear(ended("a", "before", NOON.minusSeconds(60)));
        node.transaction.execute(_ -> node.triggers.setDisabled(key, true));
        node.hear(ended("a", "meanwhile", NOON.plusSeconds(60)));
        node.transaction.execute(_ -> node.triggers.setDisabled(key, false));
        node.hear(ended("a", "after", NOON.plusSeconds(90)));

        assertThat(started()).hasSize(1);
    }

    /// Dies between what it published and what it acknowledged; then the message comes again.
    @Test
    void aCrashAfterPublishingRepeatsTheSameExecution() {
        saved(1, SIMPLE.replace("{{ outputs.count.value }}", "1"));
        var dying =
                new Node(messages -> {
                    messages.forEach(this::record);
                    throw new BrokerUnavailableException("killed here", null);
                });

        assertThatThrownBy(() -> dying.hear(ended("a", "e1", NOON)))
                .isInstanceOf(BrokerUnavailableException.class);
        node.hear(ended("a", "e1", NOON));
        node.hear(ended("a", "e1", NOON), ended("a", "e1", NOON));

        assertThat(started()).hasSize(1);
    }

    @Test
    void aRestartedExecutionThatEndsAgainIsHeardAgain() {
        saved(1, SIMPLE.replace("{{ outputs.count.value }}", "1"));

        node.hear(ended("a", "e1", NOON), ended("a", "e1", NOON.plusSeconds(10)));

        assertThat(started()).hasSize(2);
    }

    @Test
    void severalExecutionsAreWaitedForAndThenAnew() {
        saved(1, BOTH);

        node.hear(ended("a", "a1", NOON), ended("a", "a2", NOON.plusSeconds(1)));
        assertThat(started()).isEmpty();
        node.hear(ended("b", "b1", NOON.plusSeconds(2)));
        assertThat(started()).hasSize(1);
        node.hear(ended("b", "b2", NOON.plusSeconds(3)));
        assertThat(started()).hasSize(1);
        node.hear(ended("a", "a3", NOON.plusSeconds(4)));
        assertThat(started()).hasSize(2);
    }

    @Test
    void withoutResetEachOneMoreFiresAgain() {
        saved(1, BOTH.stripTrailing() + "\n    resetOnSuccess: false\n");

        node.hear(ended("a", "a1", NOON), ended("b", "b1", NOON.plusSeconds(1)));
        node.hear(ended("b", "b2", NOON.plusSeconds(2)));
        node.hear(ended("b", "b2", NOON.plusSeconds(2)));

        assertThat(started()).hasSize(2);
    }

    /// Dies before the transaction is committed: nothing was heard. The message comes again.
    @Test
    void aCrashBeforeTheCommitLosesNothingAndDoublesNothing() {
        saved(1, BOTH);
        var dying =
                new Node(
                        _ -> {},
                        () -> {
                            throw new IllegalStateException("killed here");
                        });

        node.hear(ended("a", "a1", NOON));
        assertThatThrownBy(() -> dying.hear(ended("b", "b1", NOON.plusSeconds(1))))
                .hasMessage("killed here");
        assertThat(started()).isEmpty();
        // another one comes first
        node.hear(ended("a", "a2", NOON.plusSeconds(2)));
        node.hear(ended("b", "b1", NOON.plusSeconds(1)));
        node.hear(ended("b", "b1", NOON.plusSeconds(1)));

        assertThat(started()).hasSize(1);
    }

    /// Whatever the order, however often, and wherever one dies: a pair starts one execution.
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void duplicatesCrashesAndDisorderChangeNothing(long seed) {
        saved(1, BOTH.replace("id: all", "id: all\n    timeWindow: {window: PT1H}"));
        var random = new Random(seed);
        var events = new ArrayList<FeedEvent>();
        for (int hour = 0; hour < 6; hour++) {
            var at = NOON.plus(Duration.ofHours(hour));
            for (int copy = 0; copy <= random.nextInt(3); copy++) {
                events.add(ended("a", "a" + hour, at.plusSeconds(60)));
                events.add(ended("b", "b" + hour, at.plusSeconds(120)));
            }
        }
        Collections.shuffle(events, random);
        var dying =
                new Node(
                        this::recordAll,
                        () -> {
                            if (random.nextInt(3) == 0) {
                                throw new IllegalStateException("killed here, seed " + seed);
                            }
                        });

        for (var event : events) {
            for (boolean heard = false; !heard; ) {
                try {
                    dying.hear(event);
                    heard = true;
                } catch (IllegalStateException _) {
                    // delivered again, perhaps to another instance
                }
            }
        }

        assertThat(started()).as("seed %d", seed).hasSize(6);
    }

    private void recordAll(List<OutgoingMessage> messages) {
        messages.forEach(this::record);
    }

    @Test
    void aWindowKeepsApartWhatDoesNotBelongTogether() {
        saved(1, BOTH.replace("id: all", "id: all\n    timeWindow: {window: PT1H}"));

        node.hear(ended("a", "a1", NOON.plusSeconds(600)));
        node.hear(ended("b", "b1", NOON.plusSeconds(3700)));
        assertThat(started()).isEmpty();
        // late, and still in the first hour
        node.hear(ended("b", "b0", NOON.plusSeconds(1200)));

        assertThat(started()).hasSize(1);
    }

    @Test
    void aDeadlineIsKept() {
        saved(
                1,
                BOTH.replace(
                        "id: all",
                        "id: all\n    timeWindow: {type: DAILY_TIME_DEADLINE, deadline: '13:00:00', timezone: UTC}"));

        node.hear(ended("a", "a1", NOON));
        node.hear(ended("b", "late", NOON.plusSeconds(3600)));
        assertThat(started()).isEmpty();
        node.hear(ended("b", "inTime", NOON.plusSeconds(3599)));

        assertThat(started()).hasSize(1);
    }

    @Test
    void aDeadlineIsInTheZoneWithWhichItIsWritten() {
        saved(
                1,
                BOTH.replace(
                        "id: all",
                        "id: all\n    timeWindow: {type: DAILY_TIME_DEADLINE, deadline: '15:00:00+02:00'}"));

        node.hear(ended("a", "a1", NOON));
        node.hear(ended("b", "late", NOON.plusSeconds(3600)));
        assertThat(started()).isEmpty();
        node.hear(ended("b", "inTime", NOON.plusSeconds(3599)));

        assertThat(started()).hasSize(1);
    }

    @Test
    void whetherADeadlineWasMissedIsSeenByWhatWasHeardOfItsWindow() {
        saved(
                1,
                """
                - id: both
                  type: io.kestra.plugin.core.trigger.Flow
                  dependsOn:
                    - {namespace: company, flowId: a, states: [SUCCESS]}
                    - {namespace: company, flowId: b, states: [SUCCESS]}
                  window: {from: '09:00:00', to: '13:00:00', fireOnce: true}
                  onMiss: {behavior: FAIL}
                """);
        var deadline = NOON.plusSeconds(3600);
        var look = deadline.plusSeconds(10);

        node.hear(ended("a", "a1", NOON), ended("b", "b0", NOON.minus(Duration.ofDays(1))));
        assertThat(look(look).missed()).isEqualTo(new Deadlines.Missed(deadline, 1, 2, Map.of()));
        // what happened meanwhile is still on its way
        assertThat(look(look.plusSeconds(60)))
                .isEqualTo(new Deadlines.Look(null, look.plusSeconds(70)));
        node.hear(ended("b", "b1", NOON));

        assertThat(started()).hasSize(1);
        assertThat(look(look)).isEqualTo(new Deadlines.Look(null, look.plus(Duration.ofDays(1))));
    }

    private Deadlines.Look look(Instant now) {
        var key = new TriggerRow.Key(new FlowKey("main", "other", "listener"), "both");
        var planned = NOON.plusSeconds(3610);
        var trigger = node.flows.find(key).orElseThrow().trigger();
        return node.deadlines.look(key, trigger, planned, now);
    }

    @Test
    void aSlidingWindowLooksBack() {
        saved(
                1,
                BOTH.replace(
                        "id: all",
                        "id: all\n    timeWindow: {type: SLIDING_WINDOW, window: PT1H}"));

        node.hear(ended("a", "a1", NOON));
        node.hear(ended("b", "b1", NOON.plusSeconds(3600)));
        assertThat(started()).isEmpty();
        node.hear(ended("a", "a2", NOON.plusSeconds(7000)));

        assertThat(started()).hasSize(1);
    }

    @Test
    void inputsOfWhatWaitedForSeveralAskStoresAndNothingIsLostWhileTheyAreAway() {
        saved(
                1,
                """
                - id: both
                  type: io.kestra.plugin.core.trigger.Flow
                  dependsOn:
                    - {namespace: company, flowId: a}
                    - {namespace: company, flowId: b, when: "{{ kv('open') }}"}
                  inputs: {size: "{{ trigger.outputs.a.place ~ kv('suffix') }}"}
                """);
        stores.keys.put("open", true);
        stores.away = true;

        node.hear(ended("a", "a1", NOON));
        assertThatThrownBy(() -> node.hear(ended("b", "b1", NOON)))
                .isInstanceOf(ServiceException.Unavailable.class);
        stores.away = false;
        stores.keys.put("suffix", "-x");
        node.hear(ended("b", "b1", NOON));
        node.hear(ended("b", "b1", NOON));

        assertThat(started()).hasSize(1);
        assertThat(started.values().iterator().next().inputs()).isEqualTo(Map.of("size", "a-x"));
    }

    @Test
    void dependsOnCountsHowManyAreNeeded() {
        saved(
                1,
                """
                - id: some
                  type: io.kestra.plugin.core.trigger.Flow
                  mode: AT_LEAST
                  minSatisfied: 2
                  dependsOn:
                    - {namespace: company, flowId: a}
                    - {namespace: company, flowId: b}
                    - {namespace: company, flowId: c, labels: {team: data}, when: "{{ execution.state == 'SUCCESS' }}"}
                """);

        node.hear(ended("a", "a1", NOON), ended("a", "a2", NOON.plusSeconds(1)));
        assertThat(started()).isEmpty();
        node.hear(ended("c", "c1", NOON.plusSeconds(2)));

        assertThat(started()).hasSize(1);
        assertThat(
                        Objects.requireNonNull(started.values().iterator().next().trigger())
                                .variables()
                                .get("outputs"))
                .isEqualTo(
                        Map.of(
                                "place", "c",
                                "a", Map.of("place", "a"),
                                "c", Map.of("place", "c")));
    }

    @Test
    void filtersAndMultipleConditionsAreUnderstood() {
        saved(
                1,
                """
                - id: filters
                  type: io.kestra.plugin.core.trigger.Flow
                  preconditions:
                    id: filters
                    where:
                      - id: first
                        filters:
                          - {field: NAMESPACE, type: STARTS_WITH, value: comp}
                          - {field: FLOW_ID, type: IN, values: [a, x]}
                          - {field: EXPRESSION, type: IS_TRUE, value: "{{ labels.team == 'data' }}"}
                      - id: second
                        operand: OR
                        filters:
                          - {field: FLOW_ID, type: EQUAL_TO, value: nobody}
                          - {field: STATE, type: REGEX, value: "FAIL.*"}
                - id: multiple
                  type: io.kestra.plugin.core.trigger.Flow
                  conditions:
                    - type: io.kestra.plugin.core.condition.MultipleCondition
                      id: multiple
                      window: P1D
                      windowAdvance: PT6H
                      conditions:
                        a: {type: io.kestra.plugin.core.condition.ExecutionFlow, namespace: company, flowId: a}
                        b: {type: io.kestra.plugin.core.condition.ExecutionFlow, namespace: company, flowId: b}
                """);

        node.hear(ended("a", "a1", NOON));
        node.hear(ended("main", "company", "b", "b1", "FAILED", NOON.plusSeconds(60)));

        assertThat(started().values())
                .extracting(r -> Objects.requireNonNull(r.trigger()).id())
                .containsExactlyInAnyOrder("filters", "multiple");
    }
}
