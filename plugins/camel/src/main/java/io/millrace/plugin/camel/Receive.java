// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.camel;

import io.millrace.plugin.Default;
import io.millrace.plugin.Plugin;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.Title;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import org.apache.camel.Endpoint;
import org.jspecify.annotations.Nullable;

/// Takes messages into a file.
@Plugin(type = "io.millrace.plugin.camel.Receive", title = "Take what an endpoint of Camel has")
public final class Receive extends CamelTask<Receive.Properties, Receive.Outputs> {

    public record Properties(
            @Title("URI of the endpoint, such as ftp:host/directory") String uri,
            @Title("Parameters of the endpoint beside those in the URI; secrets belong here")
                    @Nullable Map<String, @Nullable Object> parameters,
            @Title("How many messages at most") @Default("1000") Integer maxRecords,
            @Title("How long to wait for the next one") @Default("PT5S") Duration pollDuration,
            @Title("How long at most") @Nullable Duration maxDuration,
            @Title("Whether each body becomes a file rather than text") @Default("false")
                    Boolean store)
            implements Receiving {}

    public record Outputs(
            @Title("How many messages") long messagesCount,
            @Title("File with a message a line: body, or uri, and headers") @Nullable URI uri) {}

    @Override
    Outputs work(Camel camel, Endpoint endpoint, Properties p, TaskContext context)
            throws Exception {
        var received = Receiving.receive(camel, endpoint, p, context);
        return new Outputs(received.size(), received.uri());
    }
}
