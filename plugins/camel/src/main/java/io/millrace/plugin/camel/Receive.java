// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.camel;

import io.millrace.plugin.Inline;
import io.millrace.plugin.Plugin;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.Title;
import java.net.URI;
import org.apache.camel.Endpoint;
import org.jspecify.annotations.Nullable;

/// Takes messages into a file.
@Plugin(type = "io.millrace.plugin.camel.Receive", title = "Take what an endpoint of Camel has")
public final class Receive extends CamelTask<Receive.Properties, Receive.Outputs> {

    public record Properties(@Inline Target target, @Inline Receiving receiving)
            implements Target.At {}

    public record Outputs(
            @Title("How many messages") long messagesCount,
            @Title("File with a message a line: body, or uri, and headers") @Nullable URI uri) {}

    @Override
    Outputs work(Camel camel, Endpoint endpoint, Properties p, TaskContext context)
            throws Exception {
        var received = p.receiving().receive(camel, endpoint, context);
        return new Outputs(received.size(), received.uri());
    }
}
