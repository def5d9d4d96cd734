// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.redis;

import io.millrace.plugin.Default;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.Title;
import io.millrace.plugin.kit.Rows;
import io.millrace.plugin.kit.TakenMessages;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.Jedis;

/// What is taken from the head of a list. Until that is kept, it is in Redis, in a list beside.
record Popping(
        @Title("Key") String key,
        @Title("STRING or JSON") @Default("STRING") Serde serdeType,
        @Title("How many at most") @Default("100") Integer maxRecords,
        @Title("How many are taken at once") @Default("100") Integer count,
        @Title("How long at most") @Nullable Duration maxDuration) {

    Rows.Result pop(String url, Access access, TaskContext context) throws Exception {
        var aside = new Aside(key, context.taskRun().taskRunId());
        Rows.Result result;
        try {
            result =
                    TakenMessages.once(
                            context,
                            taken -> access.to(url, context, redis -> take(redis, aside, taken)));
        } catch (Exception e) {
            if (aside.isBegun()) {
                giveBack(aside, url, access, context);
            }
            throw e;
        }
        if (!aside.isDropped()) {
            giveBack(aside, url, access, context);
        }
        context.count("records", (double) result.size(), Map.of());
        return result;
    }

    private Rows.Result take(Jedis redis, Aside aside, TakenMessages taken) throws Exception {
        aside.begin(redis);
        long start = System.nanoTime();
        for (long size = 0; size < maxRecords; ) {
            var values = aside.move(redis, (int) Math.min(count, maxRecords - size));
            if (values.isEmpty()) {
                break;
            }
            for (var value : values) {
                taken.add(serdeType.read(value));
            }
            size += values.size();
            if (maxDuration != null && System.nanoTime() - start > maxDuration.toNanos()) {
                break;
            }
        }
        return taken.keep(() -> aside.drop(redis));
    }

    /// Over a connection that a kill doesn't close.
    private static void giveBack(Aside aside, String url, Access access, TaskContext context) {
        boolean interrupted = Thread.interrupted();
        try {
            access.<Object>to(url, redis -> aside.giveBack(redis));
        } catch (Exception e) {
            context.log()
                    .warn(
                            "What was taken and not kept is still in a list %s:…, not in its own: %s"
                                    .formatted(aside.name(), e.getMessage()));
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
