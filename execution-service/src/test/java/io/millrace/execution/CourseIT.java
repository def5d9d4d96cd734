// SPDX-License-Identifier: Apache-2.0
package io.millrace.execution;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.contracts.Codec;
import io.millrace.model.ExecutionId;
import io.millrace.platform.access.Grant;
import io.millrace.platform.access.Role;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// What users and tasks do with executions, one and many.
class CourseIT {
    private static final Suite SUITE = new Suite();

    @BeforeAll
    static void start() {
        SUITE.start();
        SUITE.flows.save(
                "company.course",
                "hello",
                """
                tasks:
                  - id: hello
                    type: io.kestra.plugin.core.log.Log
                    message: Hello World
                """);
        SUITE.flows.save(
                "company.course",
                "paused",
                """
                tasks:
                  - id: wait
                    type: io.kestra.plugin.core.flow.Pause
                    onResume:
                      - id: reason
                        type: STRING
                        required: false
                        validator: "[a-z]+"
                """);
    }

    @AfterAll
    static void stop() {
        SUITE.close();
    }

    private static String started(String flow) {
        return Suite.id(SUITE.post("executions/company.course/" + flow));
    }

    private static String state(String id) {
        return Suite.state(SUITE.get("executions/" + id));
    }

    private static void await(String id, String state) {
        Awaitility.await().until(() -> state(id).equals(state));
    }

    @Test
    void manyByTheirIdsChangeAllOrNone() {
        var one = started("paused");
        var two = started("paused");
        var ended = started("hello");

        var refused = SUITE.send("DELETE", "executions/kill/by-ids", List.of(one, ended));
        assertThat(refused.statusCode()).isEqualTo(422);
        assertThat(refused.body()).contains(ended + " is SUCCESS");
        assertThat(state(one)).isEqualTo("PAUSED");

        var done = SUITE.send("DELETE", "executions/kill/by-ids", List.of(one, two));
        assertThat(done.body()).isEqualTo("{\"count\":2}");
        await(one, "KILLED");
        await(two, "KILLED");
    }

    @Test
    void manyThatAFilterFindsChangeAsFarAsTheyCan() {
        SUITE.flows.save(
                "company.course.many",
                "paused",
                "tasks: [{id: wait, type: io.kestra.plugin.core.flow.Pause}]\n");
        var ids =
                IntStream.range(0, 5)
                        .mapToObj(
                                _ -> Suite.id(SUITE.post("executions/company.course.many/paused")))
                        .toList();
        SUITE.post("executions/" + ids.getFirst() + "/resume");
        await(ids.getFirst(), "SUCCESS");

        var resumed = SUITE.post("executions/resume/by-query?namespace=company.course.many&size=2");
        ids.forEach(id -> await(id, "SUCCESS"));
        var replayed =
                SUITE.post(
                        "executions/replay/by-query?namespace=company.course.many&state=SUCCESS");

        assertThat(resumed).containsEntry("count", 4);
        assertThat(replayed).containsEntry("count", 5);
        assertThat(SUITE.get("executions/search?namespace=company.course.many"))
                .containsEntry("total", 10);
    }

    @Test
    void whoWaitsForManyIsToldHowFarItIs() {
        var one = started("hello");
        var two = started("hello");

        var told = labelled(List.of(one, two), "a");
        var refused = labelled(List.of(one, "0000000000000000000000"), "b");

        assertThat(told.headers().firstValue("Content-Type").orElse(""))
                .startsWith("text/event-stream");
        assertThat(told.body())
                .isEqualTo(
                        """
                        event:progress
                        data:{"done":2,"of":2}

                        event:end
                        data:{"count":2}

                        """);
        assertThat(refused.statusCode()).isEqualTo(422);
        assertThat(refused.body()).contains("\"status\":422", "0000000000000000000000");
    }

    private static HttpResponse<String> labelled(List<String> ids, String value) {
        return SUITE.send(
                SUITE.request("executions/labels/by-ids")
                        .header("Accept", "text/event-stream")
                        .header("Content-Type", "application/json")
                        .POST(
                                HttpRequest.BodyPublishers.ofByteArray(
                                        Codec.encode(
                                                Map.of(
                                                        "executionsId",
                                                        ids,
                                                        "executionLabels",
                                                        List.of(
                                                                Map.of(
                                                                        "key", "told", "value",
                                                                        value)))))));
    }

