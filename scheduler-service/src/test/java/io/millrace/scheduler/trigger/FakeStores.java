// SPDX-License-Identifier: Apache-2.0
package io.millrace.scheduler.trigger;

import io.millrace.scheduler.question.Answer;
import io.millrace.scheduler.question.Asker;
import io.millrace.scheduler.question.Question;
import io.millrace.scheduler.question.StoreAwayException;
import io.millrace.scheduler.question.Stores;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/// An execution-service that answers with the keys that the test says.
final class FakeStores implements Stores {
    final Map<String, Object> keys = new ConcurrentHashMap<>();
    final List<Asker> askers = new CopyOnWriteArrayList<>();
    volatile boolean away;

    @Override
    public Answer ask(Asker asker, Question question) {
        if (away) {
            throw new StoreAwayException("The store can't be read now");
        }
        askers.add(asker);
        var key = String.valueOf(question.arguments().get("key"));
        var value = keys.get(key);
        return value == null
                ? new Answer.Missing("The key '%s' does not exist".formatted(key))
                : new Answer.Value(value);
    }
}
