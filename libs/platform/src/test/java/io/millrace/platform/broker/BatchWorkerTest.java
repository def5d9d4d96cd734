// SPDX-License-Identifier: Apache-2.0
package io.millrace.platform.broker;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import org.junit.jupiter.api.Test;

class BatchWorkerTest {

    @Test
    void lostDatabaseConnectionsPass() {
        var failure = new IllegalStateException(new SQLException("terminating", "57P01"));

        assertThat(BatchWorker.passing(failure)).isTrue();
    }

    @Test
    void brokenMessagesDoNot() {
        var duplicate = new IllegalStateException(new SQLException("null value", "23502"));

        assertThat(BatchWorker.passing(duplicate)).isFalse();
        assertThat(BatchWorker.passing(new IllegalArgumentException("no such field"))).isFalse();
    }
}
