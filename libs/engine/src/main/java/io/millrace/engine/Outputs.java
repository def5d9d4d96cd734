// SPDX-License-Identifier: Apache-2.0
package io.millrace.engine;

import io.millrace.model.Task;
import java.util.AbstractMap;
import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The variable `outputs`: by task id, in loops then by the values of the loops from the outermost
/// in, then the task's own. A look-up walks down the definition's parents; nothing is made before.
final class Outputs extends AbstractMap<String, @Nullable Object> {
    private final FlowPlan plan;
    private final ExecutionState state;
    private final int reader;
    private boolean metStored;

    /// @param reader task run that reads them, or [TaskRun#NONE]: inside a `Loop` it sees its own
    ///   iteration alone
    Outputs(FlowPlan plan, ExecutionState state, int reader) {
        this.plan = plan;
        this.state = state;
        this.reader = reader;
    }

    /// The iteration of this loop that the reader is in, or [TaskRun#NONE].
    private int iterationOfReader(int loop, FlowTask read) {
        for (int up = reader; up != TaskRun.NONE; up = state.taskRun(up).parent()) {
            if (state.taskRun(up).parent() == loop) {
                var within = plan.find(state.taskRun(up).taskId());
                boolean sameKind =
                        within != null && within.isBetweenWaves() == read.isBetweenWaves();
                return sameKind ? state.taskRun(up).iteration() : TaskRun.NONE;
            }
        }
        return TaskRun.NONE;
    }

    /// Whether outputs were asked for that lie elsewhere, because they are too big for a row.
    boolean metStored() {
        return metStored;
    }

    @Override
    public boolean containsKey(@Nullable Object taskId) {
        return get(taskId) != null;
    }

    @Override
    public @Nullable Object get(@Nullable Object taskId) {
        if (!(taskId instanceof String id)) {
            return null;
        }
        var task = plan.find(id);
        if (task == null) {
            return null;
        }
        var path = new ArrayDeque<FlowTask>();
        for (var up = task; up != null; up = up.parent()) {
            path.push(up);
        }
        return below(List.copyOf(path), 0, TaskRun.NONE);
    }

    @Override
    public Set<Entry<String, @Nullable Object>> entrySet() {
        var all = new LinkedHashMap<String, @Nullable Object>();
        for (var task : plan.tasks()) {
            var outputs = get(task.id());
            if (outputs != null) {
                all.put(task.id(), outputs);
            }
        }
        return all.entrySet();
    }

    private @Nullable Object below(List<FlowTask> path, int depth, int above) {
        int parent = above;
        for (int i = depth; i < path.size(); i++) {
            if (path.get(i).isIterated() && isClosed(path.get(i))) {
                int iteration = iterationOfReader(parent, path.get(i));
                var run =
                        iteration == TaskRun.NONE
                                ? null
                                : state.child(path.get(i), parent, iteration);
                if (run == null) {
                    return null;
                }
                parent = run.ordinal();
                continue;
            }
            if (path.get(i).isIterated()) {
                var values = new ByValue(path, i, parent);
                return values.isEmpty() ? null : values;
            }
            var run = state.child(path.get(i), parent, TaskRun.NONE);
            if (run == null) {
                return null;
            }
            parent = run.ordinal();
        }
        return own(state.taskRun(parent));
    }

    /// Whether what happens in the loop around it is not seen outside.
    private static boolean isClosed(FlowTask task) {
        return task.parent() != null && task.parent().definition() instanceof Task.Loop;
    }

    private @Nullable Object own(TaskRun run) {
        if (run.outputsUri() != null) {
            metStored = true;
            return Map.of(JobVariables.STORED, run.outputsUri());
        }
        return run.outputs().isEmpty() ? null : run.outputs();
    }

    /// Outputs below one loop, by the value of its iteration.
    final class ByValue extends AbstractMap<String, @Nullable Object> {
        private final List<FlowTask> path;
        private final int depth;
        private final int loop;

        private ByValue(List<FlowTask> path, int depth, int loop) {
            this.path = path;
            this.depth = depth;
            this.loop = loop;
        }

        @Override
        public boolean containsKey(@Nullable Object value) {
            return get(value) != null;
        }

        @Override
        public @Nullable Object get(@Nullable Object value) {
            var items = state.taskRun(loop).items();
            if (items == null || value == null) {
                return null;
            }
            int iteration = items.iterationOf(value.toString());
            return iteration < 0 ? null : of(iteration);
        }

        /// Whether not even the first iterations have any; looks no further.
        @Override
        public boolean isEmpty() {
            var items = state.taskRun(loop).items();
            return items == null || items.size() == 0;
        }

        private @Nullable Object of(int iteration) {
            var run = state.child(path.get(depth), loop, iteration);
            if (run == null) {
                return null;
            }
            return depth == path.size() - 1 ? own(run) : below(path, depth + 1, run.ordinal());
        }

        @Override
        public Set<Entry<String, @Nullable Object>> entrySet() {
            var all = new LinkedHashMap<String, @Nullable Object>();
            var items = state.taskRun(loop).items();
            if (items != null) {
                for (int i = 0; i < items.size(); i++) {
                    var outputs = of(i);
                    if (outputs != null) {
                        all.put(items.get(i), outputs);
                    }
                }
            }
            return all.entrySet();
        }
    }
}
