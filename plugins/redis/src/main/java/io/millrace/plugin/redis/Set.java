// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.redis;

import io.millrace.plugin.Default;
import io.millrace.plugin.Plugin;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.Title;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.params.SetParams;

/// Writes a key.
@Plugin(type = "io.kestra.plugin.redis.string.Set", title = "Write a key of Redis")
public final class Set extends RedisTask<Set.Properties, Set.Outputs> {

    public record Properties(
            @Title("URL such as redis://user:password@host:6379/0; rediss for TLS") String url,
            @Title("Key") String key,
            @Title("Value") Object value,
            @Title("STRING or JSON") @Default("STRING") Serde serdeType,
            @Title("How it is written") @Nullable Options options,
            @Title("Whether the former value is an output") @Default("false") Boolean get)
            implements Server {}

    public record Outputs(
            @Title("The former value, if it was asked for") @Nullable Object oldValue) {}

    @Override
    Outputs work(Jedis redis, Properties properties, TaskContext context) throws Exception {
        var how = new SetParams();
        var options = properties.options();
        if (options != null) {
            if (options.expirationDuration() != null) {
                how.px(options.expirationDuration().toMillis());
            }
            if (Boolean.TRUE.equals(options.keepTtl())) {
                how.keepTtl();
            }
            if (Boolean.TRUE.equals(options.mustNotExist())) {
                how.nx();
            } else if (Boolean.TRUE.equals(options.mustExist())) {
                how.xx();
            }
        }
        var text = properties.serdeType().write(properties.value());
        if (properties.get()) {
            return new Outputs(
                    properties.serdeType().read(redis.setGet(properties.key(), text, how)));
        }
        if (redis.set(properties.key(), text, how) == null) {
            throw new TaskFailedException(
                    "The key '%s' is there, or isn't, against what was asked"
                            .formatted(properties.key()));
        }
        return new Outputs(null);
    }

    /// @param expirationDuration how long it is kept
    public record Options(
            @Title("How long it is kept") @Nullable Duration expirationDuration,
            @Title("Whether the key keeps the time that it has") @Nullable Boolean keepTtl,
            @Title("Whether it is only written if it isn't there") @Nullable Boolean mustNotExist,
            @Title("Whether it is only written if it is there") @Nullable Boolean mustExist) {}
}
