// SPDX-License-Identifier: Apache-2.0
package io.millrace.bench.chaos;

import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;

/// Two instances of each service on a database and a broker of their own, under load; one thing
/// after the other is killed; then everything is counted.
@Command(
        name = "chaos",
        mixinStandardHelpOptions = true,
        description =
                "Kills and restarts parts of a suite of its own under load and counts what is lost.")
public final class Chaos implements Callable<Integer> {
    private static final Set<String> TERMINAL =
            Set.of("SUCCESS", "WARNING", "FAILED", "KILLED", "CANCELLED", "SKIPPED");
    private static final Duration LONGEST_GAP = Duration.ofSeconds(20);
    private static final Duration BETWEEN_BLOWS = Duration.ofSeconds(10);
    private static final Duration DRAIN = Duration.ofMinutes(5);
    private static final int POSTGRES_OFFSET = 30;
    private static final int RABBIT_OFFSET = 31;

    @Option(names = "--executions", description = "default: ${DEFAULT-VALUE}")
    private int executions = 2_000;

    @Option(names = "--rate", description = "starts a second (default: ${DEFAULT-VALUE})")
    private int rate = 16;

    @Option(names = "--port", description = "first of 40 free ports (default: ${DEFAULT-VALUE})")
    private int port = 24_100;

    @Option(
            names = "--blows",
            split = ",",
            description = "what is killed, in this order (default: ${DEFAULT-VALUE})")
    private List<String> chosen =
            List.of(
                    "execution-service",
                    "worker-service",
                    "scheduler-service",
                    "flow-service",
                    "gateway",
                    "rabbitmq",
                    "postgresql");

    @Option(
            names = "--herd",
            paramLabel = "SCHEDULES",
            description =
                    "instead: so many schedules that are due in the same second, and two schedulers"
                            + " of which one is killed while they fire them")
    private int schedules;

    @Option(names = "--keep", description = "keep data and logs")
    private boolean keep;

    private final PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    private final List<String> failures = new ArrayList<>();
    private final Map<String, Instant> blows = new HashMap<>();

    @Override
    public Integer call() {
        var home = temporaryDirectory();
        out.println("Data and logs: " + home);
        var effects = writableByAll(home.resolve("effects"));
        try (var postgres = new PrivatePostgres(home.resolve("postgres"), port + POSTGRES_OFFSET);
                var rabbit = new PrivateRabbit(home.resolve("rabbit"), port + RABBIT_OFFSET)) {
            postgres.create();
            rabbit.start();
            var environment = environment(home, postgres, rabbit);
            try (var suite = new PrivateSuite(environment, home.resolve("data"), port)) {
                if (schedules > 0) {
                    out.println("Starting all services, and a second scheduler ...");
                    suite.start(List.of("scheduler-service"));
                    herd(suite, environment);
                } else {
                    out.println("Starting two instances of each service ...");
                    suite.start(PrivateSuite.SERVICES);
                    drill(suite, postgres, rabbit, environment, effects);
                }
            }
        }
        if (!keep && failures.isEmpty()) {
            Processes.run(Map.of(), List.of("rm", "-rf", home.toString()));
        }
        failures.forEach(failure -> out.println("FAILED  " + failure));
        out.println(failures.isEmpty() ? "All checks hold." : failures.size() + " checks failed.");
        return failures.isEmpty() ? 0 : 1;
    }

    private void herd(PrivateSuite suite, Map<String, String> environment) {
        var load = new Load(List.of(suite.gateway(1)), tokens(environment));
        var came = new Herd(suite, load, out, schedules).run();
        require(
                "each schedule fired once",
                came.isGood(),
                "%d schedules, %d of them fired, %d executions"
                        .formatted(came.schedules(), came.fired(), came.executions()));
        out.println(
                "began after the date: first %d ms, median %d ms, p99 %d ms, last %d ms"
                        .formatted(
                                came.lateness(0).toMillis(),
                                came.lateness(0.5).toMillis(),
                                came.lateness(0.99).toMillis(),
                                came.lateness(1).toMillis()));
    }

