// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.camel;

import io.millrace.plugin.Inline;
import io.millrace.plugin.Plugin;
import io.millrace.plugin.PluginSettings;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.Title;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.RuntimeCamelException;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.service.ServiceHelper;
import org.jspecify.annotations.Nullable;

/// Listens to an endpoint. A message is done when its execution is certain; what the component does
/// then (acknowledges, moves a file) is its own.
@Plugin(
        type = "io.millrace.plugin.camel.RealtimeTrigger",
        title = "Start an execution for each message of an endpoint of Camel")
public final class RealtimeTrigger
        implements io.millrace.plugin.RealtimeTrigger<
                RealtimeTrigger.Properties, RealtimeTrigger.Outputs> {
    private EndpointRules rules = EndpointRules.of(new PluginSettings(Map.of()));

    public record Properties(
            @Inline Target target,
            @Title(
                            "Header whose value is the same when a message comes again: it starts no second execution")
                    @Nullable String idHeader)
            implements Target.At {}

    public record Outputs(
            @Title("Body of the message") @Nullable String body,
            @Title("Headers of the message") Map<String, @Nullable Object> headers) {}

    /// A message whose consumer waits until it is dealt with.
    private record Arrived(Exchange exchange, CompletableFuture<@Nullable Void> done) {}

    @Override
    public void start(PluginSettings settings) {
        rules = EndpointRules.of(settings);
    }

    @Override
    public void listen(Properties p, Emitter<Outputs> emitter, TaskContext context)
            throws Exception {
        var arrived = new LinkedBlockingQueue<Arrived>();
        try (var camel = Camel.start(rules)) {
            var endpoint = camel.endpoint(p.target());
            Processor waits =
                    exchange -> {
                        var waiting = new Arrived(exchange, new CompletableFuture<>());
                        arrived.add(waiting);
                        waiting.done().get();
                    };
            // what a component does with a message that is done hangs on its unit of work
            var consumer =
                    endpoint.createConsumer(
                            PluginHelper.getInternalProcessorFactory(camel.context())
                                    .addUnitOfWorkProcessorAdvice(camel.context(), waits, null));
            ServiceHelper.startService(endpoint, consumer);
            try {
                while (true) {
                    emit(arrived.take(), p, emitter);
                }
            } finally {
                // nobody waits for what won't be dealt with any more
                arrived.forEach(one -> one.done().cancel(true));
                ServiceHelper.stopAndShutdownServices(consumer);
            }
        } catch (RuntimeCamelException e) {
            throw Camel.failure(e);
        }
    }

    private static void emit(Arrived one, Properties p, Emitter<Outputs> emitter) throws Exception {
        try {
            var exchange = one.exchange();
            var id = p.idHeader() == null ? null : exchange.getMessage().getHeader(p.idHeader());
            emitter.emit(
                    id == null ? exchange.getExchangeId() : id.toString(),
                    new Outputs(Bodies.text(exchange), Bodies.headers(exchange.getMessage())));
            one.done().complete(null);
        } catch (Exception e) {
            one.done().completeExceptionally(e);
            throw e;
        }
    }
}
