// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.nats;

import io.millrace.plugin.Inline;
import io.millrace.plugin.Plugin;
import io.millrace.plugin.PluginSettings;
import io.millrace.plugin.TaskContext;
import java.time.Duration;
import java.util.Map;

/// Listens to a stream. The server is told of a message once its execution is certain; a message
/// that comes again starts no second one.
@Plugin(
        type = "io.kestra.plugin.nats.core.RealtimeTrigger",
        aliases = "io.kestra.plugin.nats.RealtimeTrigger",
        title = "Start an execution for each message of a NATS stream")
public final class RealtimeTrigger
        implements io.millrace.plugin.RealtimeTrigger<RealtimeTrigger.Properties, Received> {
    private static final Duration TURN = Duration.ofSeconds(1);
    private static final Duration ANSWER = Duration.ofSeconds(10);

    private Access access = new Access(new PluginSettings(Map.of()));

    public record Properties(@Inline Server server, @Inline From from) {}

    @Override
    public void start(PluginSettings settings) {
        access = new Access(settings);
    }

    @Override
    public void listen(Properties p, Emitter<Received> emitter, TaskContext context)
            throws Exception {
        access.<Object>to(
                p.server(),
                context,
                nats -> {
                    var subscription = p.from().subscribe(nats);
                    while (true) {
                        for (var message : subscription.fetch(p.from().batchSize(), TURN)) {
                            var place = message.metaData();
                            emitter.emit(
                                    place.getStream() + "-" + place.streamSequence(),
                                    Received.of(message));
                            message.ackSync(ANSWER);
                        }
                        // fetching doesn't say that it was interrupted
                        if (Thread.interrupted()) {
                            throw new InterruptedException();
                        }
                    }
                });
    }
}