    private void drill(
            PrivateSuite suite,
            PrivatePostgres postgres,
            PrivateRabbit rabbit,
            Map<String, String> environment,
            Path effects) {
        var load = new Load(List.of(suite.gateway(1), suite.gateway(2)), tokens(environment));
        load.deploy(flow(effects));
        load.deploy(schedule());
        var changes = new Changes(load);
        var begin = Instant.now();
        var blowing = CompletableFuture.runAsync(() -> blows(suite, postgres, rabbit, begin));
        var changing = CompletableFuture.runAsync(() -> changes.run(blowing::isDone));
        load.run("chaos", "effects", executions, rate, blowing::isDone);
        out.println(
                "%d executions acknowledged and %d starts refused within %d s"
                        .formatted(
                                load.acknowledged().size(),
                                load.refused(),
                                Duration.between(begin, Instant.now()).toSeconds()));
        blowing.join();
        changing.join();
        suite.awaitAllReady();
        check(load, effects, suite.firstWorker());
        audit(load, changes);
    }

    /// What happens: each blow when the one before is over, which is when all instances have been
    /// ready for a while.
    private void blows(
            PrivateSuite suite, PrivatePostgres postgres, PrivateRabbit rabbit, Instant begin) {
        for (var what : chosen) {
            Processes.pause(BETWEEN_BLOWS);
            switch (what) {
                case "rabbitmq" -> {
                    blow(begin, "restart of RabbitMQ", rabbit::restart);
                    suite.awaitAllReady();
                }
                case "postgresql" -> {
                    blow(begin, "crash and restart of PostgreSQL", postgres::restart);
                    suite.awaitAllReady();
                }
                default -> {
                    blow(begin, "kill -9 of " + what, () -> suite.kill(what));
                    Processes.pause(BETWEEN_BLOWS);
                    blow(begin, "it is started again", () -> suite.startAgain(what));
                }
            }
        }
    }

    private void blow(Instant begin, String what, Runnable blow) {
        var at = Instant.now();
        blows.put(what, at);
        blow.run();
        out.println(
                "%3d s  %s (%d ms)"
                        .formatted(
                                Duration.between(begin, at).toSeconds(),
                                what,
                                Duration.between(at, Instant.now()).toMillis()));
    }

    private void check(Load load, Path file, long firstWorker) {
        var acknowledged = load.acknowledged();
        require(
                "ids are unique",
                new HashSet<>(acknowledged).size() == acknowledged.size(),
                acknowledged.size() + " acknowledged");
        var ended = new HashMap<String, JsonNode>();
        var deadline = Instant.now().plus(DRAIN);
        for (var id : acknowledged) {
            var execution = load.get("executions/" + id);
            while (!TERMINAL.contains(stateOf(execution)) && Instant.now().isBefore(deadline)) {
                Processes.pause(Duration.ofMillis(250));
                execution = load.get("executions/" + id);
            }
            ended.put(id, execution);
        }
        var open = ended.values().stream().filter(e -> !TERMINAL.contains(stateOf(e))).toList();
        require("every acknowledged execution ended", open.isEmpty(), open.size() + " open");
        var failed =
                ended.values().stream()
                        .filter(e -> TERMINAL.contains(stateOf(e)) && !stateOf(e).equals("SUCCESS"))
                        .toList();
        require("all ended well", failed.isEmpty(), failed.size() + " did not");
        var twice = ended.values().stream().filter(Chaos::changedTwice).toList();
        require("no state changed twice", twice.isEmpty(), twice.size() + " histories");

        var effects = SideEffects.read(file);
        var lost = acknowledged.stream().filter(id -> !effects.runs().containsKey(id)).toList();
        require("no task was lost", lost.isEmpty(), lost.size() + " never ran");
        repeats(effects, firstWorker);
        require(
                "work went on within %d s".formatted(LONGEST_GAP.toSeconds()),
                effects.largestGap().compareTo(LONGEST_GAP) <= 0,
                "largest gap %.1f s".formatted(effects.largestGap().toMillis() / 1e3));
        ticks(load);
    }

