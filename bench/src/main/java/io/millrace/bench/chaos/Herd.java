// SPDX-License-Identifier: Apache-2.0
package io.millrace.bench.chaos;

import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;

/// Many schedules that are due in the same second, and two schedulers of which one is killed while
/// they fire them.
final class Herd {
    private static final int IN_A_FLOW = 100;
    private static final int PAGE = 500;

    /// Until then all flows have to be known.
    private static final Duration AHEAD = Duration.ofMinutes(3);

    private static final Duration PATIENCE = Duration.ofMinutes(10);

    /// How long nothing more may come for it to be all.
    private static final Duration QUIET = Duration.ofSeconds(15);

    private final PrivateSuite suite;
    private final Load load;
    private final PrintStream out;
    private final int flows;

    /// @param schedules rounded up to hundreds
    Herd(PrivateSuite suite, Load load, PrintStream out, int schedules) {
        this.suite = suite;
        this.load = load;
        this.out = out;
        this.flows = Math.ceilDiv(schedules, IN_A_FLOW);
    }

    /// What came of it.
    ///
    /// @param schedules that there are
    /// @param fired different ones with an execution
    /// @param executions of all of them
    /// @param lateness of the executions' beginnings, in order
    record Outcome(int schedules, int fired, int executions, List<Duration> lateness) {
        boolean isGood() {
            return fired == schedules && executions == schedules;
        }

        /// @param share such as 0.99
        Duration lateness(double share) {
            return lateness.isEmpty()
                    ? Duration.ZERO
                    : lateness.get((int) ((lateness.size() - 1) * share));
        }
    }

    Outcome run() {
        int all = flows * IN_A_FLOW;
        var due = Instant.now().plus(AHEAD).truncatedTo(ChronoUnit.MINUTES);
        for (int flow = 0; flow < flows; flow++) {
            load.deploy(flow(flow, due));
        }
        Processes.await(
                "the schedulers know all schedules",
                Duration.between(Instant.now(), due),
                () -> total("triggers/search") == all);
        out.println(all + " schedules are due at " + due);
        Processes.await(
                "a tenth has begun",
                Duration.between(Instant.now(), due).plus(PATIENCE),
                () -> total("executions/search") >= all / 10);
        suite.kill("scheduler-service");
        out.println(
                "kill -9 of a scheduler %.1f s after the date, with %d executions begun"
                        .formatted(
                                Duration.between(due, Instant.now()).toMillis() / 1e3,
                                total("executions/search")));
        Processes.await("all have begun", PATIENCE, () -> total("executions/search") >= all);
        Processes.pause(QUIET);
        return outcome(all, due);
    }

    private Outcome outcome(int all, Instant due) {
        var fired = new HashSet<String>();
        var lateness = new ArrayList<Duration>();
        var cursor = "";
        do {
            var page =
                    load.get(
                            "executions/search?namespace=herd&taskRuns=false&count=false&size="
                                    + PAGE
                                    + (cursor.isEmpty() ? "" : "&cursor=" + cursor));
            for (var execution : page.get("results")) {
                fired.add(
                        execution.at("/flowId").asString()
                                + "/"
                                + execution.at("/trigger/id").asString());
                lateness.add(
                        Duration.between(
                                due, Instant.parse(execution.at("/state/startDate").asString())));
            }
            cursor = page.path("nextCursor").asString("");
        } while (!cursor.isEmpty());
        return new Outcome(all, fired.size(), lateness.size(), lateness.stream().sorted().toList());
    }

    private long total(String list) {
        return load.get(list + "?namespace=herd&taskRuns=false&size=1").get("total").asLong();
    }

    private static String flow(int number, Instant due) {
        var cron = DateTimeFormatter.ofPattern("m H d M '*'").format(due.atOffset(ZoneOffset.UTC));
        var source =
                new StringBuilder(
                        """
                        id: herd%d
                        namespace: herd
                        tasks:
                          - {id: tick, type: io.kestra.plugin.core.debug.Return, format: "{{ trigger.date }}"}
                        triggers:
                        """
                                .formatted(number));
        for (int trigger = 0; trigger < IN_A_FLOW; trigger++) {
            source.append(
                    "  - {id: t%d, type: io.kestra.plugin.core.trigger.Schedule, cron: '%s', timezone: UTC}\n"
                            .formatted(trigger, cron));
        }
        return source.toString();
    }
}
