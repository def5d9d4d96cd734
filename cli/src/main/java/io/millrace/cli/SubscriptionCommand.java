// SPDX-License-Identifier: Apache-2.0
package io.millrace.cli;

import io.millrace.cli.Output.Column;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

@Command(
        name = "subscription",
        description = "Who is told of the executions of a namespace, and what he was told.")
final class SubscriptionCommand implements Runnable {
    private static final List<Column> SUBSCRIPTIONS =
            List.of(
                    new Column("ID", "/id"),
                    new Column("URL", "/url"),
                    new Column("FLOW", "/flowId"),
                    new Column("STATES", "/states"),
                    new Column("DISABLED", "/disabled"),
                    new Column("PENDING", "/pending"),
                    new Column("DEAD", "/dead"));
    private static final List<Column> DELIVERIES =
            List.of(
                    new Column("ID", "/id"),
                    new Column("STATE", "/state"),
                    new Column("EXECUTION", "/executionId"),
                    new Column("ATTEMPTS", "/attempts"),
                    new Column("STATUS", "/status"),
                    new Column("AT", "/createdAt"),
                    new Column("NEXT", "/nextAttemptAt"),
                    new Column("PROBLEM", "/problem"));
    private static final int MOST_IN_PAGE = 100;

    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public void run() {
        throw new CommandLine.ParameterException(
                spec.commandLine(),
                "Expected subscription list, get, create, enable, disable, delete, test,"
                        + " deliveries or redeliver");
    }

    @Command(name = "list", description = "Lists the subscriptions of a namespace.")
    void list(@Parameters(paramLabel = "NAMESPACE") String namespace) {
        var millrace = Root.of(spec);
        try (var session = new Session(millrace)) {
            millrace.output(spec)
                    .rows(session.api().get(path(namespace)).path("results"), SUBSCRIPTIONS);
        }
    }

    @Command(name = "get", description = "Shows one.")
    void get(
            @Parameters(index = "0", paramLabel = "NAMESPACE") String namespace,
            @Parameters(index = "1", paramLabel = "ID") String id) {
        try (var session = new Session(Root.of(spec))) {
            show(session.api().get(path(namespace, id)));
        }
    }

    @Command(name = "create", description = "Has an address told of executions.")
    void create(
            @Parameters(index = "0", paramLabel = "NAMESPACE") String namespace,
            @Parameters(index = "1", paramLabel = "URL") String url,
            @Option(names = "--id", description = "(default: made up)") @Nullable String id,
            @Option(
                            names = "--state",
                            split = ",",
                            paramLabel = "STATE",
                            description = "of which it is told (default: the ends)")
                    @Nullable List<String> states,
            @Option(names = "--flow", description = "(default: all)") @Nullable String flow,
            @Option(
                            names = "--secret",
                            paramLabel = "KEY",
                            description = "a secret of the namespace, which signs")
                    @Nullable String secret,
            @Option(names = "--description") @Nullable String description) {
        var written = new LinkedHashMap<String, Object>();
        written.put("url", url);
        put(written, "id", id);
        put(written, "states", states);
        put(written, "flowId", flow);
        put(written, "secret", secret);
        put(written, "description", description);
        try (var session = new Session(Root.of(spec))) {
            show(session.api().send("POST", path(namespace), written));
        }
    }

    @Command(name = "enable", description = "Has one told again.")
    void enable(
            @Parameters(index = "0", paramLabel = "NAMESPACE") String namespace,
            @Parameters(index = "1", paramLabel = "ID") String id) {
        turn(namespace, id, false);
    }

    @Command(name = "disable", description = "Tells one nothing for now.")
    void disable(
            @Parameters(index = "0", paramLabel = "NAMESPACE") String namespace,
            @Parameters(index = "1", paramLabel = "ID") String id) {
        turn(namespace, id, true);
    }

