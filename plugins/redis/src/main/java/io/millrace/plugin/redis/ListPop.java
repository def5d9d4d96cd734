// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.redis;

import io.millrace.plugin.Default;
import io.millrace.plugin.Plugin;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.Title;
import io.millrace.plugin.kit.FetchType;
import io.millrace.plugin.kit.Rows;
import java.net.URI;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.Jedis;

/// Takes values from the end of a list into a file.
@Plugin(type = "io.kestra.plugin.redis.list.ListPop", title = "Take from a list of Redis")
public final class ListPop extends RedisTask<ListPop.Properties, ListPop.Outputs> {

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
            return new Outputs(result.uri(), result.size());
        }
    }
}
