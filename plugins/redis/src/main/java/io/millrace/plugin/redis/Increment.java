// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.redis;

import io.millrace.plugin.Default;
import io.millrace.plugin.Plugin;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.Title;
import redis.clients.jedis.Jedis;

/// Adds to a number.
@Plugin(type = "io.kestra.plugin.redis.string.Increment", title = "Add to a key of Redis")
public final class Increment extends RedisTask<Increment.Properties, Increment.Outputs> {

    public record Properties(
            @Title("URL such as redis://user:password@host:6379/0; rediss for TLS") String url,
            @Title("Key") String key,
            @Title("What is added") @Default("1") Long amount)
            implements Server {}

    public record Outputs(@Title("The sum") long value) {}

    @Override
    Outputs work(Jedis redis, Properties properties, TaskContext context) throws Exception {
        return new Outputs(redis.incrBy(properties.key(), properties.amount()));
    }
}
