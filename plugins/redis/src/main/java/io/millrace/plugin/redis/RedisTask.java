// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.redis;

import io.millrace.plugin.PluginSettings;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskPlugin;
import java.util.Map;
import redis.clients.jedis.Jedis;

/// What does one thing in Redis.
abstract class RedisTask<P extends Record & Server, O extends Record> implements TaskPlugin<P, O> {
    private Access access = new Access(new PluginSettings(Map.of()));

    @Override
    public void start(PluginSettings settings) {
        access = new Access(settings);
    }

    @Override
    public O run(P properties, TaskContext context) throws Exception {
        return access.to(properties.url(), context, redis -> work(redis, properties, context));
    }

    abstract O work(Jedis redis, P properties, TaskContext context) throws Exception;
}
