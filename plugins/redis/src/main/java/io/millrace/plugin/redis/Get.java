// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.redis;

import io.millrace.plugin.Default;
import io.millrace.plugin.Plugin;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.Title;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.Jedis;

/// Reads a key.
@Plugin(type = "io.kestra.plugin.redis.string.Get", title = "Read a key of Redis")
public final class Get extends RedisTask<Get.Properties, Get.Outputs> {

    public record Properties(
            @Title("URL such as redis://user:password@host:6379/0; rediss for TLS") String url,
            @Title("Key") String key,
            @Title("STRING or JSON") @Default("STRING") Serde serdeType,
            @Title("Whether the task fails if it isn't there") @Default("false")
                    Boolean failedOnMissing)
            implements Server {}

    public record Outputs(@Title("Its value") @Nullable Object data, @Title("Key") String key) {}

    @Override
    Outputs work(Jedis redis, Properties properties, TaskContext context) throws Exception {
        var text = redis.get(properties.key());
        if (text == null && properties.failedOnMissing()) {
            throw new TaskFailedException("There is no key '%s'".formatted(properties.key()));
        }
        return new Outputs(properties.serdeType().read(text), properties.key());
    }
}
