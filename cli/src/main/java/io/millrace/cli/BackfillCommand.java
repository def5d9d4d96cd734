// SPDX-License-Identifier: Apache-2.0
package io.millrace.cli;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;

@Command(
        name = "backfill",
        description = "Has a schedule start the executions of a time that has passed.")
final class BackfillCommand implements Runnable {
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(1);
    private static final int DAY = "2026-01-01".length();

    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public void run() {
        throw new CommandLine.ParameterException(
                spec.commandLine(), "Expected backfill create, status, pause, unpause or delete");
    }

    /// An instant with its offset, or a day.
    static final class Moment implements CommandLine.ITypeConverter<Instant> {
        @Override
        public Instant convert(String text) {
            try {
                return text.length() == DAY
                        ? LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant()
                        : OffsetDateTime.parse(text).toInstant();
            } catch (DateTimeParseException e) {
                throw new CommandLine.TypeConversionException(
                        "Expected an instant such as 2026-01-01T00:00:00Z, or a day such as"
                                + " 2026-01-01, but got "
                                + text);
            }
        }
    }

    /// Which trigger.
    static final class Trigger {
        @Parameters(index = "0", paramLabel = "NAMESPACE")
        private String namespace = "";

        @Parameters(index = "1", paramLabel = "FLOW")
        private String flow = "";

        @Parameters(index = "2", paramLabel = "TRIGGER")
        private String trigger = "";

        private Map<String, Object> id() {
            var id = new LinkedHashMap<String, Object>();
            id.put("namespace", namespace);
            id.put("flowId", flow);
            id.put("triggerId", trigger);
            return id;
        }
    }

    @Command(name = "create", description = "Begins a backfill.")
    int create(
            @CommandLine.Mixin Trigger trigger,
            @Option(
                            names = "--start",
                            required = true,
                            paramLabel = "2026-01-01T00:00:00Z",
                            converter = Moment.class,
                            description = "first instant, or a day that begins at midnight UTC")
                    Instant start,
            @Option(
                            names = "--end",
                            paramLabel = "INSTANT",
                            converter = Moment.class,
                            description = "last instant (default: now)")
                    @Nullable Instant end,
            @Option(
                            names = {"-i", "--input"},
                            paramLabel = "KEY=VALUE")
                    @Nullable Map<String, String> inputs,
            @Option(
                            names = {"-l", "--label"},
                            paramLabel = "KEY=VALUE")
                    @Nullable Map<String, String> labels,
            @Option(
                            names = "--only-missing",
                            description = "leave out dates that have an execution")
                    boolean onlyMissing,
            @Option(names = "--concurrency", description = "so many executions at once")
                    @Nullable Integer concurrency,
            @Option(names = "--wait", description = "until it has started all executions")
                    boolean wait) {
        var backfill = new LinkedHashMap<String, Object>();
        backfill.put("start", start.toString());
        if (end != null) {
            backfill.put("end", end.toString());
        }
        if (inputs != null) {
            backfill.put("inputs", inputs);
        }
        if (labels != null) {
            backfill.put(
                    "labels",
                    labels.entrySet().stream()
                            .map(l -> Map.of("key", l.getKey(), "value", l.getValue()))
                            .toList());
        }
        if (onlyMissing) {
            backfill.put("onlyMissing", true);
        }
        if (concurrency != null) {
            backfill.put("concurrency", concurrency);
        }
        var body = trigger.id();
        body.put("backfill", backfill);
        var millrace = Root.of(spec);
        try (var session = new Session(millrace)) {
            if (inputs != null) {
                FlowInputs.check(
                        session.api(), trigger.namespace, trigger.flow, null, inputs.keySet());
            }
            var answer = session.api().send("PUT", "/triggers", body);
            if (wait) {
                awaitEnd(millrace, session.api(), trigger);
            }
            // how it began says how much there was to do
            show(millrace, answer, wait ? "ended" : "running");
        }
        return ExitCode.OK.code();
    }

    @Command(name = "status", description = "Says how far it has come.")
    void status(@CommandLine.Mixin Trigger trigger) {
        var millrace = Root.of(spec);
        try (var session = new Session(millrace)) {
            var found =
                    find(session.api(), trigger)
                            .orElseThrow(() ->
                                    new CliException(ExitCode.REFUSED, "There is no such trigger"));
            show(millrace, found, "running");
        }
    }

    @Command(name = "pause", description = "Holds it.")
    void pause(@CommandLine.Mixin Trigger trigger) {
        change("PUT", "pause", trigger);
    }

    @Command(name = "unpause", description = "Lets it go on.")
    void unpause(@CommandLine.Mixin Trigger trigger) {
        change("PUT", "unpause", trigger);
    }

    @Command(name = "delete", description = "Ends it; executions that it has started go on.")
    void delete(@CommandLine.Mixin Trigger trigger) {
        change("POST", "delete", trigger);
    }

    private void change(String method, String what, Trigger trigger) {
        var millrace = Root.of(spec);
        try (var session = new Session(millrace)) {
            var answer = session.api().send(method, "/triggers/backfill/" + what, trigger.id());
            show(millrace, answer, "running");
        }
    }

    private void awaitEnd(Millrace millrace, Api api, Trigger trigger) {
        try (var progress = millrace.progress(spec, "backfill")) {
            while (true) {
                var backfill = find(api, trigger).map(BackfillCommand::backfill);
                if (backfill.isEmpty() || backfill.get().isMissingNode()) {
                    return;
                }
                progress.at(
                        backfill.get().path("done").asLong(0),
                        backfill.get().path("total").asLong(0));
                try {
                    Thread.sleep(LOOK_AGAIN);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    throw new CliException("Interrupted", e);
                }
            }
        }
    }

    private static Optional<JsonNode> find(Api api, Trigger trigger) {
        var path = "/triggers/" + Api.encode(trigger.namespace) + "/" + Api.encode(trigger.flow);
        for (var state : api.pages(path, Map.of(), Integer.MAX_VALUE)) {
            if (state.path("triggerId").asString("").equals(trigger.trigger)) {
                return Optional.of(state);
            }
        }
        return Optional.empty();
    }

    private static JsonNode backfill(JsonNode state) {
        var backfill = state.path("backfill");
        return backfill.isNull() ? state.path("none") : backfill;
    }

    /// @param goesOn what to call a backfill that isn't paused
    private void show(Millrace millrace, JsonNode state, String goesOn) {
        var output = millrace.output(spec);
        if (!output.isTable()) {
            output.tree(state);
            return;
        }
        var backfill = backfill(state);
        output.table(
                List.of(
                        List.of("TRIGGER", "BACKFILL", "DONE", "OF", "AT", "END"),
                        List.of(
                                state.path("triggerId").asString("-"),
                                backfill.isMissingNode()
                                        ? "none"
                                        : backfill.path("paused").asBoolean(false)
                                                ? "paused"
                                                : goesOn,
                                backfill.path(goesOn.equals("ended") ? "total" : "done")
                                        .asString("-"),
                                backfill.path("total").asString("-"),
                                backfill.path("currentDate").asString("-"),
                                backfill.path("end").asString("-"))));
    }
}
