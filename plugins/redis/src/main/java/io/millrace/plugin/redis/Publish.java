// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.redis;

import io.millrace.plugin.Default;
import io.millrace.plugin.Plugin;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.Title;
import java.util.Map;
import redis.clients.jedis.Jedis;

/// Sends messages to a channel.
@Plugin(type = "io.kestra.plugin.redis.pubsub.Publish", title = "Send to a channel of Redis")
public final class Publish extends RedisTask<Publish.Properties, Publish.Outputs> {

    public record Properties(
            @Title("URL such as redis://user:password@host:6379/0; rediss for TLS") String url,
            @Title("Channel") String channel,
            @Title("A value, a list of values, or the URI of a file with a value a line")
                    Object from,
            @Title("STRING or JSON") @Default("STRING") Serde serdeType)
            implements Server {}

    public record Outputs(@Title("How many were sent") int count) {}

    @Override
    Outputs work(Jedis redis, Properties properties, TaskContext context) throws Exception {
        int count =
                Many.each(
                        properties.from(),
                        context,
                        v -> redis.publish(properties.channel(), properties.serdeType().write(v)));
        context.count("records", count, Map.of());
        return new Outputs(count);
    }
}
