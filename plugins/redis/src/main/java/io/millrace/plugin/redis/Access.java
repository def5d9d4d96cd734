// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.redis;

import io.millrace.plugin.PluginSettings;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.kit.Cancelling;
import io.millrace.plugin.kit.EgressPolicy;
import java.net.URI;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.exceptions.JedisAccessControlException;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisException;

/// How one gets to Redis: a connection that a kill closes, and errors in words.
final class Access {
    private static final int CONNECT_MILLIS = 10_000;
    private static final int ANSWER_MILLIS = 30_000;

    private final EgressPolicy egress;

    Access(PluginSettings settings) {
        egress = EgressPolicy.of(settings);
    }

    /// What is done there.
    @FunctionalInterface
    interface Work<T> {
        T with(Jedis redis) throws Exception;
    }

    <T> T to(String url, TaskContext context, Work<T> work) throws Exception {
        return to(
                url,
                redis -> {
                    try (var _ = Cancelling.closes(redis, context)) {
                        redis.connect();
                        return work.with(redis);
                    }
                });
    }

    /// Also for a task that was cancelled.
    <T> T to(String url, Work<T> work) throws Exception {
        var uri = uri(url);
        egress.check(uri.getHost(), uri.getPort());
        try (var redis = new Jedis(uri, CONNECT_MILLIS, ANSWER_MILLIS)) {
            return work.with(redis);
        } catch (JedisAccessControlException e) {
            throw new TaskFailedException(
                    "Redis at %s refuses the user or the credentials".formatted(uri.getHost()), e);
        } catch (JedisConnectionException e) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            throw new TaskFailedException(
                    "Unable to reach Redis at %s: %s".formatted(uri.getHost(), e.getMessage()), e);
        } catch (JedisException e) {
            throw new TaskFailedException("Redis refuses: " + e.getMessage(), e);
        }
    }

    private static URI uri(String url) throws TaskFailedException {
        try {
            var uri = URI.create(url.strip());
            boolean known = "redis".equals(uri.getScheme()) || "rediss".equals(uri.getScheme());
            if (known && uri.getHost() != null && uri.getPort() > 0) {
                return uri;
            }
        } catch (IllegalArgumentException _) {
            // its message has the URL, and with it the password
        }
        throw new TaskFailedException("Expected a URL such as redis://host:6379/0");
    }
}
