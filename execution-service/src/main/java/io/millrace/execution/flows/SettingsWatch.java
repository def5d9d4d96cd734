// SPDX-License-Identifier: Apache-2.0
package io.millrace.execution.flows;

import io.millrace.contracts.SettingsFreshness;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Keeps plans no longer than what namespaces give to flows counts ([SettingsFreshness]). On a
/// thread of its own: nothing else may delay it.
public final class SettingsWatch implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(SettingsWatch.class);

    private final FlowDirectory flows;
    private final ScheduledExecutorService schedule =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().name("settings-watch").daemon().factory());
    private boolean away;

    public SettingsWatch(FlowDirectory flows) {
        this.flows = flows;
        long every = SettingsFreshness.ASKED.toMillis();
        var _ = schedule.scheduleWithFixedDelay(this::look, every, every, TimeUnit.MILLISECONDS);
    }

    private void look() {
        try {
            flows.refresh();
            away = false;
        } catch (FlowServiceUnavailableException e) {
            if (!away) {
                log.atInfo()
                        .addKeyValue("cause", e.getMessage())
                        .log("Settings of namespaces can't be asked for");
            }
            away = true;
        } catch (RuntimeException e) {
            // the schedule would end with it
            log.atError().setCause(e).log("Settings of namespaces couldn't be looked at");
        }
    }

    @Override
    public void close() {
        schedule.shutdownNow();
    }
}
