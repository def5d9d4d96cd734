// SPDX-License-Identifier: Apache-2.0
package io.millrace.execution;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.contracts.FeedEvent;
import io.millrace.contracts.FeedEvent.Passed;
import io.millrace.contracts.LaneEvent;
import io.millrace.contracts.LogLine;
import io.millrace.platform.access.Grant;
import io.millrace.platform.access.Role;
import io.millrace.platform.access.TaskIdentity;
import java.net.http.HttpRequest;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class ExecutionServiceIT {
    private static final Suite SUITE = new Suite();

    @BeforeAll
    static void start() {
        SUITE.start(
                "--millrace.variables.globals.string=string",
                "--millrace.variables.globals.nested.int=2",
                "--millrace.variables.url=http://m");
        SUITE.flows.save(
                "company.team",
                "hello",
                """
                tasks:
                  - id: hello
                    type: io.kestra.plugin.core.log.Log
                    message: Hello World
                """);
        SUITE.flows.save(
                "company.team",
                "fetch",
                """
                tasks:
                  - id: fetch
                    type: io.kestra.plugin.core.http.Request
                    uri: http://example.com
                  - id: last
                    type: io.kestra.plugin.core.debug.Return
                    format: "{{ outputs.fetch.code }}"
                """);
    }

    @AfterAll
    static void stop() {
        SUITE.close();
    }

    @Test
    void aPureTaskRunsOnTheLaneAndItsLogIsThere() {
        var started = SUITE.post("executions/company.team/hello");

        assertThat(Suite.state(started)).isEqualTo("SUCCESS");
        var messages =
                SUITE.jdbc()
                        .sql("select message from execution.logs where execution_id = :id")
                        .param("id", Suite.id(started))
                        .query(String.class)
                        .list();
        assertThat(messages).contains("Hello World");
    }

    @Test
    void theFeedTellsEveryStateThatAnExecutionWasIn() {
        var told = new ConcurrentLinkedQueue<FeedEvent>();
        var broker = SUITE.broker();
        try (var _ =
                broker.listen(
                        broker.topology().feedExchange(),
                        List.of("#"),
                        d -> told.add(d.as(FeedEvent.class)))) {
            var id = Suite.id(SUITE.post("executions/company.team/hello"));

            Awaitility.await()
                    .untilAsserted(() ->
                            assertThat(statesOf(id, told))
                                    .containsExactly("CREATED", "RUNNING", "SUCCESS"));
        }
    }

    private static List<String> statesOf(String id, Collection<FeedEvent> told) {
        var states = new ArrayList<String>();
        for (var event : told) {
            for (var change : event.changes()) {
                if (change.executionId().equals(id)) {
                    var passed = Objects.requireNonNullElse(change.passed(), List.<Passed>of());
                    passed.forEach(p -> states.add(p.state()));
                    states.add(event.state());
                }
            }
        }
        return states;
    }

    @Test
    void tasksReadTheLogsThatTheyReach() {
        var id = Suite.id(SUITE.post("executions/company.team/hello"));
        var own = new TaskIdentity("main", "company.team", "other", id, null);
        var beside = new TaskIdentity("main", "company.teams", "other", id, null);
        var otherTenant = new TaskIdentity("other", "company.team", "other", id, null);
        var question = Map.of("selection", Map.of("minLevel", "INFO"), "offset", 0, "limit", 100);
        var ofTask =
                Map.of(
                        "selection",
                        Map.of("minLevel", "INFO", "taskIds", List.of("no-such")),
                        "offset",
                        0,
                        "limit",
                        100);

        var read = SUITE.asTask(own, "logs/read", question);

        assertThat(read.body()).contains("\"message\":\"Hello World\"");
        assertThat(SUITE.asTask(own, "logs/read", ofTask).body()).isEqualTo("{\"lines\":[]}");
        assertThat(SUITE.asTask(beside, "logs/read", question).statusCode()).isEqualTo(404);
        assertThat(SUITE.asTask(otherTenant, "logs/read", question).statusCode()).isEqualTo(404);
        assertThat(SUITE.asTask(own, "revisions/live", Map.of()).statusCode()).isEqualTo(200);
    }

    @Test
    void flowsSeeTheVariablesOfTheInstallation() {
        SUITE.flows.save(
                "company.team",
                "installation",
                """
                tasks:
                  - id: show
                    type: io.kestra.plugin.core.debug.Return
                    format: "{{ globals.string }} {{ globals.nested.int }} {{ kestra.url }}"
                """);

        var started = SUITE.post("executions/company.team/installation");

        assertThat(started)
                .extracting("taskRunList")
                .asString()
                .contains("value=string 2 http://m");
    }

    @Test
    void aWorkerTaskRunsToItsEnd() {
        try (var worker = new FakeWorker(SUITE.broker(), "main", _ -> Map.of("code", 200))) {
            var started = SUITE.post("executions/company.team/fetch");

            var ended = await(Suite.id(started), "SUCCESS");
            assertThat(worker.seen).hasSize(1);
            assertThat(ended).extracting("taskRunList").asString().contains("value=200");
        }
    }

    @Test
    void metricsOfAnExecutionAreGoneThroughByCursor() {
        SUITE.flows.save(
                "company.team",
                "measured",
                """
                tasks:
                  - {id: a, type: io.kestra.plugin.core.http.Request, uri: "http://a"}
                  - {id: b, type: io.kestra.plugin.core.http.Request, uri: "http://b"}
                  - {id: c, type: io.kestra.plugin.core.http.Request, uri: "http://c"}
                  - {id: d, type: io.kestra.plugin.core.http.Request, uri: "http://d"}
                """);
        try (var _ = new FakeWorker(SUITE.broker(), "main", _ -> Map.of("code", 200))) {
            var id = Suite.id(SUITE.post("executions/company.team/measured"));
            await(id, "SUCCESS");
            var list = "metrics/" + id;
            Awaitility.await()
                    .untilAsserted(() -> assertThat(SUITE.get(list)).containsEntry("total", 4));

            var seen = new ArrayList<Object>();
            for (var cursor = ""; cursor != null; ) {
                var page = SUITE.get(list + "?size=2" + cursor);
                assertThat(page).containsEntry("total", 4);
                seen.addAll((List<?>) Objects.requireNonNull(page.get("results")));
                var next = page.get("nextCursor");
                cursor = next == null ? null : "&cursor=" + next;
            }

            assertThat(seen).hasSize(4).isEqualTo(SUITE.get(list).get("results"));
            assertThat(SUITE.send(SUITE.request(list + "?cursor=1,x").GET()).statusCode())
                    .isEqualTo(422);
            // a date that there is, but not in a database
            var never = "executions/search?cursor=-999999999-01-01T00:00:00Z,x";
            assertThat(SUITE.send(SUITE.request(never).GET()).statusCode()).isEqualTo(422);
        }
    }

    @Test
    void inputsAreTypedAndWrongOnesRefused() {
        SUITE.flows.save(
                "company.team",
                "typed",
                """
                inputs:
                  - id: number
                    type: INT
                    max: 10
                tasks:
                  - id: show
                    type: io.kestra.plugin.core.debug.Return
                    format: "{{ inputs.number + 1 }}"
                """);

        var good = SUITE.send(SUITE.form("executions/company.team/typed", "number", "7"));
        var bad = SUITE.send(SUITE.form("executions/company.team/typed", "number", "11"));

        assertThat(good.statusCode()).isEqualTo(200);
        assertThat(good.body()).contains("\"value\":\"8\"").contains("\"number\":7");
        assertThat(bad.statusCode()).isEqualTo(422);
        assertThat(bad.body()).contains("Invalid input for `number`");
    }

    @Test
    void inputsAndChecksReadKeysAndSecretInputsSecrets() {
        SUITE.flows.keys.put("regions", List.of("eu", "us"));
        SUITE.flows.keys.put("open", true);
        SUITE.flows.save(
                "company.team",
                "stored",
                """
                inputs:
                  - {id: region, type: SELECT, expression: "{{ kv('regions') }}"}
                  - {id: first, type: STRING, defaults: "{{ kv('regions')[0] }}"}
                  - {id: none, type: STRING, required: false, defaults: "{{ kv('nothing', errorOnMissing=false) ?? 'none' }}"}
                  - {id: token, type: SECRET, defaults: "{{ secret('TOKEN') }}"}
                checks:
                  - {when: "{{ kv('open') }}", message: closed}
                tasks:
                  - {id: t, type: io.kestra.plugin.core.debug.Return, format: "{{ inputs.region }} {{ inputs.first }} {{ inputs.none }}"}
                """);
        SUITE.flows.save(
                "company.team",
                "leaks",
                """
                inputs: [{id: shown, type: STRING, defaults: "{{ secret('TOKEN') }}"}]
                tasks: [{id: t, type: io.kestra.plugin.core.log.Log, message: "{{ inputs.shown }}"}]
                """);

        var good = SUITE.send(SUITE.form("executions/company.team/stored", "region", "us"));
        var bad = SUITE.send(SUITE.form("executions/company.team/stored", "region", "asia"));
        var leak = SUITE.send(SUITE.form("executions/company.team/leaks", "x", ""));
        SUITE.flows.keys.put("open", false);
        var closed = SUITE.send(SUITE.form("executions/company.team/stored", "region", "us"));

        assertThat(good.statusCode()).isEqualTo(200);
        assertThat(good.body()).contains("us eu none").doesNotContain("correct-horse");
        assertThat(bad.body()).contains("it must match the values `[eu, us]`");
        assertThat(leak.statusCode()).isEqualTo(422);
        assertThat(leak.body()).contains("SECRET").doesNotContain("correct-horse");
        assertThat(closed.statusCode()).isEqualTo(422);
        assertThat(closed.body()).contains("closed");
    }

    @Test
    void inputsMayBeCalledLikeParametersOfTheAddress() {
        SUITE.flows.save(
                "company.team",
                "named",
                """
                inputs:
                  - {id: labels, type: STRING, required: false}
                  - {id: revision, type: STRING, required: false}
                  - {id: wait, type: STRING, required: false}
                  - {id: scheduleDate, type: STRING, required: false}
                tasks:
                  - id: show
                    type: io.kestra.plugin.core.debug.Return
                    format: "{{ inputs.labels ?? inputs.revision ?? inputs.wait ?? inputs.scheduleDate }}"
                """);

        for (var name : List.of("labels", "revision", "wait", "scheduleDate")) {
            var path = "executions/company.team/named?labels=from:address,of:me&labels=list:a,b";
            var started = SUITE.send(SUITE.form(path, name, "some text"));
            var asked = SUITE.send(SUITE.form("executions/company.team/named/validate", name, "x"));

            assertThat(started.statusCode()).as(started.body()).isEqualTo(200);
            assertThat(started.body())
                    .contains("\"value\":\"some text\"")
                    .contains("{\"key\":\"from\",\"value\":\"address\"}")
                    .contains("{\"key\":\"of\",\"value\":\"me\"}")
                    .contains("{\"key\":\"list\",\"value\":\"a,b\"}");
            assertThat(asked.statusCode()).as(asked.body()).isEqualTo(200);
        }
        var urlencoded =
                SUITE.send(
                        SUITE.request("executions/company.team/named?labels=a:b")
                                .header("Content-Type", "application/x-www-form-urlencoded")
                                .POST(HttpRequest.BodyPublishers.ofString("labels=mine")));
        assertThat(urlencoded.body()).contains("\"value\":\"mine\"").contains("\"key\":\"a\"");
        assertThat(
                        SUITE.send("POST", "executions/company.team/named?revision=x", Map.of())
                                .statusCode())
                .isEqualTo(422);
    }

    @Test
    void taskRunsCanBeLeftOutAndLookedThroughPageByPage() {
        SUITE.flows.save(
                "company.pages",
                "loop",
                """
                tasks:
                  - id: each
                    type: io.kestra.plugin.core.flow.ForEach
                    values: [a, b, c]
                    tasks:
                      - {id: show, type: io.kestra.plugin.core.debug.Return, format: "{{ taskrun.value }}"}
                """);
        var id = Suite.id(SUITE.post("executions/company.pages/loop"));
        SUITE.post("executions/company.pages/loop");
        SUITE.post("executions/company.pages/loop");

        var of = "executions/" + id;
        assertThat((List<?>) SUITE.get(of).get("taskRunList")).hasSize(4);
        assertThat((List<?>) SUITE.get(of + "?taskRuns=false").get("taskRunList")).isEmpty();
        assertThat(SUITE.send(SUITE.request(of + "/follow?taskRuns=false").GET()).body())
                .contains("\"taskRunList\":[]")
                .contains("SUCCESS");
        var page = SUITE.get(of + "/taskruns?page=2&size=2");
        assertThat(page).containsEntry("total", 4);
        assertThat((List<?>) page.get("results")).hasSize(2);
        assertThat(
                        SUITE.get(
                                of
                                        + "/taskruns?taskId=show&value=b&state=SUCCESS&parentTaskRunId="
                                        + id
                                        + "-0"))
                .containsEntry("total", 1);
        assertThat(SUITE.get(of + "/taskruns?taskRunId=" + id + "-2&size=1"))
                .containsEntry("total", 1)
                .asString()
                .contains(id + "-2");
        assertThat(SUITE.get(of + "/taskruns?hasOutputs=true")).containsEntry("total", 3);
        var roots = SUITE.get(of + "/taskruns/outline?parentTaskRunId=NONE");
        assertThat(roots).containsEntry("total", 1);
        assertThat(roots.get("results")).asString().contains("SUCCESS=3");
        assertThat(SUITE.get(of + "/taskruns/outline?size=2&page=2&parentTaskRunId=" + id + "-0"))
                .containsEntry("total", 3)
                .asString()
                .contains("value=c")
                .doesNotContain("outputs");
        for (var list : List.of("/taskruns", "/taskruns/outline")) {
            var seen = new ArrayList<Object>();
            for (var cursor = ""; cursor != null; ) {
                var some = SUITE.get(of + list + "?size=3" + cursor);
                assertThat(some).containsEntry("total", 4);
                seen.addAll((List<?>) Objects.requireNonNull(some.get("results")));
                var after = some.get("nextCursor");
                cursor = after == null ? null : "&cursor=" + after;
            }
            assertThat(seen).hasSize(4).isEqualTo(SUITE.get(of + list).get("results"));
            assertThat(SUITE.send(SUITE.request(of + list + "?cursor=x").GET()).statusCode())
                    .isEqualTo(422);
        }
        assertThat(SUITE.send(SUITE.request(of + "/taskruns/states").GET()).body())
                .contains("{\"taskId\":\"each\",\"first\":\"" + id + "-0\"")
                .contains("\"states\":{\"SUCCESS\":3}");
        assertThat(
                        SUITE.get(
                                "taskruns/search?flowId=loop&namespace=company.pages&taskId=show&state=SUCCESS"))
                .containsEntry("total", 9);
        var all = "taskruns/search?flowId=loop&namespace=company.pages&taskId=show";
        var byCursor = new ArrayList<Object>();
        for (var cursor = ""; cursor != null; ) {
            var some = SUITE.get(all + "&size=4" + cursor);
            byCursor.addAll((List<?>) Objects.requireNonNull(some.get("results")));
            var next = some.get("nextCursor");
            cursor = next == null ? null : "&cursor=" + next;
        }
        assertThat(byCursor).hasSize(9).isEqualTo(SUITE.get(all + "&size=9").get("results"));
        assertThat(SUITE.send(SUITE.request(all + "&cursor=nonsense").GET()).statusCode())
                .isEqualTo(422);
        assertThat(SUITE.get("taskruns/search?flowId=loop&namespace=company.pages&state=FAILED"))
                .containsEntry("total", 0);

        var grid = SUITE.get("executions/flows/company.pages/loop/grid?size=2");
        assertThat((List<?>) grid.get("runs")).hasSize(2);
        assertThat(grid).containsEntry("tasks", List.of("each", "show"));
        var states = (Map<?, ?>) Objects.requireNonNull(grid.get("states"));
        assertThat(states.get(id)).as("the third last run").isNull();
        assertThat(states.values())
                .hasSize(2)
                .allMatch(
                        Map.of("each", Map.of("SUCCESS", 1), "show", Map.of("SUCCESS", 3))::equals);

        var first =
                SUITE.get(
                        "executions/search?flowId=loop&namespace=company.pages&size=2&taskRuns=false");
        assertThat(
                        SUITE.get(
                                "executions/search?flowId=loop&namespace=company.pages&size=2&count=false"))
                .containsEntry("total", 2);
        var next =
                SUITE.get(
                        "executions/search?flowId=loop&namespace=company.pages&size=2&cursor="
                                + first.get("nextCursor"));
        assertThat(first)
                .containsEntry("total", 3)
                .extracting("results")
                .asString()
                .contains("taskRunList=[]")
                .doesNotContain(id);
        assertThat((List<?>) next.get("results")).hasSize(1);
        assertThat(next)
                .doesNotContainKey("nextCursor")
                .extracting("results")
                .asString()
                .contains(id);
        assertThat(SUITE.post("executions/" + id + "/replay?kind=PLAYGROUND"))
                .containsEntry("kind", "PLAYGROUND");
        assertThat(
                        SUITE.get(
                                "executions/search?flowId=loop&namespace=company.pages&kind=PLAYGROUND"))
                .containsEntry("total", 1);

        for (var text : List.of("ny.PAGES", "company.pages")) {
            assertThat(SUITE.get("executions/search?size=2&q=" + text)).containsEntry("total", 3);
        }
        assertThat(SUITE.get("executions/search?q=" + id)).containsEntry("total", 1);
        assertThat(SUITE.get("executions/search?q=company_pages")).containsEntry("total", 0);
        assertThat(SUITE.send(SUITE.request("executions/search?cursor=x").GET()).statusCode())
                .isEqualTo(422);
    }

    @Test
    void executionsTaskRunsAndLogLinesAreCountedOverTime() {
        SUITE.flows.save(
                "company.counts",
                "counted",
                """
                tasks:
                  - {id: say, type: io.kestra.plugin.core.log.Log, message: counted}
                  - {id: bad, type: io.kestra.plugin.core.execution.Fail}
                """);
        SUITE.flows.save(
                "company.counts",
                "waiting",
                "tasks:\n  - {id: wait, type: io.kestra.plugin.core.flow.Pause}\n");
        SUITE.post("executions/company.counts/counted");
        SUITE.post("executions/company.counts/counted");
        await(Suite.id(SUITE.post("executions/company.counts/waiting?wait=false")), "PAUSED");
        var asked = Map.<String, Object>of("namespace", "company.counts");

        var days = SUITE.send("POST", "stats/executions/daily", asked).body();
        assertThat(days)
                .as("how long what goes on takes isn't known")
                .contains("\"PAUSED\":1")
                .contains("\"count\":2");
        assertThat(days)
                .contains("\"FAILED\":2")
                .contains("\"groupBy\":\"DAY\"")
                .contains("\"SUCCESS\":0");
        assertThat(SUITE.send("POST", "stats/taskruns/daily", asked).body())
                .contains("\"SUCCESS\":2")
                .contains("\"FAILED\":2")
                .contains("\"count\":4");
        assertThat(SUITE.send("POST", "stats/executions/daily/group-by-flow", asked).body())
                .contains("\"company.counts\":{\"counted\":[");
        assertThat(SUITE.send("POST", "stats/executions/daily/group-by-namespace", asked).body())
                .contains("\"total\":3");
        assertThat(SUITE.send("POST", "stats/logs/daily", asked).body()).contains("\"INFO\":2");
        assertThat(
                        SUITE.send(
                                        "POST",
                                        "stats/executions/latest/group-by-flow",
                                        Map.of(
                                                "flows",
                                                List.of(
                                                        Map.of(
                                                                "namespace",
                                                                "company.counts",
                                                                "id",
                                                                "counted"))))
                                .body())
                .contains("\"flowId\":\"counted\"");
        assertThat(
                        SUITE.send(
                                        "POST",
                                        "stats/executions/daily",
                                        Map.of(
                                                "startDate", "2026-02-01T00:00:00Z",
                                                "endDate", "2026-01-01T00:00:00Z"))
                                .statusCode())
                .isEqualTo(422);
    }

    @Test
    void aRequestSentTwiceWithOneKeyStartsOneExecution() {
        var first =
                SUITE.send(
                        SUITE.form("executions/company.team/hello", "a", "1")
                                .header("Idempotency-Key", "k1"));
        var second =
                SUITE.send(
                        SUITE.form("executions/company.team/hello", "a", "1")
                                .header("Idempotency-Key", "k1"));
        var other =
                SUITE.send(
                        SUITE.form("executions/company.team/hello", "a", "2")
                                .header("Idempotency-Key", "k1"));

        assertThat(Suite.id(Suite.json(first))).isEqualTo(Suite.id(Suite.json(second)));
        assertThat(other.statusCode()).isEqualTo(422);
    }

    @Test
    void manyAndReplaysBeginOnceForAKeyOfTheTenant() {
        var bulk = "executions/company.team/hello/bulk";
        var two = "{\"inputs\":[{\"a\":\"1\"},{\"a\":\"2\"}]}";
        var first = Suite.json(SUITE.send(keyed(bulk, "many", two)));
        var again = Suite.json(SUITE.send(keyed(bulk, "many", two)));
        var id = String.valueOf(((List<?>) Objects.requireNonNull(first.get("ids"))).getFirst());
        assertThat(first).containsEntry("count", 2);
        assertThat(again).isEqualTo(first);
        assertThat(SUITE.send(keyed(bulk, "many", "{\"inputs\":[{\"a\":\"1\"}]}")).statusCode())
                .isEqualTo(422);
        Awaitility.await()
                .until(() -> Suite.state(SUITE.get("executions/" + id)).equals("SUCCESS"));

        var replay = "executions/" + id + "/replay";
        var replayed = Suite.id(Suite.json(SUITE.send(keyed(replay, "again", "{}"))));

        assertThat(replayed).isNotEqualTo(id);
        assertThat(Suite.id(Suite.json(SUITE.send(keyed(replay, "again", "{}")))))
                .isEqualTo(replayed);
        assertThat(SUITE.send(keyed(replay + "?kind=PLAYGROUND", "again", "{}")).statusCode())
                .isEqualTo(422);
        assertThat(SUITE.send(keyed(bulk, "again", two)).statusCode())
                .as("a key is for one request of the tenant, whatever it asks for")
                .isEqualTo(422);
    }

    private static HttpRequest.Builder keyed(String path, String key, String body) {
        return SUITE.request(path, "main", List.of(new Grant(Role.ADMIN, "")))
                .header("Idempotency-Key", key)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body));
    }

    @Test
    void anotherTenantDoesNotSeeIt() {
        var id = Suite.id(SUITE.post("executions/company.team/hello"));

        var foreign =
                SUITE.send(
                        SUITE.request(
                                        "executions/" + id,
                                        "other",
                                        List.of(new Grant(Role.ADMIN, "")))
                                .GET());
        var elsewhere =
                SUITE.send(
                        SUITE.request(
                                        "executions/" + id,
                                        "main",
                                        List.of(new Grant(Role.ADMIN, "company.data")))
                                .GET());
        var viewer =
                SUITE.send(
                        SUITE.request(
                                        "executions/company.team/hello",
                                        "main",
                                        List.of(new Grant(Role.VIEWER, "company")))
                                .POST(HttpRequest.BodyPublishers.noBody()));

        assertThat(foreign.statusCode()).isEqualTo(404);
        assertThat(elsewhere.statusCode()).isEqualTo(404);
        assertThat(viewer.statusCode()).isEqualTo(403);
    }

    @Test
    void conditionsOnOneFieldHoldTogether() {
        SUITE.post("executions/company.team/hello?labels=together:yes");
        var found = "executions/search?labels=together:yes&" + of("state", "IN", "SUCCESS,FAILED");
        var lines = "logs/search?q=hello%20world&flowId=hello&";

        assertThat(SUITE.get(found + "&" + of("state", "NOT_IN", "FAILED")))
                .containsEntry("total", 1);
        assertThat(SUITE.get(found + "&" + of("state", "NOT_IN", "SUCCESS")))
                .containsEntry("total", 0);
        var atLeast = of("level", "GREATER_THAN_OR_EQUAL_TO", "INFO");
        assertThat(SUITE.get(lines + atLeast + "&" + of("level", "LESS_THAN", "WARN")))
                .extracting("results")
                .asString()
                .contains("Hello World");
        assertThat(SUITE.get(lines + atLeast + "&" + of("level", "LESS_THAN", "INFO")))
                .containsEntry("total", 0);
    }

    @Test
    void aRegularExpressionThatIsNoneIsTheCallersMistake() {
        var answer =
                SUITE.send(SUITE.request("executions/search?" + of("flowId", "REGEX", "(")).GET());

        assertThat(answer.statusCode()).isEqualTo(422);
        assertThat(answer.body()).contains("regular expression");
    }

    private static String of(String field, String operation, String value) {
        return "filters%5B" + field + "%5D%5B" + operation + "%5D=" + value;
    }

    @Test
    void listsAndLogsAndFollowingShowTheExecution() {
        var id = Suite.id(SUITE.post("executions/company.team/hello?labels=team:it"));

        var found = SUITE.get("executions/search?namespace=company&labels=team:it&state=SUCCESS");
        var logs = SUITE.send(SUITE.request("logs/" + id + "?minLevel=INFO").GET());
        var text = SUITE.send(SUITE.request("logs/" + id + "/download").GET());
        var followed = SUITE.send(SUITE.request("executions/" + id + "/follow").GET());
        var tail = SUITE.send(SUITE.request("logs/" + id + "/follow").GET());
        var search = SUITE.get("logs/search?q=hello%20world&flowId=hello&minLevel=INFO");

        assertThat(found).containsEntry("total", 1);
        assertThat(found).extracting("results").asString().contains(id);
        assertThat(logs.body()).contains("\"message\":\"Hello World\"").contains(id + "-0");
        assertThat(text.body()).contains("INFO Hello World");
        assertThat(followed.body()).contains("id:start").contains("id:end").contains("SUCCESS");
        assertThat(tail.body()).contains("Hello World").contains("id:end");
        assertThat(search).extracting("results").asString().contains("Hello World");
    }

    @Test
    void aLogIsReadFromAnyPlaceInBothDirections() {
        SUITE.flows.save(
                "company.pages",
                "says",
                """
                tasks:
                  - {id: says, type: io.kestra.plugin.core.log.Log, message: [one, two, three, four]}
                """);
        var id = Suite.id(SUITE.post("executions/company.pages/says"));
        await(id, "SUCCESS");
        var of = "logs/" + id + "/page?size=2&q=o";

        var first = SUITE.get(of);
        var second = SUITE.get(of + "&after=" + first.get("last"));
        var end = SUITE.get(of + "&before=end");

        assertThat(messages(first)).containsExactly("one", "two");
        assertThat(first).containsEntry("more", true);
        assertThat(messages(second)).containsExactly("four");
        assertThat(second).containsEntry("more", false);
        assertThat(messages(end)).containsExactly("two", "four");
        assertThat(messages(SUITE.get(of + "&before=" + end.get("first")))).containsExactly("one");
        assertThat(messages(SUITE.get(of + "&from=" + end.get("first"))))
                .containsExactly("two", "four");
        for (var wrong :
                List.of(
                        "before=end&after=" + end.get("first"),
                        "after=7",
                        "from=end",
                        "before=tomorrow,7")) {
            assertThat(SUITE.send(SUITE.request(of + "&" + wrong).GET()).statusCode())
                    .as(wrong)
                    .isEqualTo(422);
        }
    }

    /// The last lines of a task ride in its result and may be stored before those sent ahead.
    @Test
    void linesThatAreStoredLateStandWhereTheyBelong() throws Exception {
        var id = Suite.id(SUITE.post("executions/company.team/hello"));
        await(id, "SUCCESS");
        try (var connection = SUITE.database.connect()) {
            writeLine(connection, id, "sent ahead", "-1 hour");
            writeLine(connection, id, "sent first", "-2 hours");
        }

        var of = "logs/" + id + "/page?size=2";
        var first = SUITE.get(of);
        assertThat(messages(first)).containsExactly("sent first", "sent ahead");
        assertThat(messages(SUITE.get(of + "&after=" + first.get("last"))))
                .containsExactly("Hello World");
        assertThat(messages(SUITE.get(of + "&before=end")))
                .containsExactly("sent ahead", "Hello World");
        assertThat(SUITE.send(SUITE.request("logs/" + id + "/download").GET()).body())
                .containsSubsequence("sent first", "sent ahead", "Hello World");
    }

    private static List<Object> messages(Map<String, Object> page) {
        return ((List<?>) Objects.requireNonNull(page.get("results")))
                .stream().<Object>map(line -> ((Map<?, ?>) line).get("message")).toList();
    }

    /// Written first, committed last: its number is lower than that of what the client has seen.
    @Test
    void aLineThatIsCommittedLateIsToldToWhoComesBackAndNoneIsToldTwice() throws Exception {
        var id = Suite.id(SUITE.post("executions/company.team/hello"));
        await(id, "SUCCESS");

        try (var late = SUITE.database.connect();
                var inTime = SUITE.database.connect()) {
            late.setAutoCommit(false);
            writeLine(late, id, "committed late");
            writeLine(inTime, id, "committed in time");
            var first = SUITE.send(SUITE.request("logs/" + id + "/follow").GET()).body();
            assertThat(first).contains("Hello World", "in time").doesNotContain("late");
            var lines = first.lines().filter(l -> l.startsWith("id:") && l.length() > 8).toList();
            assertThat(lines).hasSize(2);

            late.commit();

            var seenAll = resumed(id, lines.getLast());
            assertThat(seenAll).contains("committed late").doesNotContain("Hello", "in time");
            var seenOne = resumed(id, lines.getFirst());
            assertThat(seenOne).contains("committed late", "in time").doesNotContain("Hello");
            var last = seenAll.lines().filter(l -> l.startsWith("id:")).findFirst().orElseThrow();
            assertThat(resumed(id, last)).doesNotContain("message");
            assertThat(resumed(id, "id:9.7:3:.7:3:")).contains("Hello", "in time", "late");
        }
    }

    private static String resumed(String id, String event) {
        return SUITE.send(
                        SUITE.request("logs/" + id + "/follow")
                                .header("Last-Event-ID", event.substring("id:".length()))
                                .GET())
                .body();
    }

    private static void writeLine(Connection connection, String id, String message)
            throws SQLException {
        writeLine(connection, id, message, "0");
    }

    /// @param when how long after now
    private static void writeLine(Connection connection, String id, String message, String when)
            throws SQLException {
        try (var insert =
                connection.prepareStatement(
                        """
                        insert into execution.logs (execution_id, seq, tenant, namespace, flow_id,
                                                    attempt, level, at, message)
                        values (?, nextval('execution.log_seq'), 'main', 'company.team', 'hello',
                                0, 2, now() + ?::interval, ?)
                        """)) {
            insert.setString(1, id);
            insert.setString(2, when);
            insert.setString(3, message);
            insert.executeUpdate();
        }
    }

    @Test
    void aRunningExecutionIsKilledAndAnEndedOneIsReplayed() {
        try (var worker = new FakeWorker(SUITE.broker(), "main", _ -> null)) {
            var id = Suite.id(SUITE.post("executions/company.team/fetch"));
            org.awaitility.Awaitility.await().until(() -> !worker.seen.isEmpty());

            var killed = SUITE.send(SUITE.request("executions/" + id + "/kill").DELETE());
            await(id, "KILLED");
            var again = SUITE.send(SUITE.request("executions/" + id + "/kill").DELETE());
            var replay = SUITE.post("executions/" + id + "/replay");

            assertThat(killed.statusCode()).isEqualTo(202);
            assertThat(again.statusCode()).isEqualTo(409);
            assertThat(replay).containsEntry("parentId", id);
            SUITE.send(SUITE.request("executions/" + Suite.id(replay) + "/kill").DELETE());
            await(Suite.id(replay), "KILLED");
        }
    }

    /// Whatever a worker says: what can't be stored fails what would wait for it.
    @Test
    void aResultThatCantBeStoredFailsItsTaskOrElseTheExecution() {
        try (var worker = new FakeWorker(SUITE.broker(), "main", _ -> null)) {
            var first = Suite.id(SUITE.post("executions/company.team/fetch"));
            var second = Suite.id(SUITE.post("executions/company.team/fetch"));
            org.awaitility.Awaitility.await().until(() -> worker.seen.size() == 2);

            for (var job : worker.seen) {
                boolean good = job.executionId().equals(first);
                var line =
                        new LogLine(
                                job.executionId(),
                                job.namespace(),
                                job.flowId(),
                                job.taskRun(),
                                job.taskId(),
                                job.attempt(),
                                "INFO",
                                Instant.parse("+300000-01-01T00:00:00Z"),
                                "from afar",
                                null);
                worker.send(
                        job,
                        new LaneEvent.TaskEnded(
                                job.taskRun(),
                                job.dispatch(),
                                good ? "SUCCESS" : "FAILED",
                                Map.of(),
                                null,
                                good ? null : "it failed",
                                List.of(line),
                                List.of(),
                                Instant.now(),
                                Instant.now(),
                                "worker"));
            }

            await(first, "FAILED");
            await(second, "FAILED");
            assertThat(SUITE.send(SUITE.request("logs/" + first).GET()).body())
                    .contains("The result could not be applied: ")
                    .doesNotContain("insert into");
            assertThat(SUITE.send(SUITE.request("logs/" + second).GET()).body())
                    .contains("The execution can't go on: ")
                    .doesNotContain("insert into");
        }
    }

    @Test
    void manyAreStartedInOneRequest() {
        var body = "{\"inputs\":[" + "{},".repeat(99) + "{}]}";

        var answer =
                SUITE.send(
                        SUITE.request("executions/company.team/hello/bulk")
                                .header("Content-Type", "application/json")
                                .POST(HttpRequest.BodyPublishers.ofString(body)));

        assertThat(Suite.json(answer)).containsEntry("count", 100);
    }

    @Test
    void aParentWaitsForItsSubflows() {
        SUITE.flows.save(
                "company.team",
                "parent",
                """
                tasks:
                  - id: each
                    type: io.kestra.plugin.core.flow.ForEach
                    values: ["a", "b", "c"]
                    concurrencyLimit: 0
                    tasks:
                      - id: sub
                        type: io.kestra.plugin.core.flow.Subflow
                        namespace: company.team
                        flowId: hello
                  - id: missing
                    type: io.kestra.plugin.core.flow.Subflow
                    namespace: company.team
                    flowId: nowhere
                """);

        var id = Suite.id(SUITE.post("executions/company.team/parent"));

        var ended = await(id, "FAILED");
        assertThat(ended).extracting("taskRunList").asString().doesNotContain("CREATED}");
        assertThat(SUITE.get("executions/search?triggerExecutionId=" + id))
                .containsEntry("total", 3);
    }

    @Test
    void expressionsAreRenderedWithoutAnExecution() {
        var answer =
                SUITE.send(
                        SUITE.request("expressions/render")
                                .header("Content-Type", "application/json")
                                .POST(
                                        HttpRequest.BodyPublishers.ofString(
                                                "{\"template\":\"{{ a + 1 }}\",\"variables\":{\"a\":41}}")));

        assertThat(answer.body()).contains("\"result\":").contains("42");
    }

    static Map<String, Object> await(String id, String state) {
        return org.awaitility.Awaitility.await()
                .atMost(Duration.ofMinutes(1))
                .pollInterval(Duration.ofMillis(20))
                .until(() -> SUITE.get("executions/" + id), e -> Suite.state(e).equals(state));
    }
}
