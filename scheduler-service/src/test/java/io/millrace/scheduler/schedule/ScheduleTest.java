// SPDX-License-Identifier: Apache-2.0
package io.millrace.scheduler.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.expressions.Expressions;
import io.millrace.model.LogLevel;
import io.millrace.model.Trigger;
import io.millrace.model.yaml.FlowParser;
import io.millrace.model.yaml.ParsedFlow;
import io.millrace.scheduler.condition.Conditions;
import io.millrace.scheduler.question.TriggerFunctions;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ScheduleTest {
    private static final Schedules SCHEDULES = new Schedules(new Conditions(new Expressions()));

    @Test
    void aPlannedDateOfTheScheduleFires() {
        var tick =
                schedule("cron: '* * * * *'")
                        .evaluate(at("10:07:00Z"), at("10:07:31Z"), TriggerFunctions.none());

        assertThat(tick.orElseThrow().date()).isEqualTo("2024-05-15T10:07:00Z");
        assertThat(instant(tick.orElseThrow().next())).isEqualTo(at("10:08:00Z"));
        assertThat(instant(tick.orElseThrow().previous())).isEqualTo(at("10:06:00Z"));
    }

    @Test
    void anyOtherDateWaitsForTheNextOfTheSchedule() {
        assertThat(
                        schedule("cron: '1 1 1 1 1'")
                                .evaluate(
                                        at("10:20:02Z"), at("10:20:30Z"), TriggerFunctions.none()))
                .isEmpty();
    }

    @Test
    void neighboursAreThoseAtWhichTheConditionsHold() {
        var schedule =
                schedule(
                        """
                        cron: '0 12 * * 1'
                            timezone: Europe/Paris
                            conditions:
                              - type: io.kestra.plugin.core.condition.DayWeekInMonth
                                dayOfWeek: MONDAY
                                dayInMonth: FIRST
                                date: "{{ trigger.date }}"
                        """);

        var tick =
                schedule.evaluate(
                                Instant.parse("2021-08-02T10:00:00Z"),
                                Instant.parse("2021-08-02T10:00:01Z"),
                                TriggerFunctions.none())
                        .orElseThrow();

        assertThat(tick.next())
                .contains(ZonedDateTime.parse("2021-09-06T12:00:00+02:00[Europe/Paris]"));
        assertThat(tick.previous())
                .contains(ZonedDateTime.parse("2021-07-05T12:00:00+02:00[Europe/Paris]"));
        assertThat(
                        schedule.evaluate(
                                Instant.parse("2021-08-09T10:00:00Z"),
                                at("10:00:00Z"),
                                TriggerFunctions.none()))
                .isEmpty();
    }

    @Test
    void conditionsThatNeverHoldAgainEndTheSearch() {
        var schedule =
                schedule(
                        """
                        cron: '* * * * * *'
                            withSeconds: true
                            conditions:
                              - type: io.kestra.plugin.core.condition.DateTimeBetween
                                before: "2021-08-03T12:00:00+02:00"
                        """);

        assertThat(schedule.next(at("10:00:00Z"))).isEmpty();
    }

    @Test
    void aBackfillWaitsForTheSchedulesDate() {
        var schedule = schedule("cron: '0 0 * * *'");

        assertThat(
                        schedule.evaluateBackfill(
                                Instant.parse("2024-01-02T00:00:00Z"),
                                at("10:00:00Z"),
                                TriggerFunctions.none()))
                .isPresent();
        assertThat(
                        schedule.evaluateBackfill(
                                Instant.parse("2024-01-01T12:00:00Z"),
                                at("10:00:00Z"),
                                TriggerFunctions.none()))
                .isEmpty();
    }

    @Test
    void nextSkipsWhatIsTooLate() {
        var schedule = schedule("cron: '* * * * *'\n    lateMaximumDelay: PT5M");

        assertThat(instant(schedule.plan(at("10:15:20Z"), at("10:30:20Z"))))
                .isEqualTo(at("10:26:00Z"));
        assertThat(instant(schedule.plan(null, at("10:30:20Z")))).isEqualTo(at("10:31:00Z"));
    }

    @Test
    void listsOfDatesBeginWithTheFirst() {
        var schedule =
                read(
                        """
                        type: io.kestra.plugin.core.trigger.ScheduleOnDates
                            dates: ["2024-05-15T10:31:00Z", "2024-05-15T10:29:00Z"]
                        """);

        assertThat(instant(schedule.plan(null, at("10:30:00Z")))).isEqualTo(at("10:29:00Z"));
        assertThat(instant(schedule.plan(at("10:30:00Z"), at("10:30:00Z"))))
                .isEqualTo(at("10:31:00Z"));
        assertThat(schedule.plan(at("10:31:00Z"), at("10:32:00Z"))).isEmpty();
        assertThat(instant(schedule.previous(at("10:30:00Z")))).isEqualTo(at("10:29:00Z"));
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "ALL, 10:30:00Z, 13:30:00Z, 11 12 13, 14",
                "LAST, 10:30:00Z, 13:30:00Z, 13, 14",
                "NONE, 10:30:00Z, 13:30:00Z, '', 14",
                "ALL, 11:00:00Z, 11:30:00Z, '', 12",
                "LAST, 11:00:00Z, 11:30:00Z, '', 12",
                "ALL, -, 13:30:00Z, '', 14",
            })
    void missedDates(
            String recover, @Nullable String last, String now, String fired, int nextHour) {
        var schedule = schedule("cron: '0 * * * *'\n    recoverMissedSchedules: " + recover);

        var due =
                schedule.recover(last == null ? null : at(last), at(now), TriggerFunctions.none());

        assertThat(due.fired())
                .extracting(date -> Integer.toString(date.getHour()))
                .isEqualTo(fired.isEmpty() ? List.of() : List.of(fired.split(" ")));
        assertThat(due.next().orElseThrow().getHour()).isEqualTo(nextHour);
    }

    @ParameterizedTest
    @ValueSource(strings = {"ALL", "LAST", "NONE"})
    void aDateThatIsHardlyLateIsNotMissed(String recover) {
        var schedule = schedule("cron: '0 * * * *'\n    recoverMissedSchedules: " + recover);

        var due =
                schedule.due(
                        at("11:00:00Z"),
                        at("11:00:03Z"),
                        Duration.ofSeconds(10),
                        100,
                        TriggerFunctions.none());

        assertThat(due.fired()).hasSize(1);
        assertThat(instant(due.next())).isEqualTo(at("12:00:00Z"));
    }

    @Test
    void whatIsTooMuchAtOnceStaysDue() {
        var schedule = schedule("cron: '* * * * *'");

        var due =
                schedule.due(
                        at("10:00:00Z"),
                        at("11:00:00Z"),
                        Duration.ofSeconds(10),
                        7,
                        TriggerFunctions.none());

        assertThat(due.fired())
                .hasSize(7)
                .last()
                .isEqualTo(ZonedDateTime.parse("2024-05-15T10:06Z"));
        assertThat(instant(due.next())).isEqualTo(at("10:07:00Z"));
    }

    @Test
    void whatIsNoScheduleIsRefused() {
        var webhook =
                new Trigger(
                        "t",
                        Schedules.SCHEDULE,
                        null,
                        false,
                        List.of(),
                        null,
                        Map.of(),
                        Map.of(),
                        List.of(),
                        LogLevel.INFO,
                        null,
                        Map.of(
                                "cron", "* * * * * *",
                                "timezone", "Mars/Olympus",
                                "lateMaximumDelay", "soon",
                                "recoverMissedSchedules", "SOME"));

        assertThatThrownBy(() -> SCHEDULES.read(webhook, Map.of()))
                .isInstanceOfSatisfying(
                        InvalidTriggerException.class, e -> assertThat(e.errors()).hasSize(4));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{{ schedule.date == trigger.date }}",
                "{{ trigger.next | date('HH') == '11' }}",
                "{{ schedule.previous | date('HH') == '09' }}",
                "{{ labels.team == 'a' }}",
                "{{ vars.on }}",
                "{{ flow.id == 'f' }}"
            })
    void conditionsSeeTheDatesAndTheFlow(String expression) {
        var schedule = schedule("cron: '0 * * * *'\n    when: \"%s\"".formatted(expression));

        assertThat(schedule.evaluate(at("10:00:00Z"), at("10:00:01Z"), TriggerFunctions.none()))
                .isPresent();
    }

    private static Schedule schedule(String properties) {
        return read("type: io.kestra.plugin.core.trigger.Schedule\n    " + properties);
    }

    private static Schedule read(String trigger) {
        var flow =
                FlowParser.trusting()
                        .parse(
                                """
                                id: f
                                namespace: n
                                labels:
                                  team: a
                                variables:
                                  on: true
                                tasks:
                                  - id: log
                                    type: io.kestra.plugin.core.log.Log
                                    message: hello
                                triggers:
                                  - id: t
                                    %s
                                """
                                        .formatted(trigger));
        return switch (flow) {
            case ParsedFlow.Valid valid ->
                    SCHEDULES.read(
                            valid.flow().triggers().getFirst(), Schedules.seenOf(valid.flow()));
            case ParsedFlow.Invalid invalid ->
                    throw new IllegalArgumentException(invalid.problems().toString());
        };
    }

    private static Instant at(String time) {
        return Instant.parse("2024-05-15T" + time);
    }

    private static @Nullable Instant instant(Optional<ZonedDateTime> date) {
        return date.map(ZonedDateTime::toInstant).orElse(null);
    }
}
