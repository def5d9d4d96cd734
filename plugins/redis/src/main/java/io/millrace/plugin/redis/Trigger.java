// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.redis;

import io.millrace.plugin.Default;
import io.millrace.plugin.NothingNewException;
import io.millrace.plugin.Plugin;
import io.millrace.plugin.PollingTrigger;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.Title;
import io.millrace.plugin.kit.FetchType;
import io.millrace.plugin.kit.Rows;
import java.net.URI;
import java.util.Map;
import java.util.Optional;
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
            @Title("Key") String key,
            @Title("STRING or JSON") @Default("STRING") Serde serdeType,
            @Title("How many at most") @Default("100") Integer maxRecords,
            @Title("How many are taken at once") @Default("100") Integer count)
            implements Server {}

    public record Outputs(
            @Title("File with a value a line") @Nullable URI uri, @Title("How many") long count) {}

    @Override
    Outputs work(Jedis redis, Properties properties, TaskContext context) throws Exception {
        try (var rows = new Rows(context, FetchType.STORE)) {
            long taken = 0;
            while (taken < properties.maxRecords()) {
                int most = (int) Math.min(properties.count(), properties.maxRecords() - taken);
                var values = redis.rpop(properties.key(), most);
                if (values == null || values.isEmpty()) {
                    break;
                }
                for (var value : values) {
                    rows.add(properties.serdeType().read(value));
                }
                taken += values.size();
            }
            var result = rows.finish();
            context.count("records", (double) result.size(), Map.of());
            if (result.size() == 0) {
                throw new NothingNewException();
            }
            return new Outputs(result.uri(), result.size());
        }
    }

    @Override
    public Optional<Outputs> poll(Properties properties, TaskContext context) throws Exception {
        try {
            return Optional.of(super.run(properties, context));
        } catch (NothingNewException _) {
            return Optional.empty();
        }
    }

    @Override
    public Outputs run(Properties properties, TaskContext context) throws Exception {
        return super.run(properties, context);
    }
}