    @Test
    void aRestartWithAnotherRevisionIsANewExecution() {
        SUITE.flows.save(
                "company.course",
                "fails",
                """
                tasks:
                  - id: first
                    type: io.kestra.plugin.core.debug.Return
                    format: one
                  - id: second
                    type: io.kestra.plugin.core.execution.Fail
                """);
        var failed = started("fails");
        SUITE.flows.save(
                "company.course",
                "fails",
                """
                tasks:
                  - id: first
                    type: io.kestra.plugin.core.debug.Return
                    format: two
                  - id: second
                    type: io.kestra.plugin.core.debug.Return
                    format: "{{ outputs.first.value }}"
                """);

        var restarted = SUITE.post("executions/" + failed + "/restart?revision=2");

        assertThat(Suite.id(restarted)).isNotEqualTo(failed);
        assertThat(restarted).containsEntry("parentId", failed).containsEntry("flowRevision", 2);
        await(Suite.id(restarted), "SUCCESS");
        assertThat(SUITE.get("executions/" + Suite.id(restarted)).get("taskRunList"))
                .asString()
                .contains("value=one")
                .doesNotContain("value=two");
        assertThat(state(failed)).isEqualTo("FAILED");
    }

    @Test
    void inputsAreValidatedWithoutStarting() {
        SUITE.flows.save(
                "company.course",
                "asks",
                """
                inputs:
                  - id: kind
                    type: SELECT
                    expression: "{{ ['a', 'b'] }}"
                    isRadio: true
                  - id: more
                    type: STRING
                    dependsOn:
                      inputs: [kind]
                      condition: "{{ inputs.kind == 'b' }}"
                    defaults: "{{ inputs.kind ~ '!' }}"
                  - {id: host, type: STRING, required: false, prefill: "db.{{ inputs.kind }}"}
                checks:
                  - condition: "{{ inputs.kind != 'b' }}"
                    message: b is closed
                    behavior: BLOCK_EXECUTION
                    style: ERROR
                tasks: [{id: t, type: io.kestra.plugin.core.debug.Return}]
                """);

        var open =
                SUITE.send(SUITE.form("executions/company.course/asks/validate", "kind", "a"))
                        .body();
        var closed =
                SUITE.send(SUITE.form("executions/company.course/asks/validate", "kind", "b"))
                        .body();
        var wrong =
                SUITE.send(SUITE.form("executions/company.course/asks/validate", "kind", "c"))
                        .body();
        var blocked = SUITE.send(SUITE.form("executions/company.course/asks", "kind", "b"));

        assertThat(open)
                .contains("\"values\":[\"a\",\"b\"]")
                .contains("\"isRadio\":true")
                .contains("\"enabled\":false")
                .contains("\"prefill\":\"db.a\"")
                .contains("\"checks\":[]");
        assertThat(closed)
                .contains("\"value\":\"b!\",\"enabled\":true,\"isDefault\":true")
                .contains("b is closed");
        assertThat(wrong).contains("it must match the values");
        assertThat(blocked.statusCode()).isEqualTo(422);
        assertThat(blocked.body()).contains("b is closed");
    }

    @Test
    void theSchedulerAloneAsksWhatTriggersReadAndLearnsNoSecret() {
        SUITE.flows.save(
                "company.course",
                "asked",
                """
                inputs:
                  - {id: token, type: SECRET, defaults: "{{ secret('TOKEN') }}"}
                tasks: [{id: t, type: io.kestra.plugin.core.debug.Return}]
                """);
        SUITE.flows.keys.put("asked", "eu");

        assertThat(asked("scheduler", "kv", Map.of("key", "asked")).body())
                .contains("VALUE", "\"eu\"");
        assertThat(asked("scheduler", "kv", Map.of("key", "nowhere")).body())
                .contains("MISSING", "does not exist");
        assertThat(asked("scheduler", "read", Map.of("path", "nowhere.txt")).body())
                .contains("REFUSED", "Unable to find");
        assertThat(asked("scheduler", "secret", Map.of("key", "TOKEN")).body())
                .contains("REFUSED")
                .doesNotContain("correct-horse");
        assertThat(asked("scheduler", "secretDefault", Map.of("input", "token")).body())
                .contains("VALUE", "aes_encrypted")
                .doesNotContain("correct-horse");
        assertThat(asked("flow", "kv", Map.of("key", "asked")).statusCode()).isEqualTo(404);
    }

