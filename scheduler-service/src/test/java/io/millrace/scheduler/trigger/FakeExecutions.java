// SPDX-License-Identifier: Apache-2.0
package io.millrace.scheduler.trigger;

import io.millrace.contracts.Job;
import io.millrace.contracts.LaneEvent;
import io.millrace.platform.problem.ServiceException;
import io.millrace.scheduler.execution.Executions;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/// An execution-service whose executions are in the states that the test says.
final class FakeExecutions implements Executions {
    final Map<String, Context> insides = new ConcurrentHashMap<>();
    final Map<String, String> states = new ConcurrentHashMap<>();
    final List<Job> jobs = new CopyOnWriteArrayList<>();
    private volatile @Nullable String otherwise = "SUCCESS";
    private volatile boolean away;

    void allEnd() {
        states.clear();
        jobs.clear();
        allAre("SUCCESS");
    }

    /// @param state absent: they are not there
    void allAre(@Nullable String state) {
        away = false;
        otherwise = state;
    }

    void away() {
        away = true;
    }

    @Override
    public Optional<Context> context(String tenant, String executionId) {
        return Optional.ofNullable(insides.get(executionId));
    }

    @Override
    public Map<String, String> states(Collection<String> executionIds) {
        if (away) {
            throw new ServiceException.Unavailable("away");
        }
        var known = new HashMap<String, String>();
        for (var id : executionIds) {
            var told = states.get(id);
            var state = told == null ? otherwise : told;
            if (state != null) {
                known.put(id, state);
            }
        }
        return known;
    }

    @Override
    public Map<String, @Nullable Object> start(
            String executionId, LaneEvent.ExecutionRequested request) {
        throw new AssertionError("not asked here");
    }

    @Override
    public String store(TriggerFile file, byte[] content) {
        throw new UnsupportedOperationException("no files come with schedules");
    }

    @Override
    public void dispatch(Job job, @Nullable String group) {
        if (away) {
            throw new ServiceException.Unavailable("away");
        }
        jobs.add(job);
    }

    @Override
    public Map<String, @Nullable Object> await(String tenant, String executionId) {
        throw new AssertionError("not asked here");
    }
}
