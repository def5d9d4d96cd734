// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.amqp;

import com.rabbitmq.client.Channel;
import io.millrace.plugin.Default;
import io.millrace.plugin.Inline;
import io.millrace.plugin.Plugin;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.Title;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Makes an exchange, or finds that it is there.
@Plugin(type = "io.kestra.plugin.amqp.DeclareExchange", title = "Make an exchange")
public final class DeclareExchange
        extends BrokerTask<DeclareExchange.Properties, DeclareExchange.Outputs> {

    public record Properties(
            @Inline Server server,
            @Title("Exchange") String name,
            @Title("DIRECT, FANOUT, TOPIC or HEADERS") @Default("DIRECT") String exchangeType,
            @Title("Whether it outlives the broker") @Default("true") Boolean durability,
            @Title("Whether it goes when nobody uses it") @Default("false") Boolean autoDelete,
            @Title("Whether only other exchanges may send to it") @Default("false")
                    Boolean internal,
            @Title("Arguments as the broker knows them")
                    @Nullable Map<String, @Nullable Object> args)
            implements At {}

    public record Outputs(@Title("Exchange") String exchange) {}

    @Override
    Outputs work(Channel channel, Properties properties, TaskContext context) throws Exception {
        channel.exchangeDeclare(
                properties.name(),
                properties.exchangeType().toLowerCase(Locale.ROOT),
                properties.durability(),
                properties.autoDelete(),
                properties.internal(),
                properties.args());
        return new Outputs(properties.name());
    }
}
