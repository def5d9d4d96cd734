// SPDX-License-Identifier: Apache-2.0
package io.millrace.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.platform.route.RouteRules;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// What is of another tenant or namespace, asked for by its id on every route.
class HostileNeighbourIT extends Hostile {
    @TestFactory
    Stream<DynamicTest> idsOfAnotherTenant() {
        var attacks = new ArrayList<Attack>();
        var id = othersExecution;
        for (var path :
                List.of(
                        "/executions/" + id,
                        "/executions/" + id + "/follow",
                        "/executions/" + id + "/file?path=kestra:///x",
                        "/executions/" + id + "/file/metas?path=kestra:///x",
                        "/logs/" + id + "/download",
                        "/logs/" + id + "/follow",
                        "/flows/company.others/" + OTHERS_SECRET)) {
            attacks.add(new Attack("read " + path, as(alice, "/api/v1/main" + path), Set.of(404)));
            attacks.add(
                    new Attack(
                            "read in its tenant " + path,
                            as(alice, "/api/v1/other" + path),
                            Set.of(404)));
        }
        for (var verb : List.of("pause", "resume", "restart", "replay", "force-run", "labels")) {
            attacks.add(
                    new Attack(
                            verb,
                            as(alice, "/api/v1/main/executions/" + id + "/" + verb)
                                    .header("Content-Type", "application/json")
                                    .POST(text(verb.equals("labels") ? "[]" : "")),
                            Set.of(404)));
        }
        attacks.add(
                new Attack(
                        "kill",
                        as(alice, "/api/v1/main/executions/" + id + "/kill").DELETE(),
                        Set.of(404)));
        attacks.add(
                new Attack(
                        "delete",
                        as(alice, "/api/v1/main/executions/" + id).DELETE(),
                        Set.of(404)));
        attacks.add(
                new Attack(
                        "run another tenant's flow",
                        as(alice, "/api/v1/main/executions/company.others/" + OTHERS_SECRET)
                                .POST(text("")),
                        Set.of(404)));
        attacks.add(
                new Attack(
                        "another namespace's secrets",
                        as(bob, "/api/v1/main/namespaces/finance/secrets"),
                        Set.of(404)));
        attacks.add(
                new Attack(
                        "flow in another namespace",
                        as(bob, "/api/v1/main/flows")
                                .header("Content-Type", YAML)
                                .POST(
                                        text(
                                                flow(
                                                        "x",
                                                        "finance",
                                                        "{id: t, type: io.kestra.plugin.core.log.Log, message: x}"))),
                        Set.of(404)));
        attacks.add(
                new Attack(
                        "namespace that only begins alike",
                        as(bob, "/api/v1/main/flows")
                                .header("Content-Type", YAML)
                                .POST(
                                        text(
                                                flow(
                                                        "x",
                                                        "companyevil",
                                                        "{id: t, type: io.kestra.plugin.core.log.Log, message: x}"))),
                        Set.of(404)));
        return tests(attacks);
    }

    @Test
    void nothingOfAnotherTenantIsFound() {
        for (var path :
                List.of(
                        "/executions/search?size=100",
                        "/flows/search?size=100",
                        "/logs/search?size=100")) {
            assertThat(send(as(alice, "/api/v1/main" + path)).body())
                    .doesNotContain(OTHERS_SECRET, othersExecution);
        }
    }

    /// The ids of another tenant's things in all routes that take one.
    @TestFactory
    Stream<DynamicTest> idsOfAnotherTenantInEveryRoute() {
        return RouteRules.all().rules().stream()
                .filter(rule -> rule.pattern().startsWith("/api/v1/{tenant}/"))
                .filter(rule ->
                        rule.pattern().matches(".*\\{(executionId|id|flowId|namespace)\\b.*"))
                .map(rule -> {
                    var path =
                            rule.pattern()
                                    .replaceAll("\\{tenant}", "main")
                                    .replaceAll(
                                            "\\{executionId(:[^{}]*(\\{22})?)?}+", othersExecution)
                                    .replaceAll("\\{namespace(:[^}]*)?}", "company.others")
                                    .replaceAll("\\{(id|flowId)(:[^}]*)?}", OTHERS_SECRET)
                                    .replaceAll("\\{[^}]*}|\\*+", "x");
                    var method = rule.method().equals("*") ? "GET" : rule.method();
                    return DynamicTest.dynamicTest(
                            method + " " + rule.pattern(),
                            () -> {
                                var answer =
                                        send(
                                                as(alice, path)
                                                        .header("Content-Type", "application/json")
                                                        .method(method, text("{}")));

                                assertThat(answer.statusCode()).as(answer.body()).isLessThan(500);
                                assertThat(answer.body().replace(path, ""))
                                        .doesNotContain("message: x", "\"state\"")
                                        .doesNotContain("at io.millrace", "at java.");
                            });
                });
    }

    @Test
    void whatIsTheOtherTenantsIsAsItWas() {
        var there = "/api/v1/other/executions/" + othersExecution;
        var before = send(as(dave, there)).body();
        var mine = text("[\"" + othersExecution + "\"]");
        for (var path : List.of("restart", "replay", "pause", "resume", "unqueue", "force-run")) {
            var answer =
                    send(
                            as(alice, "/api/v1/main/executions/" + path + "/by-ids")
                                    .header("Content-Type", "application/json")
                                    .POST(mine));
            assertThat(answer.statusCode()).as(path + ": " + answer.body()).isIn(400, 404, 422);
        }
        for (var path : List.of("kill/by-ids", "by-ids")) {
            send(
                    as(alice, "/api/v1/main/executions/" + path)
                            .header("Content-Type", "application/json")
                            .method("DELETE", mine));
        }

        assertThat(send(as(dave, there)).body()).isEqualTo(before);
    }
}