    /// Each acknowledged start and change has its record in the audit log, and nobody has touched
    /// that.
    private void audit(Load load, Changes changes) {
        long starts = load.acknowledged().size();
        var wanted = new HashSet<>(changes.acknowledged());
        long recorded = 0;
        // what an outbox or the broker still has arrives within a moment
        var deadline = Instant.now().plus(Duration.ofMinutes(1));
        do {
            Processes.pause(Duration.ofSeconds(1));
            recorded = load.lines("audit/export?action=execution.create").size();
            for (var kind : List.of("flow/", "kv/", "binding/")) {
                for (var line : load.lines("audit/export?resource=" + kind)) {
                    wanted.remove(line.at("/event/resource").asString());
                }
            }
        } while ((recorded < starts || !wanted.isEmpty()) && Instant.now().isBefore(deadline));
        require(
                "no acknowledged start lacks its audit record",
                recorded >= starts,
                "%d acknowledged, %d recorded".formatted(starts, recorded));
        require(
                "no acknowledged change lacks its audit record",
                wanted.isEmpty(),
                "%d acknowledged, %d refused, %d not recorded %s"
                        .formatted(
                                changes.acknowledged().size(),
                                changes.refused(),
                                wanted.size(),
                                wanted.stream().limit(5).toList()));
        var chain = load.get("audit/verify");
        require(
                "the audit chain is whole",
                chain.get("whole").asBoolean(),
                chain.get("entries") + " entries");
    }

    /// Only what was in flight on the dead worker ran again: the worker that lives had not started
    /// it, and it had not ended. By the process, not by the time: a script may write its first line
    /// when who started it is dead already.
    private void repeats(SideEffects effects, long livingWorker) {
        var died = blows.getOrDefault("kill -9 of worker-service", Instant.MAX);
        var repeated = effects.repeated();
        long inFlight =
                repeated.values().stream()
                        .filter(runs -> runs.size() == 2)
                        .filter(runs -> runs.getFirst().worker() != livingWorker)
                        .filter(runs -> runs.getFirst().end().isAfter(died.minusSeconds(2)))
                        .filter(runs -> runs.getLast().begin().isAfter(died))
                        .filter(runs -> runs.getLast().worker() == livingWorker)
                        .count();
        require(
                "only tasks in flight on the dead worker ran again",
                inFlight == repeated.size(),
                "%d ran again, %d of them were in flight on it"
                        .formatted(repeated.size(), inFlight));
    }

    /// The schedule fired each second once, and nobody unlocked anything.
    private void ticks(Load load) {
        // by id: the pages move on while the schedule fires
        var byId = new HashMap<String, Instant>();
        for (int page = 1; ; page++) {
            var found =
                    load.get(
                            "executions/search?namespace=chaos&flowId=ticks&size=100&page=" + page);
            for (var execution : found.get("results")) {
                byId.put(
                        execution.at("/id").asString(),
                        Instant.parse(execution.at("/trigger/variables/date").asString()));
            }
            if (found.get("results").isEmpty()) {
                break;
            }
        }
        var dates = byId.values().stream().sorted().toList();
        long different = dates.stream().distinct().count();
        long doubled = dates.size() - different;
        long missed =
                dates.isEmpty()
                        ? 1
                        : Duration.between(dates.getFirst(), dates.getLast()).toSeconds()
                                + 1L
                                - different;
        require(
                "the schedule fired each second once",
                doubled == 0 && Math.abs(missed) <= 1 && dates.size() > 10,
                "%d ticks, %d twice, %d missed".formatted(dates.size(), doubled, missed));
    }

