// SPDX-License-Identifier: Apache-2.0
package io.millrace.scheduler.outgoing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.millrace.contracts.FeedEvent;
import io.millrace.contracts.Job;
import io.millrace.contracts.LaneEvent;
import io.millrace.contracts.LaneMessage;
import io.millrace.platform.problem.ServiceException;
import io.millrace.scheduler.execution.Executions;
import io.millrace.scheduler.trigger.Schema;
import io.millrace.test.TestDatabase;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.web.client.HttpClientErrorException;
import org.springframework.web.client.HttpServerErrorException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The store is real; workers do what the test says.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DeliveriesIT {
    private static final Instant NOON = Instant.parse("2024-05-15T12:00:00Z");
    private static final Subscription.Key ALL = new Subscription.Key("main", "company", "all");

    private final TestDatabase database = TestDatabase.create();
    private final List<Job> jobs = new CopyOnWriteArrayList<>();
    private final OutgoingProperties properties =
            new OutgoingProperties(
                    Duration.ofSeconds(30),
                    List.of(Duration.ofSeconds(10), Duration.ofMinutes(1)),
                    3,
                    100,
                    Duration.ofDays(7),
                    Duration.ofSeconds(5));
    private volatile Instant now = NOON;
    private boolean away;
    private final AtomicInteger tries = new AtomicInteger();
    private final Map<String, RuntimeException> faults = new ConcurrentHashMap<>();
    private JdbcClient jdbc = JdbcClient.create(Schema.source(database));
    private final SubscriptionStore subscriptions = new SubscriptionStore(jdbc);
    private final DeliveryStore store = new DeliveryStore(jdbc);
    private final DeliveryWakes wakes = new DeliveryWakes();
    private final Deliveries deliveries =
            new Deliveries(
                    subscriptions, store, new Workers(), properties, wakes, new Now(() -> now));

    private static final class Now extends Clock {
        private final InstantSource source;

        Now(InstantSource source) {
            this.source = source;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }

        @Override
        public Instant instant() {
            return source.instant();
        }
    }

    private final class Workers implements Executions {
        @Override
        public Optional<Context> context(String tenant, String executionId) {
            return Optional.empty();
        }

        @Override
        public Map<String, String> states(Collection<String> executionIds) {
            return Map.of();
        }

        @Override
        public Map<String, @Nullable Object> start(
                String executionId, LaneEvent.ExecutionRequested request) {
            throw new AssertionError("not asked here");
        }

        @Override
        public String store(TriggerFile file, byte[] content) {
            throw new UnsupportedOperationException("no files come with schedules");
        }

        @Override
        public void dispatch(Job job, @Nullable String group) {
            if (away) {
                throw new ServiceException.Unavailable("away");
            }
            tries.incrementAndGet();
            var fault = faults.get(job.taskId());
            if (fault != null) {
                throw fault;
            }
            jobs.add(job);
        }

        @Override
        public Map<String, @Nullable Object> await(String tenant, String executionId) {
            throw new AssertionError("not asked here");
        }
    }

    @BeforeAll
    void create() throws Exception {
        Schema.create(database);
    }

    @BeforeEach
    void clear() {
        jdbc.sql("delete from subscription").update();
        jobs.clear();
        now = NOON;
        away = false;
        faults.clear();
    }

    @AfterAll
    void close() {
        database.close();
    }

    private void subscribed(Subscription.Key key, @Nullable String flowId, String... states) {
        subscriptions.insert(
                new Subscription(
                        key,
                        "https://example.com/" + key.id(),
                        Set.of(states),
                        flowId,
                        "SIGNING",
                        "",
                        false,
                        1,
                        NOON,
                        NOON));
    }

    private static FeedEvent event(String namespace, String flow, String state, String... ids) {
        return new FeedEvent(
                "main",
                namespace,
                state,
                List.of(ids).stream()
                        .map(id ->
                                new FeedEvent.Change(
                                        id,
                                        flow,
                                        3,
                                        NOON.plusSeconds(1),
                                        null,
                                        List.of(new LaneEvent.Label("team", "data")),
                                        Map.of("secret", "not told"),
                                        NOON,
                                        null,
                                        null,
                                        List.of(
                                                new FeedEvent.Passed(
                                                        "RUNNING", NOON.plusMillis(500)))))
                        .toList());
    }

    private void ended(Job job, String state, int code) {
        assertThat(
                        deliveries.reported(
                                LaneMessage.of(
                                        job.executionId(),
                                        new LaneEvent.TaskEnded(
                                                job.taskRun(),
                                                job.dispatch(),
                                                state,
                                                Map.of("code", code),
                                                null,
                                                state.equals("FAILED") ? "answered " + code : null,
                                                List.of(),
                                                List.of(),
                                                now,
                                                now,
                                                "w1",
                                                null),
                                        now)))
                .isTrue();
    }

    private static JsonNode eventOf(Job job) {
        var delivery = (Map<?, ?>) Objects.requireNonNull(job.variables().get("delivery"));
        return JsonMapper.shared().readTree(String.valueOf(delivery.get("event")));
    }

    private List<Delivery> all() {
        return store.list(ALL, "", "", 100);
    }

    @Test
    void anEventIsACloudEventOfWhatHappenedAndNothingElse() {
        subscribed(ALL, null, "SUCCESS", "RUNNING");

        deliveries.hear(List.of(event("company.data", "etl", "SUCCESS", "e1")));
        assertThat(deliveries.send()).isEqualTo(2);

        var event = eventOf(jobs.getLast());
        assertThat(jobs)
                .extracting(j -> eventOf(j).get("type").asString())
                .containsExactlyInAnyOrder(
                        "io.millrace.execution.running", "io.millrace.execution.success");
        assertThat(event.get("specversion").asString()).isEqualTo("1.0");
        assertThat(event.get("subject").asString()).isEqualTo("e1");
        assertThat(event.get("data").get("labels").get("team").asString()).isEqualTo("data");
        assertThat(event.toString()).doesNotContain("not told");
        assertThat(jobs.getFirst().properties())
                .containsEntry("key", "{{ secret(delivery.secret) }}");
        assertThat(jobs.getFirst().namespace()).isEqualTo("company");
    }

    @Test
    void whoSubscribedAboveIsToldAndNobodyElse() {
        subscribed(ALL, null, "SUCCESS");
        subscribed(new Subscription.Key("main", "company.data", "flow"), "etl", "SUCCESS");
        subscribed(new Subscription.Key("main", "company.other", "other"), null, "SUCCESS");
        subscribed(new Subscription.Key("main", "comp", "prefix"), null, "SUCCESS");
        subscribed(new Subscription.Key("other", "company", "tenant"), null, "SUCCESS");

        deliveries.hear(
                List.of(
                        event("company.data", "etl", "SUCCESS", "e1"),
                        event("company.data", "report", "SUCCESS", "e2"),
                        event("company.data", "etl", "FAILED", "e3")));
        deliveries.send();

        assertThat(jobs)
                .extracting(job -> job.taskId() + " " + eventOf(job).get("subject").asString())
                .containsExactlyInAnyOrder("all e1", "all e2", "flow e1");
    }

    @Test
    void whatIsHeardTwiceIsToldOnce() {
        subscribed(ALL, null, "SUCCESS");
        var event = event("company", "etl", "SUCCESS", "e1");

        deliveries.hear(List.of(event, event));
        deliveries.send();
        ended(jobs.getFirst(), "SUCCESS", 204);
        deliveries.hear(List.of(event));
        deliveries.send();

        assertThat(jobs).hasSize(1);
        assertThat(all())
                .singleElement()
                .satisfies(d -> {
                    assertThat(d.state()).isEqualTo("DELIVERED");
                    assertThat(d.status()).isEqualTo(204);
                });
    }

    @Test
    void aReceiverThatFailsIsAskedAgainAndAtLastNoMore() {
        subscribed(ALL, null, "FAILED");
        deliveries.hear(List.of(event("company", "etl", "FAILED", "e1")));

        deliveries.send();
        ended(jobs.getLast(), "FAILED", 500);
        assertThat(deliveries.send()).isZero();
        now = NOON.plusSeconds(12);
        assertThat(deliveries.send()).isEqualTo(1);
        ended(jobs.getLast(), "FAILED", 502);
        now = NOON.plusSeconds(90);
        assertThat(deliveries.send()).isEqualTo(1);
        ended(jobs.getLast(), "FAILED", 503);
        now = NOON.plus(Duration.ofDays(1));
        assertThat(deliveries.send()).isZero();

        assertThat(store.counts(ALL).dead()).isEqualTo(1);
        assertThat(all())
                .singleElement()
                .satisfies(d -> {
                    assertThat(d.state()).isEqualTo("DEAD");
                    assertThat(d.attempts()).isEqualTo(3);
                    assertThat(d.problem()).isEqualTo("answered 503");
                });
        assertThat(store.putBack(ALL, "", now)).isEqualTo(1);
        assertThat(deliveries.send()).isEqualTo(1);
        ended(jobs.getLast(), "SUCCESS", 200);
        assertThat(all().getFirst().state()).isEqualTo("DELIVERED");
        assertThat(jobs)
                .extracting(job -> eventOf(job).get("id").asString())
                .containsOnly(all().getFirst().eventId());
    }

    @Test
    void whoIsGoneIsAskedOnce() {
        subscribed(ALL, null, "SUCCESS");
        deliveries.hear(List.of(event("company", "etl", "SUCCESS", "e1")));

        deliveries.send();
        ended(jobs.getLast(), "FAILED", 410);

        assertThat(all().getFirst().state()).isEqualTo("DEAD");
    }

    @Test
    void aWorkerThatDiedIsReplacedAndItsLateAnswerChangesNothing() {
        subscribed(ALL, null, "SUCCESS");
        deliveries.hear(List.of(event("company", "etl", "SUCCESS", "e1")));

        deliveries.send();
        now = NOON.plusSeconds(91);
        assertThat(deliveries.send()).isZero();
        now = NOON.plusSeconds(103);
        assertThat(deliveries.send()).isEqualTo(1);
        ended(jobs.getFirst(), "FAILED", 500);

        assertThat(all().getFirst().status()).isNull();
        assertThat(all().getFirst().problem()).doesNotContain("500");
        ended(jobs.getLast(), "SUCCESS", 200);
        assertThat(all().getFirst().state()).isEqualTo("DELIVERED");
    }

    @Test
    void whatNoWorkerTakesIsToldAgainAndIsDeadWhenAllAttemptsAreUsedUp() {
        subscribed(ALL, null, "SUCCESS");
        deliveries.hear(List.of(event("company", "etl", "SUCCESS", "e1")));

        for (int attempt = 1; attempt <= 3; attempt++) {
            assertThat(deliveries.send()).as("attempt " + attempt).isEqualTo(1);
            now = now.plusSeconds(91);
            assertThat(deliveries.send()).isZero();
            now = now.plusSeconds(67);
        }

        assertThat(deliveries.send()).isZero();
        assertThat(all())
                .singleElement()
                .satisfies(d -> {
                    assertThat(d.state()).isEqualTo("DEAD");
                    assertThat(d.attempts()).isEqualTo(3);
                    assertThat(d.problem()).contains("No worker");
                });
        assertThat(store.putBack(ALL, "", now)).isEqualTo(1);
        assertThat(deliveries.send()).isEqualTo(1);
    }

    @Test
    void anAnswerThatComesLateIsHeardWhileNobodyElseIsAsked() {
        subscribed(ALL, null, "SUCCESS");
        deliveries.hear(List.of(event("company", "etl", "SUCCESS", "e1")));

        deliveries.send();
        now = NOON.plusSeconds(91);
        deliveries.send();
        ended(jobs.getFirst(), "SUCCESS", 200);

        assertThat(all().getFirst().state()).isEqualTo("DELIVERED");
    }

    @Test
    void aSlowReceiverHasBoundedPlacesAndTakesNoneFromOthers() {
        subscribed(ALL, null, "SUCCESS");
        subscribed(new Subscription.Key("main", "company", "other"), null, "SUCCESS");
        deliveries.hear(List.of(event("company", "etl", "SUCCESS", "e1", "e2", "e3", "e4", "e5")));

        deliveries.send();
        assertThat(deliveries.send()).isZero();

        assertThat(jobs).filteredOn(job -> job.taskId().equals("all")).hasSize(3);
        assertThat(jobs).filteredOn(job -> job.taskId().equals("other")).hasSize(3);
        ended(jobs.getFirst(), "SUCCESS", 200);
        assertThat(deliveries.send()).isEqualTo(1);
    }

    @Test
    void whatCannotBeSentWaitsAndIsNoAttempt() {
        subscribed(ALL, null, "SUCCESS");
        deliveries.hear(List.of(event("company", "etl", "SUCCESS", "e1")));
        away = true;

        assertThatThrownBy(deliveries::send).isInstanceOf(ServiceException.Unavailable.class);

        assertThat(all().getFirst().attempts()).isZero();
        away = false;
        faults.clear();
        now = NOON.plusSeconds(6);
        assertThat(deliveries.send()).isEqualTo(1);
    }

    @Test
    void whatIsRefusedFailsAloneAndTheOthersAreSent() {
        subscribed(ALL, null, "SUCCESS");
        var other = new Subscription.Key("main", "company", "other");
        subscribed(other, null, "SUCCESS");
        for (var refused : List.of(ALL, other)) {
            faults.clear();
            faults.put(
                    refused.id(),
                    HttpClientErrorException.create(
                            HttpStatus.CONTENT_TOO_LARGE,
                            "",
                            HttpHeaders.EMPTY,
                            new byte[0],
                            null));
            deliveries.hear(List.of(event("company", "etl", "SUCCESS", "of " + refused.id())));

            assertThat(deliveries.send()).isEqualTo(2);

            assertThat(store.list(refused, "PENDING", "", 100).getFirst().problem())
                    .contains("413");
        }
        assertThat(jobs).extracting(Job::taskId).containsExactlyInAnyOrder("all", "other");
    }

    @Test
    void theLoopOutlivesWhatNobodyForesaw() {
        subscribed(ALL, null, "SUCCESS");
        deliveries.hear(List.of(event("company", "etl", "SUCCESS", "e1")));
        var loop = new DeliveryLoop(deliveries, store, wakes, properties, new Now(() -> now));
        for (var fault :
                List.of(
                        new IllegalStateException("a bug"),
                        HttpServerErrorException.create(
                                HttpStatus.INTERNAL_SERVER_ERROR,
                                "",
                                HttpHeaders.EMPTY,
                                new byte[0],
                                null))) {
            faults.put("all", fault);
            int before = tries.get();
            if (!loop.isRunning()) {
                loop.start();
            }
            await().until(() -> {
                later();
                return tries.get() > before;
            });
        }
        try {
            faults.clear();

            await().until(() -> {
                later();
                return !jobs.isEmpty();
            });
        } finally {
            loop.stop();
        }
    }

    private void later() {
        now = now.plusSeconds(50);
        wakes.wake();
    }

    @Test
    void reportsOfTriggersAreNotItsBusiness() {
        assertThat(
                        deliveries.reported(
                                LaneMessage.of("p1", new LaneEvent.TaskLost(-1, 1, "gone"), NOON)))
                .isFalse();
    }
}
