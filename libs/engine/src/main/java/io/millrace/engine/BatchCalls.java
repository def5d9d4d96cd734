// SPDX-License-Identifier: Apache-2.0
package io.millrace.engine;

import io.millrace.engine.ExecutionEvent.ChildEnded;
import io.millrace.expressions.ExpressionException;
import io.millrace.model.Task;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Starts a flow for each batch of a file, and counts how the executions end.
///
/// What a child is given is rendered when its turn comes: here, or on a worker if it reads files or
/// stores. What a worker has rendered is not kept: it is rendered again if the child's request may
/// be lost.
final class BatchCalls {
    /// Batches that are begun at one look.
    private static final int BEGUN_AT_ONCE = 100;

    private final Transition t;
    private final Steps steps;

    BatchCalls(Transition transition, Steps steps) {
        this.t = transition;
        this.steps = steps;
    }

    void begin(TaskRun run) {
        var before = run.batches();
        int base = run.dispatch() + 1;
        Batches batches;
        if (before == null) {
            var split = splitOf(run);
            int count = Values.whole(split.get("numberOfBatches"));
            batches = Batches.begin(count, String.valueOf(split.get("batchUri")), t.now, base);
        } else {
            batches = before.again(base);
        }
        t.put(
                t.change(run.ordinal())
                        .state(State.RUNNING, t.now)
                        .attempts(
                                Steps.plus(
                                        run.attempts(),
                                        new Attempt(State.RUNNING, t.now, null, null, null)))
                        .dispatch(base + Math.max(0, batches.count() - 1))
                        .phase(Phase.BATCHES, t.now)
                        .batches(batches));
        t.look(run.ordinal());
    }

    /// Outputs of the task that has split the file.
    private Map<String, @Nullable Object> splitOf(TaskRun run) {
        var parent = t.task(run).parent();
        if (parent != null) {
            var split = parent.lists().main().getOrDefault("", List.of()).getFirst();
            var found = t.state().child(split, run.parent(), TaskRun.NONE);
            if (found != null) {
                return found.outputs();
            }
        }
        throw new IllegalArgumentException("Expected a file that was split but there is none");
    }

    /// Begins what may begin, and ends when all have ended.
    void advance(TaskRun run) {
        var batches = run.batches();
        if (batches == null) {
            return;
        }
        boolean killed = t.execution().killed();
        if (!killed && steps.mayBegin()) {
            for (int begun = 0; batches.mayBeginNext(); begun++) {
                if (begun == BEGUN_AT_ONCE) {
                    t.look(run.ordinal());
                    break;
                }
                int batch = batches.next();
                batches = batches.withNext();
                t.put(t.change(run.ordinal()).batches(batches).phase(Phase.BATCHES, t.now));
                ask(t.run(run.ordinal()), batch, false);
                batches = batchesOf(run);
            }
        }
        t.put(t.change(run.ordinal()).outputs(outputs(batches)));
        if (batches.areOver() || (killed && batches.running() == 0)) {
            end(t.run(run.ordinal()), batches);
        }
    }

    private Batches batchesOf(TaskRun run) {
        var batches = t.run(run.ordinal()).batches();
        if (batches == null) {
            throw new IllegalStateException("Expected batches of " + run.taskId());
        }
        return batches;
    }

    /// Asks for one child, or for a worker to render what it is given.
    private void ask(TaskRun run, int batch, boolean again) {
        var batches = batchesOf(run);
        int dispatch = batches.base() + batch;
        try {
            var rendered = steps.evaluation.render(run.ordinal(), t.task(run).input(), batch);
            if (rendered == null) {
                t.command(new Command.DispatchTask(run.ordinal(), dispatch, again));
            } else {
                start(run, batch, rendered);
            }
        } catch (ExpressionException | IllegalArgumentException e) {
            refuse(run, batch, String.valueOf(e.getMessage()));
        }
    }

    private void start(TaskRun run, int batch, Map<String, @Nullable Object> rendered) {
        t.command(
                steps.evaluation.startChild(
                        run,
                        ((Task.Batches) t.task(run).definition()).call(),
                        Map.of(),
                        rendered,
                        batch));
    }

    /// A worker has rendered what a child is given, or could not.
    void rendered(TaskRun run, int batch, TaskResult result) {
        if (t.execution().killed()) {
            count(run, batch, State.KILLED, false, false);
        } else if (result.state().isGood()) {
            try {
                start(run, batch, result.outputs());
            } catch (IllegalArgumentException e) {
                refuse(run, batch, String.valueOf(e.getMessage()));
            }
        } else {
            refuse(
                    run,
                    batch,
                    result.error() == null ? "Unable to render its properties" : result.error());
        }
        t.look(run.ordinal());
    }