    private static HttpResponse<String> asked(
            String service, String function, Map<String, Object> arguments) {
        return SUITE.asService(
                service,
                "expressions/functions",
                Map.of(
                        "tenant",
                        "main",
                        "namespace",
                        "company.course",
                        "flowId",
                        "asked",
                        "revision",
                        1,
                        "executionId",
                        ExecutionId.derived(Instant.EPOCH, "asked").value(),
                        "function",
                        function,
                        "arguments",
                        arguments));
    }

    @Test
    void aSecretInputIsNowhereInTheClear() {
        SUITE.flows.save(
                "company.course",
                "secret",
                """
                inputs:
                  - id: password
                    type: SECRET
                tasks:
                  - id: pure
                    type: io.kestra.plugin.core.debug.Return
                    format: "is {{ inputs.password }}"
                """);
        var jobs = new CopyOnWriteArrayList<io.millrace.contracts.Job>();
        try (var worker =
                new FakeWorker(
                        SUITE.broker(),
                        "main",
                        job -> {
                            jobs.add(job);
                            return Map.of("format", "is ******");
                        })) {
            var answer =
                    SUITE.send(
                            SUITE.form("executions/company.course/secret", "password", "Tr0ub4"));
            var id = Suite.id(Suite.json(answer));
            await(id, "SUCCESS");

            assertThat(worker.seen).hasSize(1);
            assertThat(jobs.getFirst().variables().toString())
                    .contains("aes_encrypted")
                    .doesNotContain("Tr0ub4");
            assertThat(answer.body()).contains("\"password\":\"******\"");
            assertThat(SUITE.get("executions/" + id).toString()).doesNotContain("aes_encrypted");
            var rows =
                    SUITE.jdbc()
                            .sql("select request from execution.executions where id = :id")
                            .param("id", id)
                            .query(String.class)
                            .single();
            assertThat(rows).contains("aes_encrypted").doesNotContain("Tr0ub4");
            assertThat(evaluated(id, "", "{{ inputs.password }}"))
                    .contains("\"result\":\"******\"");
        }
    }

    @Test
    void expressionsSeeWhatRanInLoopsAfterTheEnd() {
        SUITE.flows.save(
                "company.course",
                "loops",
                """
                tasks:
                  - id: each
                    type: io.kestra.plugin.core.flow.ForEach
                    values: [a, b]
                    tasks:
                      - id: inner
                        type: io.kestra.plugin.core.debug.Return
                        format: "{{ taskrun.value }}!"
                """);
        var id = started("loops");
        await(id, "SUCCESS");

        var ofLoop = evaluated(id, "", "{{ outputs.inner.b.value }}");
        var ofRun = evaluated(id, "/" + id + "-1", "{{ outputs.inner[taskrun.value].value }}");

        assertThat(ofLoop).contains("\"result\":\"b!\"");
        assertThat(ofRun).contains("\"result\":\"a!\"");
    }

    private static String evaluated(String id, String taskRun, String expression) {
        return SUITE.send(
                        SUITE.request("executions/" + id + "/eval" + taskRun)
                                .header("Content-Type", "text/plain")
                                .POST(HttpRequest.BodyPublishers.ofString(expression)))
                .body();
    }

    @Test
    void listsOfManyKinds() {
        var id = started("hello");

        var latest =
                SUITE.send(
                        "POST",
                        "executions/latest",
                        List.of(
                                Map.of("namespace", "company.course", "id", "hello"),
                                Map.of("namespace", "company.course", "id", "none")));
        var csv = SUITE.send(SUITE.request("executions/export/by-query/csv?flowId=hello").GET());
        var states =
                SUITE.send(
                        SUITE.request("executions/distinct-field-values?field=state&flowId=hello")
                                .GET());
        var foreign =
                SUITE.send(
                        SUITE.request(
                                        "executions/export/by-query/csv?flowId=hello",
                                        "main",
                                        List.of(new Grant(Role.ADMIN, "company.other")))
                                .GET());

        assertThat(latest.body()).contains(id).contains("\"status\":\"SUCCESS\"");
        assertThat(csv.body()).startsWith("id,namespace").contains(id + ",company.course,hello,1");
        assertThat(foreign.body()).doesNotContain(id);
        assertThat(states.body()).isEqualTo("[\"SUCCESS\"]");
    }

