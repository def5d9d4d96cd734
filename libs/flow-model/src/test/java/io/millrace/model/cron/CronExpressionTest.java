// SPDX-License-Identifier: Apache-2.0
package io.millrace.model.cron;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CronExpressionTest {
    private static final ZoneId PARIS = ZoneId.of("Europe/Paris");

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "* * * * *      | 2024-05-15T10:07:31Z | 2024-05-15T10:08:00Z | 2024-05-15T10:07:00Z",
                "*/15 * * * *   | 2024-05-15T10:15:00Z | 2024-05-15T10:30:00Z | 2024-05-15T10:00:00Z",
                "5/20 * * * *   | 2024-05-15T10:30:00Z | 2024-05-15T10:45:00Z | 2024-05-15T10:25:00Z",
                "0 9-17/4 * * * | 2024-05-15T10:30:00Z | 2024-05-15T13:00:00Z | 2024-05-15T09:00:00Z",
                "0 0 1 * *      | 2024-05-15T10:30:00Z | 2024-06-01T00:00:00Z | 2024-05-01T00:00:00Z",
                "0 0 29 2 *     | 2024-05-15T10:30:00Z | 2028-02-29T00:00:00Z | 2024-02-29T00:00:00Z",
                "0 0 29 2 *     | 2096-03-01T00:00:00Z | 2104-02-29T00:00:00Z | 2096-02-29T00:00:00Z",
                "0 0 31 * *     | 2024-05-15T10:30:00Z | 2024-05-31T00:00:00Z | 2024-03-31T00:00:00Z",
                "0 12 * * mon   | 2024-05-15T10:30:00Z | 2024-05-20T12:00:00Z | 2024-05-13T12:00:00Z",
                "0 12 * * 7     | 2024-05-15T10:30:00Z | 2024-05-19T12:00:00Z | 2024-05-12T12:00:00Z",
                "0 12 * * 5-7   | 2024-05-15T10:30:00Z | 2024-05-17T12:00:00Z | 2024-05-12T12:00:00Z",
                "0 12 1 * MON   | 2024-05-25T10:30:00Z | 2024-05-27T12:00:00Z | 2024-05-20T12:00:00Z",
                "0 12 1 * MON   | 2024-05-31T10:30:00Z | 2024-06-01T12:00:00Z | 2024-05-27T12:00:00Z",
                "0 12 */1 * MON | 2024-05-31T10:30:00Z | 2024-06-03T12:00:00Z | 2024-05-27T12:00:00Z",
                "0 0 * JAN,dec *| 2024-05-15T10:30:00Z | 2024-12-01T00:00:00Z | 2024-01-31T00:00:00Z",
                "@hourly        | 2024-05-15T10:30:00Z | 2024-05-15T11:00:00Z | 2024-05-15T10:00:00Z",
                "@daily         | 2024-05-15T00:00:00Z | 2024-05-16T00:00:00Z | 2024-05-14T00:00:00Z",
                "@weekly        | 2024-05-15T10:30:00Z | 2024-05-19T00:00:00Z | 2024-05-12T00:00:00Z",
                "@yearly        | 2024-05-15T10:30:00Z | 2025-01-01T00:00:00Z | 2024-01-01T00:00:00Z",
            })
    void neighbours(String cron, Instant at, Instant next, Instant previous) {
        var expression = CronExpression.parse(cron, false);

        assertThat(expression.next(at, ZoneId.of("UTC")).orElseThrow().toInstant()).isEqualTo(next);
        assertThat(expression.previous(at, ZoneId.of("UTC")).orElseThrow().toInstant())
                .isEqualTo(previous);
    }

    @Test
    void secondsAreTheFirstOfSixFields() {
        var expression = CronExpression.parse("*/30 * * * * *", true);

        assertThat(dates(expression, "2024-05-15T10:07:59Z", "2024-05-15T10:09:00Z", PARIS))
                .containsExactly("2024-05-15T10:08:00Z", "2024-05-15T10:08:30Z");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "* * * *",
                "* * * * * *",
                "60 * * * *",
                "* 24 * * *",
                "* * 0 * *",
                "* * * 13 *",
                "* * * * 8",
                "*/0 * * * *",
                "*/60 * * * *",
                "0 */24 * * *",
                "5-1 * * * *",
                "a * * * *",
                "1,,2 * * * *",
                "1-2-3 * * * *",
                "* * L * *",
                "@reboot",
                "99999999999 * * * *",
                "-1 * * * *",
                "+1 * * * *",
                "1/2/3 * * * *"
            })
    void refused(String cron) {
        assertThatThrownBy(() -> CronExpression.parse(cron, false))
                .isInstanceOf(CronSyntaxException.class)
                .hasMessageStartingWith("invalid cron expression '" + cron + "'");
    }

    @Test
    void impossibleDateHasNoNeighbours() {
        var expression = CronExpression.parse("0 0 30 2 *", false);
        var now = Instant.parse("2024-05-15T10:00:00Z");

        assertThat(expression.next(now, PARIS)).isEmpty();
        assertThat(expression.previous(now, PARIS)).isEmpty();
    }

    @Test
    void dateInAGapRunsAtItsEnd() {
        // at 2:00 the clock goes to 3:00, 01:00 UTC
        var expression = CronExpression.parse("30 2 * * *", false);

        assertThat(dates(expression, "2024-03-30T00:00:00Z", "2024-04-01T12:00:00Z", PARIS))
                .containsExactly(
                        "2024-03-30T01:30:00Z", "2024-03-31T01:00:00Z", "2024-04-01T00:30:00Z");
    }

    @Test
    void dateThatTheClockShowsTwiceRunsOnce() {
        // at 3:00 the clock goes back to 2:00, 01:00 UTC
        var expression = CronExpression.parse("30 2 * * *", false);

        assertThat(dates(expression, "2024-10-26T12:00:00Z", "2024-10-28T12:00:00Z", PARIS))
                .containsExactly("2024-10-27T00:30:00Z", "2024-10-28T01:30:00Z");
    }

    @Test
    void openHoursFollowTheClock() {
        var expression = CronExpression.parse("30 * * * *", false);

        assertThat(dates(expression, "2024-03-30T23:45:00Z", "2024-03-31T02:45:00Z", PARIS))
                .containsExactly(
                        "2024-03-31T00:30:00Z", "2024-03-31T01:30:00Z", "2024-03-31T02:30:00Z");
        assertThat(dates(expression, "2024-10-26T23:45:00Z", "2024-10-27T02:45:00Z", PARIS))
                .containsExactly(
                        "2024-10-27T00:30:00Z", "2024-10-27T01:30:00Z", "2024-10-27T02:30:00Z");
    }

    @ParameterizedTest
    @ValueSource(strings = {"30 2 * * *", "*/20 * * * *", "0 3 * * *", "15 1-3 * * 0", "0 0 * * *"})
    void previousIsTheWayBackOfNext(String cron) {
        var expression = CronExpression.parse(cron, false);
        for (var zone : List.of("Europe/Paris", "America/New_York", "Australia/Lord_Howe", "UTC")) {
            for (var year : List.of("2024-03-", "2024-10-", "2024-04-", "2024-11-")) {
                var from = Instant.parse(year + "01T00:00:00Z");
                var forth = new ArrayList<Instant>();
                var at = from;
                for (int i = 0; i < 300; i++) {
                    at = expression.next(at, ZoneId.of(zone)).orElseThrow().toInstant();
                    forth.add(at);
                }
                var back = new ArrayList<Instant>();
                back.add(at);
                for (int i = 0; i < 299; i++) {
                    at = expression.previous(at, ZoneId.of(zone)).orElseThrow().toInstant();
                    back.addFirst(at);
                }

                assertThat(back).as(cron + " in " + zone + " from " + from).isEqualTo(forth);
            }
        }
    }

    private static List<String> dates(CronExpression cron, String from, String to, ZoneId zone) {
        var dates = new ArrayList<String>();
        var at = Instant.parse(from).atZone(zone);
        while (true) {
            at = cron.next(at.toInstant(), zone).orElseThrow();
            if (!at.toInstant().isBefore(Instant.parse(to))) {
                return dates;
            }
            dates.add(at.toInstant().toString());
        }
    }
}
