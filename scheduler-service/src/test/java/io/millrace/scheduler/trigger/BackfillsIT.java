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
import io.millrace.model.ExecutionId;
import io.millrace.model.yaml.FlowParser;
import io.millrace.platform.broker.BrokerUnavailableException;
import io.millrace.platform.broker.OutgoingMessage;
import io.millrace.platform.problem.ServiceException;
import io.millrace.scheduler.condition.Conditions;
import io.millrace.scheduler.flowtrigger.FlowTriggers;
import io.millrace.scheduler.schedule.Fixtures;
import io.millrace.test.TestDatabase;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/// The store is real; executions run and end as the test says.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BackfillsIT {
    private static final Instant NOON = Instant.parse("2024-05-15T12:00:00Z");
    private static final TriggerRow.Key KEY =
            new TriggerRow.Key(new TriggerRow.FlowKey("main", "company", "load"), "hourly");
    private static final String FLOW =
            """
            id: load
            namespace: company
            inputs:
              - {id: day, type: STRING}
              - {id: size, type: STRING, defaults: small}
            tasks:
              - {id: log, type: io.kestra.plugin.core.log.Log, message: hello}
            triggers:
              - id: hourly
                type: io.kestra.plugin.core.trigger.Schedule
                cron: "0 * * * *"
                inputs: {day: "{{ trigger.date }}"}
            """;

    private final TestDatabase database = TestDatabase.create();
    private final FakeExecutions executions = new FakeExecutions();
    private final FakeStores stores = new FakeStores();
    private final List<LaneMessage> published = new ArrayList<>();
    private final JdbcClient jdbc = JdbcClient.create(Schema.source(database));
    private final BackfillStore store = new BackfillStore(jdbc);
    private final Backfills backfills = backfills(messages -> messages.forEach(this::record));

    private Backfills backfills(Consumer<List<OutgoingMessage>> publisher) {
        return backfills(publisher, NOON);
    }

    private Backfills backfills(Consumer<List<OutgoingMessage>> publisher, Instant now) {
        var expressions = new Expressions();
        return new Backfills(
                store,
                flows(),
                Fixtures.tickRequests(expressions),
                executions,
                stores,
                new Topology("test", 16),
                publisher,
                transaction(),
                100,
                Clock.fixed(now, ZoneOffset.UTC));
    }

    private KnownFlows flows() {
        return new KnownFlows(
                new TriggerStore(jdbc),
                FlowParser.trusting(),
                Fixtures.schedules(new Expressions()));
    }

    private TransactionTemplate transaction() {
        return new TransactionTemplate(new JdbcTransactionManager(Schema.source(database)));
    }

    private void record(OutgoingMessage message) {
        var lane = Codec.decode(message.body(), LaneMessage.class);
        published.add(lane);
        executions.states.put(lane.executionId(), "RUNNING");
    }

    @BeforeAll
    void migrate() throws Exception {
        Schema.create(database);
    }

    @BeforeEach
    void empty() throws SQLException {
        published.clear();
        executions.allEnd();
        executions.allAre(null);
        try (var connection = database.connect();
                var statement = connection.createStatement()) {
            statement.execute(
                    "truncate scheduler.flow, scheduler.trigger, scheduler.backfill cascade");
        }
        saved(1, FLOW);
    }

    private void saved(int revision, String source) {
        saved("load", revision, source);
    }

    private void saved(String flow, int revision, String source) {
        var expressions = new Expressions();
        new FlowChanges(
                        new TriggerStore(jdbc),
                        new HeardStore(jdbc),
                        flows(),
                        new FlowTriggers(expressions, new Conditions(expressions)),
                        Clock.fixed(NOON, ZoneOffset.UTC))
                .apply(
                        new FlowChanged(
                                "m", "main", "company", flow, "saved", revision, source, NOON));
    }

    @AfterAll
    void drop() {
        database.close();
    }

    private Backfills.Standing create(boolean onlyMissing, int concurrency) {
        return backfills.create(
                KEY,
                new Backfills.Wanted(
                        NOON.minusSeconds(4 * 3600),
                        NOON.minusSeconds(3600),
                        Map.of("size", "big"),
                        List.of(new Backfill.Label("why", "test")),
                        onlyMissing,
                        concurrency,
                        false,
                        "alice"));
    }

    private void end(String state) {
        var last = published.getLast().executionId();
        executions.states.put(last, state);
        store.ended(last, state);
    }

    private List<Object> days() {
        return published.stream()
                .map(m ->
                        Objects.requireNonNull(
                                ((LaneEvent.ExecutionRequested) m.event()).inputs().get("day")))
                .toList();
    }

    @Test
    void eachDateRunsAfterTheOneBeforeHasEnded() {
        create(false, 1);

        backfills.advance();
        backfills.advance();
        assertThat(days()).containsExactly("2024-05-15T08:00:00Z");
        end("FAILED");
        backfills.advance();
        end("SUCCESS");
        backfills.advance();
        end("SUCCESS");
        backfills.advance();
        assertThat(backfills.active(KEY).orElseThrow().progress().states())
                .isEqualTo(Map.of("FAILED", 1L, "SUCCESS", 2L, "RUNNING", 1L));
        end("SUCCESS");
        backfills.advance();

        assertThat(days())
                .containsExactly(
                        "2024-05-15T08:00:00Z",
                        "2024-05-15T09:00:00Z",
                        "2024-05-15T10:00:00Z",
                        "2024-05-15T11:00:00Z");
        var request = (LaneEvent.ExecutionRequested) published.getFirst().event();
        assertThat(request.inputs()).containsEntry("size", "big");
        assertThat(request.labels())
                .containsExactly(
                        new LaneEvent.Label("why", "test"),
                        new LaneEvent.Label("system.backfill", "true"));
        assertThat(backfills.active(KEY)).isEmpty();
    }

    @Test
    void whoAsksStoresForItsDatesHasTheIdOfAnExecution() {
        stores.keys.put("day", "monday");
        saved(
                2,
                FLOW
                        + """
                            conditions:
                              - type: io.kestra.plugin.core.condition.Expression
                                expression: "{{ kv('day') == 'monday' }}"
                        """);

        create(false, 1);

        // no other is answered
        assertThat(stores.askers)
                .isNotEmpty()
                .allMatch(asker -> ExecutionId.isValid(asker.executionId()));
    }

    @Test
    void datesThatAskStoresWaitWhileTheyAreAway() {
        stores.keys.put("day", "monday");
        saved(2, FLOW.replace("{{ trigger.date }}", "{{ kv('day') }}"));
        create(false, 1);
        stores.away = true;

        assertThat(backfills.advance()).isZero();
        stores.away = false;
        assertThat(backfills.advance()).isEqualTo(1);

        assertThat(((LaneEvent.ExecutionRequested) published.getFirst().event()).inputs())
                .containsEntry("day", "monday");
    }

    @Test
    void anEndThatNobodyToldOfIsFoundOut() {
        create(false, 1);
        backfills.advance();

        executions.states.put(published.getLast().executionId(), "SUCCESS");
        backfills.advance();

        assertThat(published).hasSize(2);
    }

    @Test
    void whatIsThereAndDidNotFailIsLeftOut() {
        executions.states.put(
                ExecutionId.derived(NOON.minusSeconds(4 * 3600), KEY.seed()).value(), "SUCCESS");
        executions.states.put(
                ExecutionId.derived(NOON.minusSeconds(3 * 3600), KEY.seed()).value(), "FAILED");

        var standing = create(true, 10);
        backfills.advance();

        assertThat(standing.progress().states()).isEqualTo(Map.of("EXISTS", 1L, "PENDING", 3L));
        assertThat(days())
                .containsExactly(
                        "2024-05-15T09:00:00Z", "2024-05-15T10:00:00Z", "2024-05-15T11:00:00Z");
    }

    @Test
    void aPausedOneGoesOnLaterAndACancelledOneNever() {
        create(false, 1);
        backfills.pause(KEY, true);
        backfills.advance();
        assertThat(published).isEmpty();
        backfills.pause(KEY, false);
        backfills.advance();
        assertThat(published).hasSize(1);

        assertThat(backfills.cancel(KEY)).isTrue();
        end("SUCCESS");
        backfills.advance();

        assertThat(published).hasSize(1);
        assertThat(backfills.of(KEY).getFirst().progress().states())
                .isEqualTo(Map.of("CANCELLED", 3L, "SUCCESS", 1L));
    }

    @Test
    void aTriggerHasOneAtATime() {
        create(false, 1);

        assertThatThrownBy(() -> create(false, 1)).isInstanceOf(ServiceException.Conflict.class);
    }

    @Test
    void tooManyDatesAreRefused() {
        assertThatThrownBy(() ->
                        backfills.create(
                                KEY,
                                new Backfills.Wanted(
                                        NOON.minusSeconds(365 * 86_400),
                                        null,
                                        Map.of(),
                                        List.of(),
                                        false,
                                        1,
                                        false,
                                        "alice")))
                .isInstanceOf(ServiceException.Invalid.class);
    }

    @Test
    void aCrashAfterPublishingAsksForTheSameExecutionAgain() {
        create(false, 1);
        var dying =
                backfills(messages -> {
                    messages.forEach(this::record);
                    throw new BrokerUnavailableException("killed here", null);
                });

        assertThatThrownBy(dying::advance).isInstanceOf(BrokerUnavailableException.class);
        backfills.advance();

        assertThat(published).hasSize(2);
        assertThat(published.get(0).executionId()).isEqualTo(published.get(1).executionId());
    }

    @Test
    void aDateThatTheScheduleDoesNotHaveAnyMoreIsLeftOut() {
        create(false, 1);
        saved(2, FLOW.replace("0 * * * *", "0 */2 * * *"));

        backfills.advance();
        end("SUCCESS");
        backfills.advance();
        end("SUCCESS");
        backfills.advance();
        backfills.advance();

        assertThat(days()).containsExactly("2024-05-15T08:00:00Z", "2024-05-15T10:00:00Z");
        assertThat(backfills.active(KEY)).isEmpty();
        assertThat(backfills.of(KEY).getFirst().progress().states())
                .isEqualTo(Map.of("CANCELLED", 2L, "SUCCESS", 2L));
    }

    @Test
    void anExecutionThatNeverComesIsWaitedForForAWhileOnly() {
        create(false, 1);
        backfills.advance();
        executions.states.remove(published.getLast().executionId());

        var soon = backfills(messages -> messages.forEach(this::record), NOON.plusSeconds(60));
        var later = backfills(messages -> messages.forEach(this::record), NOON.plusSeconds(600));

        assertThat(soon.advance()).isZero();
        assertThat(later.advance()).isEqualTo(1);
        assertThat(backfills.active(KEY).orElseThrow().progress().states())
                .isEqualTo(Map.of("CANCELLED", 1L, "RUNNING", 1L, "PENDING", 2L));
    }

    @Test
    void oneThatFailsByItselfHoldsUpNoOther() {
        create(false, 1);
        saved("other", 1, FLOW.replace("id: load", "id: other"));
        backfills.create(
                new TriggerRow.Key(new TriggerRow.FlowKey("main", "company", "other"), "hourly"),
                new Backfills.Wanted(
                        NOON.minusSeconds(3600),
                        NOON.minusSeconds(3600),
                        Map.of("size", "big"),
                        List.of(),
                        false,
                        1,
                        false,
                        "alice"));
        for (var broken : List.of("load", "other")) {
            published.clear();
            var failing =
                    backfills(messages -> {
                        for (var message : messages) {
                            var lane = Codec.decode(message.body(), LaneMessage.class);
                            if (((LaneEvent.ExecutionRequested) lane.event())
                                    .flowId()
                                    .equals(broken)) {
                                throw new IllegalStateException("broken");
                            }
                            published.add(lane);
                        }
                        throw new RollBack();
                    });

            assertThat(failing.advance()).isZero();

            assertThat(published).hasSize(1);
        }
    }

    /// So that the next one finds all as it was.
    private static final class RollBack extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }
}
