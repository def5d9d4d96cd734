// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.amqp;

import com.rabbitmq.client.Channel;
import io.millrace.plugin.Default;
import io.millrace.plugin.Inline;
import io.millrace.plugin.NothingNewException;
import io.millrace.plugin.Plugin;
import io.millrace.plugin.PollingTrigger;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.Title;
import java.net.URI;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// Takes what a queue holds; all of it starts one execution.
@Plugin(
        type = "io.kestra.plugin.amqp.Trigger",
        title = "Start an execution when a queue has messages")
public final class Trigger extends BrokerTask<Trigger.Properties, Trigger.Outputs>
        implements PollingTrigger<Trigger.Properties, Trigger.Outputs> {

    public record Properties(
            @Inline Server server,
            @Title("Queue") String queue,
            @Title("STRING or JSON: what `data` becomes") @Default("STRING") String serdeType,
            @Title("How many messages at most") @Nullable Integer maxRecords,
            @Title("How long at most; what is there at once if neither is said")
                    @Nullable Duration maxDuration)
            implements At {}

    public record Outputs(
            @Title("File with a message a line") @Nullable URI uri,
            @Title("How many") long count) {}

    @Override
    Outputs work(Channel channel, Properties properties, TaskContext context) throws Exception {
        var result =
                Taking.take(
                        channel,
                        properties.queue(),
                        properties.serdeType(),
                        properties.maxRecords(),
                        properties.maxDuration(),
                        context);
        if (result.size() == 0) {
            throw new NothingNewException();
        }
        return new Outputs(result.uri(), result.size());
    }
}
