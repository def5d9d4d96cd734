// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.redis;

import io.millrace.plugin.Default;
import io.millrace.plugin.Plugin;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.Title;
import java.util.List;
import redis.clients.jedis.Jedis;

/// Deletes keys.
@Plugin(type = "io.kestra.plugin.redis.string.Delete", title = "Delete keys of Redis")
public final class Delete extends RedisTask<Delete.Properties, Delete.Outputs> {

    public record Properties(
            @Title("URL such as redis://user:password@host:6379/0; rediss for TLS") String url,
            @Title("Keys") List<String> keys,
            @Title("Whether the task fails if one isn't there") @Default("false")
                    Boolean failedOnMissing)
            implements Server {}

    public record Outputs(@Title("How many were there") int count) {}

    @Override
    Outputs work(Jedis redis, Properties properties, TaskContext context) throws Exception {
        long count = redis.del(properties.keys().toArray(String[]::new));
        if (properties.failedOnMissing() && count < properties.keys().size()) {
            throw new TaskFailedException(
                    "Only %d of %d keys were there".formatted(count, properties.keys().size()));
        }
        return new Outputs(Math.toIntExact(count));
    }
}
