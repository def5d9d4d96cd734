// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.camel;

import io.millrace.plugin.Inline;
import io.millrace.plugin.NothingNewException;
import io.millrace.plugin.Plugin;
import io.millrace.plugin.PollingTrigger;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.Title;
import java.net.URI;
import org.apache.camel.Endpoint;
import org.jspecify.annotations.Nullable;

/// Looks now and then for messages, and takes them.
@Plugin(
        type = "io.millrace.plugin.camel.Trigger",
        title = "Start an execution when an endpoint of Camel has something")
public final class Trigger extends CamelTask<Trigger.Properties, Trigger.Outputs>
        implements PollingTrigger<Trigger.Properties, Trigger.Outputs> {

    public record Properties(@Inline Target target, @Inline Receiving receiving)
            implements Target.At {}

    public record Outputs(
            @Title("How many messages") long messagesCount,
            @Title("File with a message a line: body, or uri, and headers") @Nullable URI uri) {}

    @Override
    Outputs work(Camel camel, Endpoint endpoint, Properties p, TaskContext context)
            throws Exception {
        var received = p.receiving().receive(camel, endpoint, context);
        if (received.size() == 0) {
            throw new NothingNewException();
        }
        return new Outputs(received.size(), received.uri());
    }
}
