// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.core.flow;

import io.millrace.plugin.NoOutputs;
import io.millrace.plugin.Plugin;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskPlugin;
import io.millrace.plugin.Title;
import java.time.Duration;

/// Waits.
@Plugin(type = "io.kestra.plugin.core.flow.Sleep", title = "Wait for a while")
public final class Sleep implements TaskPlugin<Sleep.Properties, NoOutputs> {

    public record Properties(@Title("How long, in ISO 8601") Duration duration) {}

    @Override
    public NoOutputs run(Properties properties, TaskContext context) throws InterruptedException {
        context.log().info("Waiting for " + properties.duration());
        Thread.sleep(properties.duration());
        return new NoOutputs();
    }
}
