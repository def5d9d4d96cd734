// SPDX-License-Identifier: Apache-2.0
package io.millrace.scheduler.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.expressions.Expressions;
import io.millrace.model.yaml.FlowParser;
import io.millrace.scheduler.question.TriggerFunctions;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Predicate;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A scheduler that turns now and then through a year with both changes of the clock, against the
/// calendar on the wall.
class ScheduleYearTest {
    private static final int YEAR = 2024;
    private static final Instant BEGIN = Instant.parse("2023-12-31T00:00:00Z");
    private static final Instant END = Instant.parse("2025-01-02T00:00:00Z");

    @ParameterizedTest
    @ValueSource(strings = {"Europe/Berlin", "America/New_York", "Australia/Lord_Howe"})
    void whatLeavesTheHourOpenFiresAtEachReadingOfTheClock(String zone) {
        var fired = year("*/15 * * * *", zone);

        assertThat(fired).isEqualTo(readings(ZoneId.of(zone), time -> time.getMinute() % 15 == 0));
    }

    @ParameterizedTest
    @ValueSource(strings = {"Europe/Berlin", "America/New_York", "Australia/Lord_Howe"})
    void whatNamesItsHourFiresOnceADay(String zone) {
        for (int hour = 0; hour < 4; hour++) {
            var fired = year("15 " + hour + " * * *", zone);

            assertThat(fired).isEqualTo(onceADay(ZoneId.of(zone), LocalTime.of(hour, 15)));
        }
    }

    /// All that fires, with turns at random and outages of up to two days.
    private static List<Instant> year(String cron, String zone) {
        var flow =
                FlowParser.trusting()
                        .parse(
                                """
                                id: year
                                namespace: test
                                tasks: [{id: log, type: io.kestra.plugin.core.log.Log, message: m}]
                                triggers:
                                  - id: t
                                    type: io.kestra.plugin.core.trigger.Schedule
                                    cron: "%s"
                                    timezone: %s
                                """
                                        .formatted(cron, zone))
                        .orThrow();
        var schedule =
                Fixtures.schedules(new Expressions())
                        .read(
                                flow.triggers().getFirst(),
                                Map.of("id", "year", "namespace", "test"));
        var random = new Random(cron.hashCode() * 31L + zone.hashCode());
        var fired = new ArrayList<Instant>();
        var next = schedule.plan(null, BEGIN).orElseThrow().toInstant();
        for (var now = BEGIN; now.isBefore(END); ) {
            boolean outage = random.nextInt(500) == 0;
            now = now.plusMillis(random.nextLong(outage ? 172_800_000 : 600_000));
            while (!next.isAfter(now)) {
                var due =
                        schedule.due(
                                next,
                                now,
                                Duration.ofSeconds(10),
                                1 + random.nextInt(20),
                                TriggerFunctions.none());
                due.fired().forEach(date -> fired.add(date.toInstant()));
                next = due.next().orElseThrow().toInstant();
            }
        }
        return fired.stream().filter(ScheduleYearTest::isOfTheYear).toList();
    }

    private static boolean isOfTheYear(Instant at) {
        return at.atZone(ZoneOffset.UTC).getYear() == YEAR;
    }

    private static List<Instant> readings(ZoneId zone, Predicate<LocalTime> matches) {
        var all = new ArrayList<Instant>();
        for (var at = BEGIN; at.isBefore(END); at = at.plusSeconds(60)) {
            if (isOfTheYear(at) && matches.test(at.atZone(zone).toLocalTime())) {
                all.add(at);
            }
        }
        return all;
    }

    /// The first reading of that time; if the clock skips it, the end of the gap.
    private static List<Instant> onceADay(ZoneId zone, LocalTime time) {
        var all = new ArrayList<Instant>();
        for (var day = LocalDate.of(YEAR - 1, 12, 30);
                day.getYear() <= YEAR || day.getDayOfYear() < 3;
                day = day.plusDays(1)) {
            var local = day.atTime(time);
            var gap = zone.getRules().getTransition(local);
            var at =
                    gap != null && gap.isGap()
                            ? gap.getInstant()
                            : local.atZone(zone).withEarlierOffsetAtOverlap().toInstant();
            if (isOfTheYear(at)) {
                all.add(at);
            }
        }
        return all;
    }
}
