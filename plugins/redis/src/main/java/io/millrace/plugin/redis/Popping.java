// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.redis;

import io.millrace.plugin.Default;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.Title;
import io.millrace.plugin.kit.FetchType;
import io.millrace.plugin.kit.Rows;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.Jedis;

/// What is taken from the head of a list.
record Popping(
        @Title("Key") String key,
        @Title("STRING or JSON") @Default("STRING") Serde serdeType,
        @Title("How many at most") @Default("100") Integer maxRecords,
        @Title("How many are taken at once") @Default("100") Integer count,
        @Title("How long at most") @Nullable Duration maxDuration) {

    Rows.Result pop(Jedis redis, TaskContext context) throws Exception {
        try (var rows = new Rows(context, FetchType.STORE)) {
            long taken = 0;
            long start = System.nanoTime();
            while (taken < maxRecords) {
                var values = redis.lpop(key, (int) Math.min(count, maxRecords - taken));
                if (values == null || values.isEmpty()) {
                    break;
                }
                for (var value : values) {
                    rows.add(serdeType.read(value));
                }
                taken += values.size();
                if (maxDuration != null && System.nanoTime() - start > maxDuration.toNanos()) {
                    break;
                }
            }
            var result = rows.finish();
            context.count("records", (double) result.size(), Map.of());
            return result;
        }
    }
}