    @Test
    void logsAreFoundByFiltersAndGoneThroughByCursor() {
        var one = started("hello");
        started("hello");

        var first =
                SUITE.get(
                        "logs/search?size=1&filters[flowId][EQUALS]=hello&filters[level][EQUALS]=INFO&filters[q][EQUALS]=hello%20world"
                                .replace("[", "%5B")
                                .replace("]", "%5D"));
        var second = SUITE.get("logs/search?size=1&flowId=hello&cursor=" + first.get("nextCursor"));
        var ofOne =
                SUITE.get(
                        "logs/search?filters%5BexecutionId%5D%5BEQUALS%5D="
                                + one
                                + "&minLevel=WARN");
        var text = SUITE.send(SUITE.request("logs/" + one + "/download").GET()).body();

        assertThat(first.get("results")).asString().contains("Hello World");
        assertThat(second).containsEntry("type", "CURSOR");
        assertThat(second.get("results")).asString().contains("Hello World");
        assertThat(second.get("results")).isNotEqualTo(first.get("results"));
        assertThat(ofOne).containsEntry("total", 0);
        assertThat(text).contains("INFO Hello World");
    }

    @Test
    void aTaskResumesWhatIsInItsNamespaceAlone() {
        var id = started("paused");
        var wanted = Map.of("executionId", id, "inputs", Map.of("reason", "ok"));

        var elsewhere = SUITE.sendAsTask("company.other", "executions/resume", wanted);
        var wrong =
                SUITE.sendAsTask(
                        "company",
                        "executions/resume",
                        Map.of("executionId", id, "inputs", Map.of("reason", "NO")));
        var right = SUITE.sendAsTask("company", "executions/resume", wanted);
        var again = SUITE.sendAsTask("company", "executions/resume", wanted);

        assertThat(elsewhere.statusCode()).isEqualTo(404);
        assertThat(wrong.statusCode()).isEqualTo(422);
        assertThat(right.statusCode()).isEqualTo(200);
        await(id, "SUCCESS");
        assertThat(again.statusCode()).isEqualTo(422);
    }

    @Test
    void aTaskCountsAndPurges() {
        SUITE.flows.save(
                "company.purge",
                "short",
                "tasks: [{id: log, type: io.kestra.plugin.core.log.Log, message: hi}]\n");
        var ids =
                IntStream.range(0, 3)
                        .mapToObj(_ -> Suite.id(SUITE.post("executions/company.purge/short")))
                        .toList();
        var flows =
                List.of(
                        Map.of("namespace", "company.purge", "flowId", "short"),
                        Map.of("namespace", "company.purge", "flowId", "none"));

        var before = SUITE.sendAsTask("system", "executions/count", Map.of("flows", flows)).body();
        var purged =
                SUITE.sendAsTask(
                        "company.purge",
                        "executions/purge",
                        Map.of(
                                "purge",
                                Map.of(
                                        "namespace",
                                        "company.purge",
                                        "endDate",
                                        Instant.now().plusSeconds(60).toString(),
                                        "executions",
                                        true,
                                        "logs",
                                        true,
                                        "metrics",
                                        true,
                                        "files",
                                        true)));
        var refused = SUITE.sendAsTask("company.other", "executions/count", Map.of("flows", flows));

        assertThat(before)
                .contains("\"flowId\":\"short\",\"count\":3")
                .contains("\"flowId\":\"none\",\"count\":0");
        assertThat(purged.body()).contains("\"executions\":3").contains("\"logs\":3");
        assertThat(refused.statusCode()).isEqualTo(404);
        assertThat(SUITE.send(SUITE.request("executions/" + ids.getFirst()).GET()).statusCode())
                .isEqualTo(404);
    }

