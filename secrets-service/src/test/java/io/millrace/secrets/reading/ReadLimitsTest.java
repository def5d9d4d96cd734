// SPDX-License-Identifier: Apache-2.0
package io.millrace.secrets.reading;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ReadLimitsTest {
    private final ReadLimits limits = new ReadLimits(64, 3);

    @Test
    void callsOfWebhooksTakeNothingFromTasks() {
        int matched = 0;
        while (limits.tryMatch("main") && matched < 100) {
            matched++;
        }

        assertThat(matched).isLessThan(100);
        assertThat(limits.tryRead("main")).isTrue();
    }
}