    private void turn(String namespace, String id, boolean disabled) {
        try (var session = new Session(Root.of(spec))) {
            var api = session.api();
            var present = api.get(path(namespace, id));
            var written = new LinkedHashMap<String, Object>();
            for (var name : List.of("url", "states", "flowId", "secret", "description")) {
                if (present.has(name)) {
                    written.put(name, present.get(name));
                }
            }
            written.put("disabled", disabled);
            show(api.send("PUT", path(namespace, id), written));
        }
    }

    @Command(name = "delete", description = "Ends one.")
    void delete(
            @Parameters(index = "0", paramLabel = "NAMESPACE") String namespace,
            @Parameters(index = "1", paramLabel = "ID") String id) {
        try (var session = new Session(Root.of(spec))) {
            session.api().send("DELETE", path(namespace, id), null);
        }
    }

    @Command(name = "test", description = "Tells one something that says it is a test.")
    void test(
            @Parameters(index = "0", paramLabel = "NAMESPACE") String namespace,
            @Parameters(index = "1", paramLabel = "ID") String id) {
        try (var session = new Session(Root.of(spec))) {
            var sent = session.api().send("POST", path(namespace, id) + "/test", null);
            Root.of(spec)
                    .output(spec)
                    .rows(JsonNodeFactory.instance.arrayNode().add(sent), DELIVERIES);
        }
    }

    @Command(name = "deliveries", description = "What was told, the latest first.")
    void deliveries(
            @Parameters(index = "0", paramLabel = "NAMESPACE") String namespace,
            @Parameters(index = "1", paramLabel = "ID") String id,
            @Option(names = "--state", description = "PENDING, DELIVERED or DEAD")
                    @Nullable String state,
            @Option(names = "--limit", defaultValue = "25") int limit) {
        var millrace = Root.of(spec);
        var rows = JsonNodeFactory.instance.arrayNode();
        try (var session = new Session(millrace)) {
            var cursor = "";
            do {
                var query = new LinkedHashMap<String, String>();
                query.put(
                        "size", Integer.toString(Math.clamp(limit - rows.size(), 1, MOST_IN_PAGE)));
                query.put("state", state == null ? "" : state);
                query.put("cursor", cursor);
                var page =
                        session.api().get(path(namespace, id) + "/deliveries" + Api.query(query));
                page.path("results").forEach(rows::add);
                cursor = page.path("nextCursor").asString("");
            } while (!cursor.isEmpty() && rows.size() < limit);
        }
        millrace.output(spec).rows(rows, DELIVERIES);
    }

    @Command(name = "redeliver", description = "Sends all dead deliveries again, or one.")
    void redeliver(
            @Parameters(index = "0", paramLabel = "NAMESPACE") String namespace,
            @Parameters(index = "1", paramLabel = "ID") String id,
            @Parameters(index = "2", arity = "0..1", paramLabel = "DELIVERY")
                    @Nullable String delivery) {
        var one = delivery == null ? "" : "/" + Api.encode(delivery);
        try (var session = new Session(Root.of(spec))) {
            var put =
                    session.api()
                            .send(
                                    "POST",
                                    path(namespace, id) + "/deliveries" + one + "/redeliver",
                                    null);
            var out = Millrace.out(spec);
            out.println(put.path("count").asInt() + " sent again");
            out.flush();
        }
    }

    private void show(JsonNode subscription) {
        var output = Root.of(spec).output(spec);
        if (output.isTable()) {
            output.rows(JsonNodeFactory.instance.arrayNode().add(subscription), SUBSCRIPTIONS);
        } else {
            output.tree(subscription);
        }
    }

    private static void put(Map<String, Object> written, String name, @Nullable Object value) {
        if (value != null) {
            written.put(name, value);
        }
    }

    private static String path(String namespace) {
        return "/namespaces/" + Api.encode(namespace) + "/subscriptions";
    }

    private static String path(String namespace, String id) {
        return path(namespace) + "/" + Api.encode(id);
    }
}
