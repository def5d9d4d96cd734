// SPDX-License-Identifier: Apache-2.0
package io.millrace.platform.egress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.contracts.EgressRules;
import io.millrace.platform.problem.ServiceException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class TenantEgressTest {
    private static final EgressRules OLD = denying("old.test");
    private static final EgressRules NEW = denying("new.test");

    private final Deque<Supplier<EgressRules>> answers = new ArrayDeque<>();
    private Instant now = Instant.EPOCH;
    private final TenantEgress egress =
            new TenantEgress(EgressRules.NONE, _ -> answers.remove().get(), () -> now);

    private static EgressRules denying(String host) {
        return new EgressRules(List.of(), List.of(host), List.of());
    }

    private Supplier<EgressRules> after(Duration time, EgressRules rules) {
        return () -> {
            now = now.plus(time);
            return rules;
        };
    }

    @Test
    void anAnswerCountsFromWhenItWasAsked() {
        answers.add(after(Duration.ofMillis(100), OLD));
        answers.add(after(Duration.ZERO, NEW));

        assertThat(egress.of("a")).isEqualTo(OLD);
        now = Instant.EPOCH.plus(EgressRules.ASKED).minusMillis(1);
        assertThat(egress.of("a")).isEqualTo(OLD);
        now = Instant.EPOCH.plus(EgressRules.ASKED);
        assertThat(egress.of("a")).isEqualTo(NEW);
    }

    @Test
    void anAnswerThatTookLongerThanItCountsIsAskedForAgain() {
        answers.add(after(EgressRules.ASKED, OLD));
        answers.add(after(Duration.ZERO, NEW));

        assertThat(egress.of("a")).isEqualTo(NEW);
    }

    @Test
    void whatIsAlwaysSlowIsTaken() {
        for (int i = 0; i < 10; i++) {
            answers.add(after(EgressRules.ASKED, OLD));
        }

        assertThat(egress.of("a")).isEqualTo(OLD);
    }

    @Test
    void whileNobodyAnswersWhatWasKnownCountsAndTheUnknownDoesNot() {
        answers.add(after(Duration.ZERO, OLD));
        egress.of("a");
        now = now.plus(EgressRules.ASKED);
        Supplier<EgressRules> away =
                () -> {
                    throw new ServiceException.Unavailable("away");
                };
        answers.add(away);
        answers.add(away);

        assertThat(egress.of("a")).isEqualTo(OLD);
        assertThatThrownBy(() -> egress.of("b")).isInstanceOf(ServiceException.Unavailable.class);
    }
}
