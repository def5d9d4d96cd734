// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.redis;

import io.millrace.plugin.Default;
import io.millrace.plugin.Plugin;
import io.millrace.plugin.PluginSettings;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.Title;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.args.ListDirection;

/// Takes values from a list as they come. Until a value's execution is certain, it is in a list
/// beside, `KEY:taken`: who listens next begins there.
@Plugin(
        type = "io.kestra.plugin.redis.list.RealtimeTrigger",
        aliases = "io.kestra.plugin.redis.RealtimeTrigger",
        title = "Start an execution for each value of a list of Redis")
public final class RealtimeTrigger
        implements io.millrace.plugin.RealtimeTrigger<
                RealtimeTrigger.Properties, RealtimeTrigger.Outputs> {
    /// How long the server waits for a value.
    private static final double SECONDS = 5;

    private Access access = new Access(new PluginSettings(Map.of()));

    public record Properties(
            @Title("URL such as redis://user:password@host:6379/0; rediss for TLS") String url,
            @Title("Key") String key,
            @Title("STRING or JSON") @Default("STRING") Serde serdeType)
            implements Server {}

    public record Outputs(@Title("The value") @Nullable Object value) {}

    @Override
    public void start(PluginSettings settings) {
        access = new Access(settings);
    }

    @Override
    public void listen(Properties p, Emitter<Outputs> emitter, TaskContext context)
            throws Exception {
        access.<Object>to(
                p.url(),
                context,
                redis -> {
                    var taken = p.key() + ":taken";
                    while (true) {
                        var value = next(redis, p.key(), taken);
                        if (value != null) {
                            emitter.emit(
                                    UUID.randomUUID().toString(),
                                    new Outputs(p.serdeType().read(value)));
                            // by its value: its place may be another's if two listen for a while
                            redis.lrem(taken, 1, value);
                        }
                        if (Thread.interrupted()) {
                            throw new InterruptedException();
                        }
                    }
                });
    }

    private static @Nullable String next(Jedis redis, String key, String taken) {
        var left = redis.lindex(taken, 0);
        return left != null
                ? left
                : redis.blmove(key, taken, ListDirection.LEFT, ListDirection.RIGHT, SECONDS);
    }
}
