// SPDX-License-Identifier: Apache-2.0
package io.millrace.scheduler.trigger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.contracts.Codec;
import io.millrace.contracts.FlowChanged;
import io.millrace.contracts.LaneEvent;
import io.millrace.contracts.LaneMessage;
import io.millrace.contracts.Topology;
import io.millrace.expressions.Expressions;
import io.millrace.model.yaml.FlowParser;
import io.millrace.platform.broker.BrokerUnavailableException;
import io.millrace.platform.broker.OutgoingMessage;
import io.millrace.scheduler.schedule.Fixtures;
import io.millrace.test.TestDatabase;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CyclicBarrier;
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
                inputs: {day: "{{ trigger.date }}"}
                labels: {by: "{{ flow.id }}"}
            """;

    private final TestDatabase database = TestDatabase.create();
    private final List<LaneMessage> published = new ArrayList<>();
    private final Node node = new Node(messages -> messages.forEach(this::record));

    /// What one instance of the service has.
    private final class Node {
        private final TransactionTemplate transaction;
        private final TriggerStore store;
        private final FlowChanges changes;
        private final Ticks ticks;
        private final Triggers triggers;

        Node(Consumer<List<OutgoingMessage>> publisher) {
            var source = (PGSimpleDataSource) database.dataSource();
            source.setCurrentSchema("scheduler");
            var expressions = new Expressions();
            transaction = new TransactionTemplate(new JdbcTransactionManager(source));
            store = new TriggerStore(JdbcClient.create(source));
            var flows =
                    new KnownFlows(store, FlowParser.trusting(), Fixtures.schedules(expressions));
            var clock = Clock.fixed(NOON, ZoneOffset.UTC);
            changes = new FlowChanges(store, flows, clock);
            triggers = new Triggers(store, flows, clock);
            ticks =
                    new Ticks(
                            store,
                            flows,
                            Fixtures.tickRequests(expressions),
                            new Topology("test", 16),
                            publisher,
                            transaction,
                            new SchedulerProperties(
                                    Duration.ofSeconds(10), Duration.ofSeconds(5), 100));
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
        try (var connection = database.connect();
                var statement = connection.createStatement();
                var changelog = getClass().getResourceAsStream("/db/scheduler/changelog.sql")) {
            statement.execute("create schema scheduler; set search_path = scheduler");
            statement.execute(
                    new String(
                            Objects.requireNonNull(changelog).readAllBytes(),
                            StandardCharsets.UTF_8));
        }
    }

    @BeforeEach
    void empty() throws SQLException {
        published.clear();
        try (var connection = database.connect();
                var statement = connection.createStatement()) {
            statement.execute("truncate scheduler.flow, scheduler.trigger");
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
                EVERY_MINUTE.replace("{{ trigger.date }}", "{{ no.such.thing }}")
                        + """
                          - id: good
                            type: io.kestra.plugin.core.trigger.Schedule
                            cron: "* * * * *"
                            inputs: {day: today}
                        """,
                NOON.minusSeconds(30));

        node.fireAll(NOON);

        assertThat(published).hasSize(1);
        var rows =
                node.store.lockOf(new TriggerRow.FlowKey("main", "company.data", "load")).stream()
                        .filter(row -> row.problem() != null)
                        .toList();
        assertThat(rows).hasSize(1);
        assertThat(rows.getFirst().nextAt()).isEqualTo(NOON.plusSeconds(60));
    }
}