    private void require(String what, boolean holds, String detail) {
        out.println("%s  %s (%s)".formatted(holds ? "ok    " : "FAILED", what, detail));
        if (!holds) {
            failures.add(what + ": " + detail);
        }
    }

    private static String stateOf(JsonNode execution) {
        return execution.at("/state/current").asString();
    }

    /// Whether a state is twice in the history of the execution or one of its task runs. A task run
    /// that was dispatched anew is SUBMITTED or RUNNING again, but ends once.
    private static boolean changedTwice(JsonNode execution) {
        if (repeats(execution, Set.of())) {
            return true;
        }
        var runs = execution.get("taskRunList");
        if (runs == null || runs.size() != 2) {
            return true;
        }
        for (var run : runs) {
            if (repeats(run, Set.of("SUBMITTED", "RUNNING", "CREATED"))) {
                return true;
            }
        }
        return false;
    }

    private static boolean repeats(JsonNode node, Set<String> mayRepeat) {
        var seen = new HashSet<String>();
        for (var change : node.at("/state/histories")) {
            var state = change.get("state").asString();
            if (!seen.add(state) && !mayRepeat.contains(state)) {
                return true;
            }
        }
        return false;
    }

    private Map<String, String> environment(
            Path home, PrivatePostgres postgres, PrivateRabbit rabbit) {
        return Map.of(
                "MILLRACE_ENV",
                "/dev/null",
                "MILLRACE_BUILD",
                "skip",
                "MILLRACE_AOT",
                "off",
                "MILLRACE_PORT",
                Integer.toString(port),
                "MILLRACE_DATA",
                home.resolve("data").toString(),
                "MILLRACE_URL",
                "http://localhost:" + port,
                "MILLRACE_POSTGRES_URL",
                postgres.url(),
                "MILLRACE_POSTGRES_USER",
                postgres.user(),
                "MILLRACE_BROKER_URI",
                rabbit.uri().toString(),
                "MILLRACE_START_SECONDS",
                "300");
    }

    private static Supplier<String> tokens(Map<String, String> environment) {
        return new Supplier<>() {
            private String token = "";
            private Instant until = Instant.MIN;

            @Override
            public synchronized String get() {
                if (Instant.now().isAfter(until)) {
                    token =
                            Processes.run(environment, List.of("./millrace", "token"))
                                    .strip()
                                    .lines()
                                    .toList()
                                    .getLast();
                    until = Instant.now().plus(Duration.ofMinutes(2));
                }
                return token;
            }
        };
    }

    /// Each run of the task writes a line when it begins and one when it ends; lines this short are
    /// appended whole.
    private static String flow(Path effects) {
        return """
        id: effects
        namespace: chaos
        tasks:
          - id: effect
            type: io.kestra.plugin.scripts.shell.Script
            script: |
              echo "begin {{ execution.id }} $$ $(date +%%s%%3N) $PPID" >> %1$s
              sleep 0.2
              echo "end {{ execution.id }} $$ $(date +%%s%%3N) $PPID" >> %1$s
          - id: last
            type: io.kestra.plugin.core.log.Log
            message: done
        """
                .formatted(effects);
    }

    private static String schedule() {
        return """
        id: ticks
        namespace: chaos
        tasks:
          - id: tick
            type: io.kestra.plugin.core.log.Log
            message: "{{ trigger.date }}"
        triggers:
          - id: every-second
            type: io.kestra.plugin.core.trigger.Schedule
            cron: "* * * * * *"
            withSeconds: true
        """;
    }

    /// Scripts may run as somebody else than the worker.
    private static Path writableByAll(Path file) {
        try {
            Files.createFile(file);
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-rw-rw-"));
            return file;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path temporaryDirectory() {
        try {
            var directory = Files.createTempDirectory("millrace-chaos-");
            // PostgreSQL may run as another user
            directory.toFile().setExecutable(true, false);
            return directory;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
