// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.redis;

import io.millrace.plugin.Inline;
import io.millrace.plugin.NothingNewException;
import io.millrace.plugin.Plugin;
import io.millrace.plugin.PollingTrigger;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.Title;
import java.net.URI;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.Jedis;

/// Takes what a list holds.
@Plugin(
        type = "io.kestra.plugin.redis.list.Trigger",
        title = "Start an execution when a list of Redis has values")
public final class Trigger extends RedisTask<Trigger.Properties, Trigger.Outputs>
        implements PollingTrigger<Trigger.Properties, Trigger.Outputs> {

    public record Properties(
            @Title("URL such as redis://user:password@host:6379/0; rediss for TLS") String url,
            @Inline Popping popping)
            implements Server {}

    public record Outputs(
            @Title("File with a value a line") @Nullable URI uri, @Title("How many") long count) {}

    @Override
    Outputs work(Jedis redis, Properties properties, TaskContext context) throws Exception {
        var result = properties.popping().pop(redis, context);
        if (result.size() == 0) {
            throw new NothingNewException();
        }
        return new Outputs(result.uri(), result.size());
    }
}