    /// A child could not even be asked for, or was refused. The first one says why.
    private void refuse(TaskRun run, int batch, String error) {
        if (!batchesOf(run).refused()) {
            t.log(run, LogEntry.Level.ERROR, error);
            t.put(t.change(run.ordinal()).error(error));
        }
        count(run, batch, State.FAILED, false, true);
    }

    /// The child of a batch exists; it is over for a task that doesn't wait.
    void started(TaskRun run, int batch) {
        if (!waits(run)) {
            count(run, batch, State.SUCCESS, false, false);
        }
    }

    private boolean waits(TaskRun run) {
        return ((Task.Batches) t.task(run).definition()).call().waits();
    }

    void ended(TaskRun run, int batch, ChildEnded event) {
        if (event.childId() != null && !waits(run)) {
            started(run, batch);
        } else if (event.childId() == null) {
            refuse(run, batch, event.error() == null ? "The flow can't be run" : event.error());
        } else {
            count(run, batch, event.state(), !event.outputs().isEmpty(), false);
        }
    }

    private void count(
            TaskRun run, int batch, State state, boolean hasOutputs, boolean couldNotStart) {
        t.put(
                t.change(run.ordinal())
                        .batches(batchesOf(run).ended(batch, state, hasOutputs, couldNotStart))
                        .phase(Phase.BATCHES, t.now));
        t.look(run.ordinal());
    }

    private static Map<String, @Nullable Object> outputs(Batches batches) {
        if (batches.count() == 0) {
            return Map.of();
        }
        var outputs = new LinkedHashMap<String, @Nullable Object>();
        outputs.put("numberOfBatches", batches.count());
        outputs.put("iterations", batches.iterations());
        return outputs;
    }

    private void end(TaskRun run, Batches batches) {
        var ended = run;
        if (batches.count() > 0) {
            var outputs = new LinkedHashMap<String, @Nullable Object>(run.outputs());
            outputs.put("subflowOutputsBaseUri", folderOf(run));
            ended = t.put(t.change(run.ordinal()).outputs(outputs));
        }
        steps.ends.end(ended, stateOf(run, batches));
    }

    /// The folder of the task run in the internal storage, as Kestra's flows know it.
    private String folderOf(TaskRun run) {
        var execution = t.execution();
        return "/%s/%s/executions/%s/tasks/%s/%s-%d"
                .formatted(
                        execution.namespace().replace('.', '/'),
                        execution.flowId(),
                        execution.id(),
                        run.taskId().toLowerCase(Locale.ROOT).replace('_', '-'),
                        execution.id(),
                        run.ordinal());
    }

    private State stateOf(TaskRun run, Batches batches) {
        if (t.execution().killed()) {
            return State.KILLED;
        }
        if (batches.refused()) {
            return State.FAILED;
        }
        var call = ((Task.Batches) t.task(run).definition()).call();
        var ends = batches.ends();
        if (!call.waits() || !call.transmitFailed()) {
            return State.SUCCESS;
        }
        for (var bad :
                List.of(
                        State.FAILED,
                        State.RETRIED,
                        State.KILLED,
                        State.CANCELLED,
                        State.WARNING)) {
            if (ends.containsKey(bad)) {
                return bad == State.RETRIED ? State.FAILED : bad;
            }
        }
        return State.SUCCESS;
    }

    /// Gives again what may have been lost.
    void recover(TaskRun run) {
        for (int batch : batchesOf(run).running(Batches.MOST_OPEN)) {
            if (t.execution().killed()) {
                t.command(new Command.KillChild(steps.evaluation.childId(run, batch)));
            }
            ask(t.run(run.ordinal()), batch, true);
        }
    }

    /// Has the children killed; without cascade they are left to themselves.
    void kill(TaskRun run, boolean cascade) {
        var batches = batchesOf(run);
        if (!cascade) {
            t.put(t.change(run.ordinal()).batches(batches.abandoned()));
        } else {
            for (int batch : batches.running(Batches.MOST_OPEN)) {
                t.command(new Command.KillChild(steps.evaluation.childId(run, batch)));
            }
            t.command(new Command.CancelTaskRun(run.ordinal(), run.dispatch()));
            if (run.state() != State.KILLING) {
                t.put(t.change(run.ordinal()).state(State.KILLING, t.now));
            }
        }
        t.look(run.ordinal());
    }
}
