// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.redis;

import io.millrace.plugin.Inline;
import io.millrace.plugin.Plugin;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.Title;
import java.net.URI;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.Jedis;

/// Takes values from the head of a list into a file.
@Plugin(type = "io.kestra.plugin.redis.list.ListPop", title = "Take from a list of Redis")
public final class ListPop extends RedisTask<ListPop.Properties, ListPop.Outputs> {

    public record Properties(
            @Title("URL such as redis://user:password@host:6379/0; rediss for TLS") String url,
            @Inline Popping popping)
            implements Server {}

    public record Outputs(
            @Title("File with a value a line") @Nullable URI uri, @Title("How many") long count) {}

    @Override
    Outputs work(Jedis redis, Properties properties, TaskContext context) throws Exception {
        var result = properties.popping().pop(redis, context);
        return new Outputs(result.uri(), result.size());
    }
}
