// SPDX-License-Identifier: Apache-2.0
package io.millrace.local;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// Addresses that tasks may not reach, straight and by redirects.
class HostileEgressIT extends Hostile {
    /// One task for each address; all fail before they connect.
    @TestFactory
    Stream<DynamicTest> addressesThatTasksMayNotReach() {
        return Stream.of(
                        "http://169.254.169.254/latest/meta-data/",
                        "http://[fe80::1]/",
                        "http://[::ffff:169.254.169.254]/",
                        "http://2852039166/",
                        "http://0xA9FEA9FE/",
                        "http://metadata.google.internal/computeMetadata/v1/",
                        "http://100.100.100.200/latest/meta-data/",
                        "http://0.0.0.0:1/",
                        "http://[::]:1/",
                        "http://10.0.0.1/",
                        "http://192.168.1.1/",
                        "http://[fd12::1]/",
                        "http://[64:ff9b::a9fe:a9fe]/",
                        "http://[2002:a9fe:a9fe::1]/",
                        "http://0251.0376.0251.0376/",
                        "http://169.254.43518/",
                        "file:///etc/passwd",
                        "gopher://127.0.0.1:6379/_INFO",
                        "jar:http://127.0.0.1!/x")
                .map(uri ->
                        DynamicTest.dynamicTest(
                                uri,
                                () -> {
                                    var id = "ssrf-" + Integer.toHexString(uri.hashCode());
                                    var source =
                                            flow(
                                                    id,
                                                    "company.team",
                                                    "{id: t, type: io.kestra.plugin.core.http.Request, uri: \""
                                                            + uri
                                                            + "\"}");
                                    json(
                                            send(
                                                    as(alice, "/api/v1/main/flows")
                                                            .header("Content-Type", YAML)
                                                            .POST(text(source))));
                                    var ended =
                                            json(
                                                    send(
                                                            as(
                                                                            alice,
                                                                            "/api/v1/main/executions/company.team/"
                                                                                    + id
                                                                                    + "?wait=true")
                                                                    .POST(text(""))));

                                    assertThat(ended.path("state").path("current").asString())
                                            .isEqualTo("FAILED");
                                    assertThat(ended.toString())
                                            .doesNotContain("root:x:", "ami-id");
                                }));
    }

    /// The server is on this machine, which the suite of the tests may reach.
    private String fetched(String token, String tenant, String id, String uri) {
        var source =
                flow(
                        id,
                        "company.team",
                        "{id: t, type: io.kestra.plugin.core.http.Request, uri: \"" + uri + "\"}");
        var there = "/api/v1/" + tenant;
        send(as(token, there + "/flows").header("Content-Type", YAML).POST(text(source)));
        return json(send(
                        as(token, there + "/executions/company.team/" + id + "?wait=true")
                                .POST(text(""))))
                .path("state")
                .path("current")
                .asString();
    }

    private static HttpServer redirecting(AtomicInteger asked) throws IOException {
        var server =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext(
                "/",
                exchange -> {
                    asked.incrementAndGet();
                    var to = exchange.getRequestURI().getQuery();
                    if (to != null) {
                        exchange.getResponseHeaders().set("Location", to);
                    }
                    exchange.sendResponseHeaders(to == null ? 200 : 302, -1);
                    exchange.close();
                });
        server.start();
        return server;
    }

    @Test
    void redirectsAreNotFollowedToWhereTasksMayNotGo() throws IOException {
        var asked = new AtomicInteger();
        var server = redirecting(asked);
        try {
            var here = "http://127.0.0.1:" + server.getAddress().getPort() + "/";

            assertThat(fetched(alice, "main", "hop-good", here + "?" + here)).isEqualTo("SUCCESS");
            assertThat(asked).hasValue(2);
            for (var to :
                    List.of(
                            "http://169.254.169.254/",
                            "http://10.0.0.1/",
                            "http://[::ffff:169.254.169.254]/",
                            "http://2852039166/",
                            "file:///etc/passwd")) {
                var id = "hop-" + Integer.toHexString(to.hashCode());
                assertThat(fetched(alice, "main", id, here + "?" + to)).as(to).isEqualTo("FAILED");
            }
            assertThat(asked).hasValue(7);
        } finally {
            server.stop(0);
        }
    }

    @Test
    void aTenantGoesNoFurtherThanItsOperatorLetsIt() throws IOException {
        var asked = new AtomicInteger();
        var server = redirecting(asked);
        var rules = "/api/v1/tenants/other/egress";
        try {
            int port = server.getAddress().getPort();
            var here = "http://127.0.0.1:" + port + "/";
            assertThat(fetched(dave, "other", "tenant-egress", here)).isEqualTo("SUCCESS");

            rules(rules, "{\"deny\": [\"127.0.0.1:" + port + "\"]}");
            assertThat(fetched(dave, "other", "tenant-egress", here)).isEqualTo("FAILED");
            assertThat(fetched(alice, "main", "tenant-egress", here)).isEqualTo("SUCCESS");
            assertThat(json(send(as(dave, "/api/v1/other/egress"))).path("deny").get(0).asString())
                    .isEqualTo("127.0.0.1:" + port);

            var seen = send(as(alice, rules)).headers().firstValue("ETag").orElseThrow();
            var late =
                    send(
                            as(alice, rules)
                                    .header("Content-Type", "application/json")
                                    .header("If-Match", "\"" + "0".repeat(24) + "\"")
                                    .PUT(text("{}")));
            assertThat(late.statusCode()).isEqualTo(412);
            assertThat(late.body()).contains("/problems/outdated");
            json(
                    send(
                            as(alice, rules)
                                    .header("Content-Type", "application/json")
                                    .header("If-Match", seen)
                                    .PUT(text("{}"))));
            assertThat(fetched(dave, "other", "tenant-egress", here)).isEqualTo("SUCCESS");
            assertThat(asked).hasValue(3);
            assertThat(
                            send(as(alice, rules)
                                            .header("Content-Type", "application/json")
                                            .PUT(text("{\"allow\": [\"10.0.0.0/99\"]}")))
                                    .statusCode())
                    .isEqualTo(422);
            assertThat(
                            send(as(dave, rules)
                                            .header("Content-Type", "application/json")
                                            .PUT(text("{\"allow\": [\"*\"]}")))
                                    .statusCode())
                    .isEqualTo(404);
        } finally {
            server.stop(0);
        }
    }

    private void rules(String path, String body) {
        json(send(as(alice, path).header("Content-Type", "application/json").PUT(text(body))));
    }
}
