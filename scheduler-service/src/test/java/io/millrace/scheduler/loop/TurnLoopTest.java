// SPDX-License-Identifier: Apache-2.0
package io.millrace.scheduler.loop;

import static org.awaitility.Awaitility.await;

import io.millrace.platform.broker.BrokerUnavailableException;
import io.millrace.platform.problem.ServiceException;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.springframework.dao.QueryTimeoutException;
import org.springframework.web.client.RestClientException;

class TurnLoopTest {

    @Test
    void nothingThatATurnThrowsEndsTheLoop() {
        var failures =
                List.of(
                                new IllegalStateException("a bug"),
                                new QueryTimeoutException("away"),
                                new BrokerUnavailableException("away", null),
                                new RestClientException("500"),
                                new ServiceException.NotFound("gone"),
                                new ClassCastException("a bug"))
                        .iterator();
        var survived = new CountDownLatch(1);
        var loop = new Failing(failures, survived);

        loop.start();

        await().until(() -> survived.getCount() == 0);
        loop.stop();
    }

    @Test
    void oneThatSleepsIsWoken() {
        var turns = new CountDownLatch(2);
        var loop =
                new TurnLoop("sleeper", new Wakes(), Duration.ofHours(1)) {
                    @Override
                    protected Duration turn() {
                        turns.countDown();
                        return Duration.ofHours(1);
                    }
                };
        loop.start();
        await().until(() -> turns.getCount() == 1);

        loop.wake();

        await().until(() -> turns.getCount() == 0);
        loop.stop();
    }

    private static final class Failing extends TurnLoop {
        private final Iterator<? extends RuntimeException> failures;
        private final CountDownLatch survived;

        Failing(Iterator<? extends RuntimeException> failures, CountDownLatch survived) {
            super("failing", new Wakes(), Duration.ofMillis(1));
            this.failures = failures;
            this.survived = survived;
        }

        @Override
        protected Duration turn() {
            if (failures.hasNext()) {
                throw failures.next();
            }
            survived.countDown();
            return Duration.ofHours(1);
        }
    }
}
