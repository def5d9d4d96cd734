// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.redis;

import static redis.clients.jedis.args.ListDirection.LEFT;
import static redis.clients.jedis.args.ListDirection.RIGHT;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.Response;

/// Where values of a list are while a task takes them: a list of each attempt's own, so that none
/// drops what another has in hand, and a set beside that knows those lists of a task run.
final class Aside {
    private final String key;
    private final String lists;
    private final String own;
    private boolean begun;
    private boolean dropped;

    Aside(String key, String taskRunId) {
        this.key = key;
        lists = key + ":taken:" + taskRunId;
        own = lists + ":" + UUID.randomUUID();
    }

    /// What the names of all its lists begin with.
    String name() {
        return lists;
    }

    /// Gives back what an attempt has left whose worker died.
    void begin(Jedis redis) {
        giveBack(redis);
        begun = true;
        redis.sadd(lists, own);
    }

    /// @return values from the head of the list, in its order
    List<String> move(Jedis redis, int most) {
        var moved = new ArrayList<Response<String>>();
        try (var pipeline = redis.pipelined()) {
            for (int i = 0; i < most; i++) {
                moved.add(pipeline.lmove(key, own, LEFT, RIGHT));
            }
        }
        return moved.stream().map(Response::get).filter(Objects::nonNull).toList();
    }

    /// They are kept elsewhere.
    void drop(Jedis redis) {
        redis.del(own);
        redis.srem(lists, own);
        dropped = true;
    }

    /// Whether it may hold something of this attempt.
    boolean isBegun() {
        return begun;
    }

    boolean isDropped() {
        return dropped;
    }

    /// Puts back what is here, where and as it was.
    long giveBack(Jedis redis) {
        long count = 0;
        for (var list : redis.smembers(lists)) {
            while (redis.lmove(list, key, RIGHT, LEFT) != null) {
                count++;
            }
            redis.srem(lists, list);
        }
        return count;
    }
}
