// SPDX-License-Identifier: Apache-2.0
package io.millrace.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.MeterRegistry;
import io.millrace.contracts.Codec;
import io.millrace.contracts.FlowChanged;
import io.millrace.contracts.LaneEvent;
import io.millrace.contracts.LaneMessage;
import io.millrace.contracts.Topology;
import io.millrace.platform.ServiceLauncher;
import io.millrace.platform.access.Caller;
import io.millrace.platform.access.Grant;
import io.millrace.platform.access.Role;
import io.millrace.platform.broker.Broker;
import io.millrace.platform.broker.OutgoingMessage;
import io.millrace.platform.identity.IdentityKeys;
import io.millrace.platform.identity.TokenSigner;
import io.millrace.test.TestBroker;
import io.millrace.test.TestDatabase;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.context.ConfigurableApplicationContext;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Two instances on one database and one broker.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SchedulerServiceIT {
    private static final String EVERY_SECOND =
            """
            id: tick
            namespace: company
            tasks:
              - {id: log, type: io.kestra.plugin.core.log.Log, message: hello}
            triggers:
              - {id: every, type: io.kestra.plugin.core.trigger.Schedule, cron: "* * * * * *", withSeconds: true, allowConcurrent: true}
            """;

    private final TestDatabase database = TestDatabase.create();
    private final TestBroker broker = TestBroker.create();
    private final HttpClient http = HttpClient.newHttpClient();
    private final JsonMapper json = new JsonMapper();
    private final Path keys;
    private final List<ConfigurableApplicationContext> instances;
    private final String base;

    SchedulerServiceIT(@TempDir Path keys) throws Exception {
        this.keys = keys;
        IdentityKeys.generate(keys);
        try (var connection = database.connect();
                var statement = connection.createStatement()) {
            statement.execute("create schema scheduler");
        }
        instances = List.of(start(), start());
        base =
                "http://127.0.0.1:"
                        + instances.getFirst().getEnvironment().getProperty("local.server.port");
    }

    private ConfigurableApplicationContext start() {
        var overrides = new HashMap<String, String>();
        overrides.putAll(database.properties());
        overrides.putAll(broker.properties());
        overrides.putAll(IdentityKeys.properties(keys, "scheduler"));
        overrides.put("server.port", "0");
        return ServiceLauncher.run(
                SchedulerServiceApplication.class, "scheduler-service", overrides);
    }

    @AfterAll
    void stop() {
        instances.forEach(ConfigurableApplicationContext::close);
        broker.close();
        database.close();
    }

    @Test
    void eachSecondStartsOneExecutionUntilTheTriggerIsSwitchedOff() throws Exception {
        var asked = new ConcurrentHashMap<String, List<Instant>>();
        try (var connection = broker.connect();
                var channel = connection.createChannel()) {
            for (int lane = 0; lane < 16; lane++) {
                channel.basicConsume(
                        broker.topology(16).laneQueue(lane),
                        true,
                        (_, delivery) -> {
                            var message = Codec.decode(delivery.getBody(), LaneMessage.class);
                            asked.merge(
                                    message.executionId(),
                                    List.of(dateOf(message)),
                                    (a, b) -> List.of(a.getFirst(), b.getFirst()));
                        },
                        _ -> {});
            }

            saved(1, EVERY_SECOND);

            await().atMost(Duration.ofSeconds(30)).until(() -> asked.size() >= 4);
            var state = json.readTree(get("/triggers/company/tick").body()).get("results").get(0);
            assertThat(state.get("triggerId").asString()).isEqualTo("every");
            assertThat(state.get("nextExecutionDate").asString()).isNotEmpty();
            var off = send("PUT", "/triggers", disabled(state));
            assertThat(off.statusCode()).as(off.body()).isEqualTo(200);
            assertThat(json.readTree(off.body()).get("disabled").asBoolean()).isTrue();
        }

        var dates = asked.values().stream().map(List::getFirst).sorted().toList();
        assertThat(asked.values()).allSatisfy(of -> assertThat(of).hasSize(1));
        for (int i = 1; i < dates.size(); i++) {
            assertThat(Duration.between(dates.get(i - 1), dates.get(i)))
                    .isEqualTo(Duration.ofSeconds(1));
        }
        assertThat(get("/triggers/search?namespace=company").body()).contains("* * * * * *");
    }

    @Test
    void aPageOfTriggersIsLookedUpTogetherHoweverLongItIs() throws Exception {
        int rows = 40;
        var source = new StringBuilder("id: listed\nnamespace: company.listed\n");
        source.append("tasks: [{id: log, type: io.kestra.plugin.core.log.Log, message: hello}]\n");
        source.append("triggers:\n");
        for (int i = 0; i < rows; i++) {
            source.append("  - {id: t")
                    .append(i)
                    .append(
                            ", type: io.kestra.plugin.core.trigger.Schedule, cron: \"0 0 1 1 *\"}\n");
        }
        saved("company.listed", "listed", 1, source.toString());
        var lists =
                List.of(
                        "/triggers/search?namespace=company.listed&size=100",
                        "/triggers/company.listed/listed?size=100");
        await().atMost(Duration.ofSeconds(30))
                .until(() ->
                        json.readTree(get(lists.getFirst()).body()).path("total").asInt() == rows);
        var backfill =
                """
                {"namespace":"company.listed","flowId":"listed","triggerId":"t7",
                 "backfill":{"start":"2020-06-01T00:00:00Z","end":"2023-06-01T00:00:00Z","paused":true}}
                """;
        var never = backfill.replace("2020-06-01", "-999999999-01-01");
        assertThat(send("PUT", "/triggers", never).statusCode()).isEqualTo(422);
        var begun = send("PUT", "/triggers", backfill);
        assertThat(begun.statusCode()).as(begun.body()).isEqualTo(200);

        for (var list : lists) {
            // loops ask now and then, too
            long least = Long.MAX_VALUE;
            for (int i = 0; i < 5; i++) {
                long before = queries();
                var page = get(list).body();
                least = Math.min(least, queries() - before);
                assertThat(json.readTree(page).path("results")).hasSize(rows);
                assertThat(page).contains("2020-06-01T00:00:00Z", "\"total\":3");
            }
            assertThat(least).as(list).isLessThan(rows);
        }
    }

    @Test
    void triggersOfAFlowAreCountedWithoutThoseOfNamespacesBelow() throws Exception {
        for (var namespace : List.of("company.counted", "company.counted.below")) {
            saved(
                    namespace,
                    "same",
                    1,
                    """
                    id: same
                    namespace: %s
                    tasks: [{id: log, type: io.kestra.plugin.core.log.Log, message: hello}]
                    triggers: [{id: yearly, type: io.kestra.plugin.core.trigger.Schedule, cron: "0 0 1 1 *"}]
                    """
                            .formatted(namespace));
        }
        await().atMost(Duration.ofSeconds(30))
                .until(() ->
                        json.readTree(get("/triggers/search?namespace=company.counted").body())
                                        .path("total")
                                        .asInt()
                                == 2);

        var page = json.readTree(get("/triggers/company.counted/same").body());

        assertThat(page.path("total").asInt()).isEqualTo(1);
        assertThat(page.path("results")).hasSize(1);
    }

    @Test
    void datesOfABackfillAreGoneThroughByCursor() throws Exception {
        var source =
                """
                id: dated
                namespace: company.dated
                tasks: [{id: log, type: io.kestra.plugin.core.log.Log, message: hello}]
                triggers: [{id: yearly, type: io.kestra.plugin.core.trigger.Schedule, cron: "0 0 1 1 *"}]
                """;
        saved("company.dated", "dated", 1, source);
        var trigger = "/triggers/company.dated/dated/yearly";
        await().atMost(Duration.ofSeconds(30)).until(() -> get(trigger).statusCode() == 200);
        var begun =
                send(
                        "PUT",
                        "/triggers",
                        """
                        {"namespace":"company.dated","flowId":"dated","triggerId":"yearly",
                         "backfill":{"start":"2015-01-01T00:00:00Z","end":"2019-06-01T00:00:00Z","paused":true}}
                        """);
        assertThat(begun.statusCode()).as(begun.body()).isEqualTo(200);
        var backfills = json.readTree(get(trigger + "/backfills").body());
        var list = trigger + "/backfills/" + backfills.get(0).get("id").asString() + "/dates";

        var found = new ArrayList<String>();
        for (var cursor = ""; cursor != null; ) {
            var page = json.readTree(get(list + "?size=2" + cursor).body());
            page.get("results").forEach(date -> found.add(date.get("date").asString()));
            assertThat(page.get("total").asInt()).isEqualTo(5);
            cursor = page.has("nextCursor") ? "&cursor=" + page.get("nextCursor").asString() : null;
        }

        assertThat(found)
                .extracting(date -> date.substring(0, 4))
                .containsExactly("2015", "2016", "2017", "2018", "2019");
        assertThat(get(list + "?cursor=yesterday").statusCode()).isEqualTo(422);
    }

    /// How often a connection to the database was taken.
    private long queries() {
        return instances
                .getFirst()
                .getBean(MeterRegistry.class)
                .get("hikaricp.connections.acquire")
                .timer()
                .count();
    }

    static Stream<Arguments> questions() {
        return Stream.of(
                Arguments.of(
                        """
                        {"mode":"evaluate","trigger":{"type":"T","cron":"* * * * *"},
                        "plannedDate":"2024-05-15T10:07:00Z","now":"2024-05-15T10:07:31Z"}
                        """,
                        """
                        {"fires":true,"date":"2024-05-15T10:07:00Z","next":"2024-05-15T10:08:00Z",
                        "previous":"2024-05-15T10:06:00Z","inputs":{},"labels":{}}
                        """),
                Arguments.of(
                        """
                        {"mode":"evaluate","trigger":{"type":"T","cron":"12 9 1 * *","timezone":"America/New_York",
                        "labels":{"a":"{{ null }}"}, "inputs":{"day":"{{ trigger.date }}"}},
                        "flowInputs":[{"id":"day","type":"STRING"},{"id":"n","type":"INT","defaults":3}],
                        "flowLabels":{"b":"c"},
                        "plannedDate":"2022-04-01T09:12:00-04:00","now":"2022-06-01T00:00:00Z"}
                        """,
                        """
                        {"fires":true,"date":"2022-04-01T09:12:00-04:00","next":"2022-05-01T09:12:00-04:00",
                        "previous":"2022-03-01T09:12:00-05:00",
                        "inputs":{"day":"2022-04-01T09:12:00-04:00","n":3},"labels":{"a":"","b":"c"}}
                        """),
                Arguments.of(
                        """
                        {"mode":"evaluate","trigger":{"type":"T","cron":"0 9 * * *","labels":{"a":"b","c":"d"},
                        "inputs":{"day":"{{ trigger.date }}","n":3}},
                        "flowInputs":[{"id":"day","type":"STRING"},{"id":"n","type":"INT"}],
                        "backfill":{"currentDate":"2024-05-01T09:00:00Z","inputs":{"n":7},
                        "labels":[{"key":"a","value":"again"}]},"now":"2024-05-15T10:00:00Z"}
                        """,
                        """
                        {"fires":true,"date":"2024-05-01T09:00:00Z","next":"2024-05-02T09:00:00Z",
                        "previous":"2024-04-30T09:00:00Z",
                        "inputs":{"day":"2024-05-01T09:00:00Z","n":7},"labels":{"a":"again","c":"d"}}
                        """),
                Arguments.of(
                        """
                        {"mode":"recover","trigger":{"type":"T","cron":"0 * * * *","recoverMissedSchedules":"LAST"},
                        "lastDate":"2024-05-15T10:30:00Z","now":"2024-05-15T13:30:00Z"}
                        """,
                        """
                        {"fired":["2024-05-15T13:00:00Z"],"next":"2024-05-15T14:00:00Z",
                        "afterFirst":{"date":"2024-05-15T13:00:00Z","next":"2024-05-15T14:00:00Z"}}
                        """),
                Arguments.of(
                        """
                        {"mode":"recover","trigger":{"type":"T","cron":"0 * * * *","disabled":true},
                        "lastDate":"2024-05-15T10:30:00Z","now":"2024-05-15T13:30:00Z"}
                        """,
                        """
                        {"fired":[],"next":"2024-05-15T11:00:00Z"}
                        """),
                Arguments.of(
                        """
                        {"mode":"validate","trigger":{"type":"T","cron":"* * * * *"}}
                        """,
                        """
                        {"valid":true}
                        """));
    }

    @ParameterizedTest
    @MethodSource("questions")
    void previews(String question, String answer) throws Exception {
        var got =
                send(
                        "POST",
                        "/triggers/evaluate",
                        question.replace("\"T\"", "\"io.kestra.plugin.core.trigger.Schedule\""));

        assertThat(got.statusCode()).as(got.body()).isEqualTo(200);
        assertThat(json.readTree(got.body())).isEqualTo(json.readTree(answer));
    }

    @Test
    void anInvalidTriggerIsNoSchedule() throws Exception {
        var trigger =
                "{\"type\":\"io.kestra.plugin.core.trigger.Schedule\",\"cron\":\"* * * * * *\"}";

        var validated =
                send(
                        "POST",
                        "/triggers/evaluate",
                        "{\"mode\":\"validate\",\"trigger\":" + trigger + "}");
        var next =
                send(
                        "POST",
                        "/triggers/evaluate",
                        "{\"mode\":\"next\",\"now\":\"2024-05-15T10:00:00Z\",\"trigger\":"
                                + trigger
                                + "}");

        assertThat(validated.statusCode()).isEqualTo(200);
        assertThat(json.readTree(validated.body()).get("valid").asBoolean()).isFalse();
        assertThat(validated.body()).contains("invalid cron expression");
        assertThat(next.statusCode()).isEqualTo(422);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{'type':'ExecutionStatus','in':['SUCCESS']} | {'state':'RUNNING'} | false",
                "{'type':'ExecutionStatus','notIn':['FAILED']} | {'state':'RUNNING'} | true",
                "{'type':'ExecutionNamespace','namespace':'test','comparison':'SUFFIX','prefix':true} | {'namespace':'io.test'} | true",
                "{'type':'ExecutionOutputs','expression':'{{ not evaluated }}'} | {'state':'RUNNING'} | false",
                "{'type':'ExecutionOutputs','expression':'{{ trigger.outputs.a == 1 }}'} | {'outputs':{'a':1}} | true",
                "{'type':'HasRetryAttempt','in':['KILLED']} | {'taskRuns':[{'attempts':['KILLED','SUCCESS']}]} | true",
                "{'type':'HasRetryAttempt','in':['FAILED']} | {'taskRuns':[{'attempts':['KILLED','SUCCESS']}]} | false",
                "{'type':'HasRetryAttempt'} | {'taskRuns':[{'attempts':['KILLED']}]} | false",
                "{'type':'ExecutionNamespace','namespace':'io.','prefix':true} | {'namespace':'io.test'} | true",
                "{'type':'ExecutionNamespace','namespace':'io.'} | {'namespace':'io.test'} | false",
                "{'type':'DayWeekInMonth','date':'2021-04-26','dayOfWeek':'MONDAY','dayInMonth':'FOURTH'} | {} | true",
                "{'type':'ExecutionLabels','labels':[{'key':'a','value':'b'}]} | {'labels':{'a':'b'}} | true",
                "{'type':'DayWeek','date':'2013-09-08','dayOfWeek':'SUNDAY'} | {} | true",
                "{'type':'TimeBetween','date':'2024-02-21T16:19:12+02:00','before':'16:18:12+02:00'} | {} | false",
                "{'type':'PublicHoliday','date':'2023-07-14','country':'FR'} | {} | true",
                "{'type':'PublicHoliday','date':'2023-03-08','country':'DE','subDivision':'BE'} | {} | true",
                "{'type':'PublicHoliday','date':'2023-03-08','country':'DE'} | {} | false",
                "{'type':'Not','conditions':[{'type':'io.kestra.plugin.core.condition.Weekend','date':'2013-09-09'}]} | {} | true",
                "{'type':'Expression','expression':'{{ unknown is defined }}'} | {} | false",
                "{'type':'DateTimeBetween','date':'{{ now() }}','after':'2013-09-08T16:19:12.000000+02:00'} | {} | true",
            })
    void conditions(String condition, String execution, boolean holds) throws Exception {
        var body =
                "{\"condition\":%s,\"execution\":%s}"
                        .formatted(
                                condition.replaceFirst(
                                        "'type':'(?!io)",
                                        "'type':'io.kestra.plugin.core.condition."),
                                execution)
                        .replace('\'', '"');

        var got = send("POST", "/conditions/evaluate", body);

        assertThat(got.statusCode()).as(got.body()).isEqualTo(200);
        assertThat(json.readTree(got.body())).isEqualTo(json.valueToTree(Map.of("result", holds)));
    }

    @Test
    void whatIsNoConditionIsRefused() throws Exception {
        for (var condition :
                List.of(
                        "{\"type\":\"io.kestra.plugin.core.condition.NoSuch\"}",
                        "{\"type\":\"io.kestra.plugin.core.condition.Or\"}",
                        "{\"type\":\"io.kestra.plugin.core.condition.Expression\",\"expression\":\"{{ missing }}\"}")) {
            var got = send("POST", "/conditions/evaluate", "{\"condition\":" + condition + "}");

            assertThat(got.statusCode()).as(condition).isEqualTo(422);
        }
    }

    private void saved(int revision, String source) {
        saved("company", "tick", revision, source);
    }

    private void saved(String namespace, String flow, int revision, String source) {
        var change =
                new FlowChanged(
                        "m" + flow + revision,
                        "main",
                        namespace,
                        flow,
                        "saved",
                        revision,
                        source,
                        Instant.now());
        instances
                .getFirst()
                .getBean(Broker.class)
                .publisher()
                .publish(
                        OutgoingMessage.durable(
                                broker.topology(16).flowsExchange(),
                                Topology.flowKey("main", namespace, "saved"),
                                change));
    }

    private static Instant dateOf(LaneMessage message) {
        var requested = (LaneEvent.ExecutionRequested) message.event();
        return Instant.parse(
                String.valueOf(
                        Objects.requireNonNull(requested.trigger()).variables().get("date")));
    }

    private static String disabled(JsonNode state) {
        return state.toString().replace("\"disabled\":false", "\"disabled\":true");
    }

    private HttpResponse<String> get(String path) throws Exception {
        return send("GET", path, "");
    }

    private HttpResponse<String> send(String method, String path, String body) throws Exception {
        var signer =
                new TokenSigner(
                        IdentityKeys.keyFile(keys, "gateway"),
                        Duration.ofMinutes(1),
                        Clock.systemUTC());
        var caller = new Caller("main", "alice", List.of(new Grant(Role.ADMIN, "")));
        var request =
                HttpRequest.newBuilder(URI.create(base + "/api/v1/main" + path))
                        .method(method, HttpRequest.BodyPublishers.ofString(body))
                        .header("Content-Type", "application/json")
                        .header(
                                "Authorization",
                                "Bearer " + signer.forCaller(caller, Duration.ofMinutes(1)));
        return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }
}
