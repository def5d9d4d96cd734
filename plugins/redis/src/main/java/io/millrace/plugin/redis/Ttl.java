// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.redis;

import io.millrace.plugin.Plugin;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.Title;
import redis.clients.jedis.Jedis;

/// Says how long a key holds.
@Plugin(type = "io.kestra.plugin.redis.string.Ttl", title = "Ask how long a key of Redis holds")
public final class Ttl extends RedisTask<Ttl.Properties, Ttl.Outputs> {

    public record Properties(
            @Title("URL such as redis://user:password@host:6379/0; rediss for TLS") String url,
            @Title("Key") String key)
            implements Server {}

    public record Outputs(
            @Title("Seconds that are left; -1: it holds for ever; -2: there is none") long ttl,
            @Title("Key") String key) {}

    @Override
    Outputs work(Jedis redis, Properties properties, TaskContext context) throws Exception {
        return new Outputs(redis.ttl(properties.key()), properties.key());
    }
}