    @Test
    void theFlowBehindAnExecutionIsShownAsTasksAndAsAGraph() {
        SUITE.flows.save(
                "company.course",
                "branches",
                """
                inputs: [{id: a, type: INT, defaults: 1}]
                tasks:
                  - id: choose
                    type: io.kestra.plugin.core.flow.If
                    condition: "{{ inputs.a == 1 }}"
                    then: [{id: yes, type: io.kestra.plugin.core.debug.Return}]
                  - id: dag
                    type: io.kestra.plugin.core.flow.Dag
                    tasks:
                      - task: {id: late, type: io.kestra.plugin.core.debug.Return}
                        dependsOn: [early]
                      - task: {id: early, type: io.kestra.plugin.core.debug.Return}
                """);
        var id = started("branches");

        var flow = SUITE.send(SUITE.request("executions/" + id + "/flow").GET()).body();
        var graph = SUITE.send(SUITE.request("executions/" + id + "/graph").GET()).body();
        var named =
                SUITE.send(SUITE.request("executions/flows/company.course/branches").GET()).body();

        assertThat(flow)
                .contains("\"inputs\":[{\"id\":\"a\",\"type\":\"INT\"")
                .contains("{\"id\":\"yes\",\"type\":\"io.kestra.plugin.core.debug.Return\"}");
        assertThat(named).isEqualTo(flow);
        assertThat(graph)
                .contains(
                        "{\"source\":\"root.choose\",\"target\":\"root.choose.yes\","
                                + "\"relation\":{\"relationType\":\"CHOICE\",\"value\":\"then\"}}")
                .contains("{\"source\":\"root.dag.early\",\"target\":\"root.dag.late\"")
                .doesNotContain("{\"source\":\"root.dag\",\"target\":\"root.dag.late\"");
    }

    @Test
    void oneTraceGoesFromTheRequestToEachJob() {
        SUITE.flows.save(
                "company.course",
                "traced",
                """
                tasks:
                  - {id: one, type: io.kestra.plugin.core.http.Request, uri: "http://example.com"}
                  - {id: two, type: io.kestra.plugin.core.http.Request, uri: "http://example.com"}
                """);
        var traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
        try (var worker = new FakeWorker(SUITE.broker(), "main", _ -> Map.of("code", 200))) {
            var answer =
                    SUITE.send(
                            SUITE.request("executions/company.course/traced")
                                    .header("traceparent", traceparent)
                                    .POST(HttpRequest.BodyPublishers.noBody()));
            await(Suite.id(Suite.json(answer)), "SUCCESS");

            assertThat(worker.seen)
                    .extracting(job -> String.valueOf(job.traceparent()))
                    .containsExactly(traceparent, traceparent);
        }
    }

    @Test
    void anIterationOfALoopReadsNoRowsOfItsOthers() {
        int iterations = 200;
        SUITE.flows.save(
                "company.course",
                "loop",
                """
                tasks:
                  - id: each
                    type: io.kestra.plugin.core.flow.ForEach
                    values: %s
                    concurrencyLimit: 1
                    tasks:
                      - id: fetch
                        type: io.kestra.plugin.core.http.Request
                        uri: http://example.com
                """
                        .formatted(IntStream.range(0, iterations).boxed().toList()));
        var before = rows();
        try (var worker = new FakeWorker(SUITE.broker(), "main", _ -> Map.of("code", 200))) {
            started("loop");
            Awaitility.await().until(() -> worker.seen.size() == iterations);
        }

        // the database counts a second later
        Awaitility.await().until(() -> rows().written() >= before.written() + 3L * iterations);
        var after = rows();
        assertThat(after.read() - before.read())
                .isLessThan(10 * (after.written() - before.written()));
    }

    private record Rows(long read, long written) {}

    /// Rows of task runs that statements have read by an index, and inserted or updated.
    private static Rows rows() {
        return SUITE.jdbc()
                .sql(
                        """
                        select sum(idx_tup_fetch) as read, sum(n_tup_ins + n_tup_upd) as written
                          from pg_stat_user_tables
                         where schemaname = 'execution' and relname like 'task\\_runs\\_%'
                        """)
                .query(Rows.class)
                .single();
    }

    @Test
    void executionsThatBelongTogetherAreFollowedTogether() {
        SUITE.flows.save(
                "company.course",
                "parent",
                """
                tasks:
                  - id: sub
                    type: io.kestra.plugin.core.flow.Subflow
                    namespace: company.course
                    flowId: hello
                """);
        var id = started("parent");
        await(id, "SUCCESS");

        var all =
                SUITE.send(SUITE.request("executions/" + id + "/follow-dependencies").GET()).body();
        var limits = SUITE.get("concurrency-limit/search");

        assertThat(all)
                .contains("\"flowId\":\"parent\"")
                .contains("\"flowId\":\"hello\"")
                .contains("SUCCESS");
        assertThat(limits).containsKey("total");
        assertThat(SUITE.get("concurrency-limit/search?size=1&cursor=~,~").get("results"))
                .isEqualTo(List.of());
    }
}
