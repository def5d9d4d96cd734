// SPDX-License-Identifier: Apache-2.0
package io.millrace.gateway.limit;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.gateway.limit.StartGate.Start;
import io.millrace.platform.access.QuotaUse;
import io.millrace.platform.problem.ServiceException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StartGateTest {
    private static final Start START = new Start("main", "/api/v1/main/executions/a/b", 7);

    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.EPOCH);
    private final StartGate gate =
            new StartGate(
                    new Clock() {
                        @Override
                        public ZoneId getZone() {
                            return ZoneOffset.UTC;
                        }

                        @Override
                        public Clock withZone(ZoneId zone) {
                            return this;
                        }

                        @Override
                        public Instant instant() {
                            return now.get();
                        }
                    });

    private static String closed(Duration wait) {
        return new QuotaUse.Closed(600, "company.team", wait).toString();
    }

    @Test
    void whatAQuotaRefusesIsRefusedForAsLong() {
        gate.refused(START, closed(Duration.ofMillis(100)));

        assertThatThrownBy(() -> gate.pass(START))
                .isInstanceOf(ServiceException.TooMany.class)
                .hasMessage(
                        "Expected at most 600 executions started a minute in namespace company.team");

        now.set(Instant.EPOCH.plusMillis(100));
        assertThatCode(() -> gate.pass(START)).doesNotThrowAnyException();
    }

    @Test
    void anotherFlowTenantOrQuotaIsAnother() {
        gate.refused(START, closed(Duration.ofHours(1)));

        for (var other :
                new Start[] {
                    new Start("other", START.path(), START.version()),
                    new Start(START.tenant(), START.path() + "c", START.version()),
                    new Start(START.tenant(), START.path(), 8),
                }) {
            assertThatCode(() -> gate.pass(other)).doesNotThrowAnyException();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "1;2", "a;b;c", "600;-5;ns"})
    void whatIsNoAnswerOfTheServiceClosesNothing(String header) {
        gate.refused(START, header);

        assertThatCode(() -> gate.pass(START)).doesNotThrowAnyException();
    }
}
