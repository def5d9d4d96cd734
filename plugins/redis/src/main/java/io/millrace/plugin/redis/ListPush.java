// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.redis;

import io.millrace.plugin.Default;
import io.millrace.plugin.Plugin;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.Title;
import java.util.Map;
import redis.clients.jedis.Jedis;

/// Adds values to the head of a list.
@Plugin(type = "io.kestra.plugin.redis.list.ListPush", title = "Add to a list of Redis")
public final class ListPush extends RedisTask<ListPush.Properties, ListPush.Outputs> {

    public record Properties(
            @Title("URL such as redis://user:password@host:6379/0; rediss for TLS") String url,
            @Title("Key") String key,
            @Title("A value, a list of values, or the URI of a file with a value a line")
                    Object from,
            @Title("STRING or JSON") @Default("STRING") Serde serdeType)
            implements Server {}

    public record Outputs(@Title("How many were added") int count) {}

    @Override
    Outputs work(Jedis redis, Properties properties, TaskContext context) throws Exception {
        int count =
                Many.each(
                        properties.from(),
                        context,
                        v -> redis.lpush(properties.key(), properties.serdeType().write(v)));
        context.count("records", count, Map.of());
        return new Outputs(count);
    }
}
