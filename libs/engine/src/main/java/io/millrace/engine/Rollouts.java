// SPDX-License-Identifier: Apache-2.0
package io.millrace.engine;

import io.millrace.model.Task;
import io.millrace.model.Task.Loop.LockScope;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What a loop over targets has beyond others: waves with a look at the health between them, a
/// number of targets that may fail, and a lock for each target.
///
/// How far it is stands in its own outputs, a handful of numbers, so that no event looks at more
/// than one target: `targets`, `waves` (how many), `wave` (which one, from 1), `failed`, and what
/// [#PLAN] adds. The report is put together once, at the end.
final class Rollouts {
    /// The list of tasks that run between waves.
    static final String CHECK = "healthCheck";

    private static final int MOST_SIZES = 100;

    /// Sizes of the waves, the last one repeated; end of the present one; the budget; how long to
    /// wait for a lock.
    private static final List<String> PLAN =
            List.of(
                    "targets",
                    "waves",
                    "wave",
                    "failed",
                    "mayFail",
                    "sizes",
                    "waveEnd",
                    "lockWait");

    private final Transition t;
    private final Steps steps;

    Rollouts(Transition transition, Steps steps) {
        this.t = transition;
        this.steps = steps;
    }

    // --- the plan --------------------------------------------------------------------------------

    /// How the targets are gone through.
    ///
    /// @throws IllegalArgumentException if a target is there twice, or a wave is no size
    static Map<String, @Nullable Object> plan(
            Items targets, Map<String, @Nullable Object> rendered) {
        var names = new HashSet<String>();
        for (var target : targets.values()) {
            if (!names.add(name(target))) {
                throw new IllegalArgumentException(
                        "Expected each target once but " + name(target) + " is there twice");
            }
        }
        int count = targets.size();
        var sizes = sizes(rendered.get("waves"), count);
        var plan = new LinkedHashMap<String, @Nullable Object>();
        plan.put("targets", count);
        plan.put("waves", count == 0 ? 0 : waveOf(sizes, count - 1) + 1);
        plan.put("wave", 1);
        plan.put("failed", 0);
        plan.put("mayFail", number("maxFailures", rendered.get("maxFailures"), count, 0));
        plan.put("sizes", sizes);
        plan.put("waveEnd", Math.min(count, sizes.getFirst()));
        var wait = Values.duration(rendered.get("lockWait"));
        plan.put("lockWait", (wait == null ? Duration.ofHours(1) : wait).toString());
        return plan;
    }

    private static List<Integer> sizes(@Nullable Object waves, int count) {
        var list =
                switch (waves) {
                    case String text when text.strip().startsWith("[") -> Json.parse(text);
                    case null -> List.of("100%");
                    default -> waves;
                };
        var sizes = new ArrayList<Integer>();
        if (list instanceof List<?> several) {
            several.forEach(size -> sizes.add(number("waves", size, count, 1)));
        } else {
            sizes.add(number("waves", list, count, 1));
        }
        if (sizes.isEmpty() || sizes.size() > MOST_SIZES) {
            throw new IllegalArgumentException(
                    "Expected 1 to " + MOST_SIZES + " sizes of waves but got " + sizes.size());
        }
        return List.copyOf(sizes);
    }

    /// A number, or a percentage of all targets; of what isn't whole, the whole part.
    private static int number(String property, @Nullable Object value, int count, int least) {
        var text = String.valueOf(Values.text(value)).strip();
        try {
            int number;
            if (text.endsWith("%")) {
                int percent = Integer.parseInt(text.substring(0, text.length() - 1).strip());
                if (percent < 0 || percent > 100) {
                    throw new NumberFormatException(text);
                }
                number = Math.max(least, (int) ((long) count * percent / 100));
            } else {
                number = Integer.parseInt(text);
            }
            if (number < least) {
                throw new NumberFormatException(text);
            }
            return number;
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(
                    "Expected "
                            + property
                            + " such as "
                            + Math.max(1, least)
                            + " or 10% but got "
                            + text,
                    e);
        }
    }

    /// Number of the wave, from 0, that a target is in.
    private static int waveOf(List<Integer> sizes, int iteration) {
        int left = iteration;
        for (int wave = 0; wave < sizes.size() - 1; wave++) {
            if (left < sizes.get(wave)) {
                return wave;
            }
            left -= sizes.get(wave);
        }
        return sizes.size() - 1 + left / sizes.getLast();
    }

    /// The iteration with which a wave ends, which isn't in it.
    private static int endOf(List<Integer> sizes, int wave, int count) {
        long end = 0;
        for (int i = 0; i < Math.min(sizes.size(), wave + 1); i++) {
            end += sizes.get(i);
        }
        end += (long) Math.max(0, wave + 1 - sizes.size()) * sizes.getLast();
        return (int) Math.min(count, end);
    }

    private static List<Integer> sizesOf(TaskRun rollout) {
        return rollout.outputs().get("sizes") instanceof List<?> sizes && !sizes.isEmpty()
                ? sizes.stream().map(Values::whole).toList()
                : List.of(1);
    }

    private static int numberOf(TaskRun rollout, String name) {
        return Values.whole(rollout.outputs().get(name));
    }

    private void put(int owner, String name, int number) {
        var outputs = new LinkedHashMap<String, @Nullable Object>(t.run(owner).outputs());
        outputs.put(name, number);
        t.put(t.change(owner).outputs(outputs));
    }

    // --- waves -----------------------------------------------------------------------------------

    int endOfWave(int owner) {
        return numberOf(t.run(owner), "waveEnd");
    }

    void nextWave(int owner) {
        var run = t.run(owner);
        int wave = numberOf(run, "wave");
        put(owner, "waveEnd", endOf(sizesOf(run), wave, numberOf(run, "targets")));
        put(owner, "wave", wave + 1);
    }

    /// Whether the health after the present wave is looked at now. If it was, and was bad, nothing
    /// begins any more anyway.
    boolean checks(int owner, Lists lists) {
        var list = lists.main().getOrDefault(CHECK, List.of());
        var run = t.run(owner);
        int wave = numberOf(run, "wave") - 1;
        if (list.isEmpty()
                || numberOf(run, "targets") == 0
                || t.state().child(list.getFirst(), owner, wave) != null) {
            return false;
        }
        t.create(list.getFirst(), owner, wave, String.valueOf(wave + 1));
        t.put(owner, Cursors.started(t.cursor(owner), t.cursor(owner).next()));
        return true;
    }

    /// Whether a task works on a target, and is no part of anything else within the rollout.
    static boolean isOfTarget(FlowTask task) {
        return task.rollout() != null && !task.isBetweenWaves();
    }

    /// A task of a target has ended: the next one begins, or the target is done. What has begun is
    /// brought to its end even if too many others have failed: nothing is left half changed.
    void targetGoesOn(TaskRun run, FlowTask task) {
        int owner = run.parent();
        var state = run.state();
        boolean good = state.isGood();
        if (good && task.next() != null && !steps.isExiting()) {
            t.put(owner, Cursors.with(t.cursor(owner), state));
            t.create(task.next(), owner, run.iteration(), run.value());
            return;
        }
        freeLock(run, task);
        var counts = good || t.execution().killed() ? state : State.WARNING;
        t.put(owner, Cursors.ended(Cursors.with(t.cursor(owner), counts)));
        if (!good && !t.execution().killed()) {
            failed(owner, run);
        }
        if (task.parent() != null && task.parent().definition() instanceof Task.Loop loop) {
            steps.loops.iterationEnded(owner, loop, run);
        }
        t.look(owner);
    }

    private void failed(int owner, TaskRun run) {
        int failed = numberOf(t.run(owner), "failed") + 1;
        int mayFail = numberOf(t.run(owner), "mayFail");
        put(owner, "failed", failed);
        if (failed <= mayFail) {
            t.log(
                    t.run(owner),
                    LogEntry.Level.WARN,
                    "%s has failed: %d of the %d targets that may"
                            .formatted(name(run.value()), failed, mayFail));
            return;
        }
        if (failed == mayFail + 1) {
            t.log(
                    t.run(owner),
                    LogEntry.Level.ERROR,
                    "%s has failed, more than the %d targets that may: no others begin"
                            .formatted(name(run.value()), mayFail));
        }
        t.put(owner, Cursors.with(t.cursor(owner), State.FAILED));
    }

    // --- restart and replay ----------------------------------------------------------------------

    /// Whether targets have failed in what ended well nonetheless: a restart runs them again.
    static boolean isUnfinished(Transition t, TaskRun run) {
        var task = t.plan.find(run.taskId());
        if (task == null || run.cursor() == null || run.state() != State.WARNING) {
            return false;
        }
        if (task.definition() instanceof Task.Loop loop && loop.rollout() != null) {
            return numberOf(run, "failed") > 0;
        }
        return !(task.definition() instanceof Task.AllowFailure)
                && t.state().childrenOf(run.ordinal()).stream()
                        .anyMatch(child -> isUnfinished(t, t.run(child)));
    }

    /// What counts for the flow control around a task run that is over.
    static State counted(@Nullable FlowTask task, State state) {
        return task != null && isOfTarget(task) && !state.isGood() ? State.WARNING : state;
    }

    /// Whether a task run came to be because another one of the same rollout had ended.
    static boolean isAfter(
            TaskRun rollout,
            FlowTask task,
            TaskRun run,
            FlowTask otherTask,
            TaskRun other,
            boolean oneByOne) {
        var sizes = sizesOf(rollout);
        int wave = task.isBetweenWaves() ? run.iteration() : waveOf(sizes, run.iteration());
        int otherWave =
                otherTask.isBetweenWaves() ? other.iteration() : waveOf(sizes, other.iteration());
        if (wave != otherWave) {
            return wave > otherWave;
        }
        if (task.isBetweenWaves() != otherTask.isBetweenWaves()) {
            return task.isBetweenWaves();
        }
        return run.iteration() == other.iteration()
                ? task.index() > otherTask.index()
                : oneByOne && run.iteration() > other.iteration();
    }

    /// Without the report, which is put together again.
    static Map<String, @Nullable Object> reopened(TaskRun rollout) {
        var outputs = new LinkedHashMap<String, @Nullable Object>(rollout.outputs());
        outputs.keySet().retainAll(PLAN);
        return outputs;
    }

    /// Counts anew how many have failed, and which wave it is at.
    void recount(int owner, List<FlowTask> targets, List<FlowTask> checks) {
        var run = t.run(owner);
        var items = run.items();
        if (items == null || !run.outputs().containsKey("sizes")) {
            return;
        }
        int failed = 0;
        for (int i = 0; i < items.size(); i++) {
            var last = Loops.lastOf(t.state(), targets, owner, i);
            if (last != null && last.isOver() && !last.state().isGood()) {
                failed++;
            }
        }
        var sizes = sizesOf(run);
        int next = t.cursor(owner).next();
        int wave = next == 0 ? 0 : waveOf(sizes, Math.min(next, items.size()) - 1);
        var outputs = new LinkedHashMap<String, @Nullable Object>(run.outputs());
        outputs.put("failed", failed);
        outputs.put("wave", wave + 1);
        outputs.put("waveEnd", endOf(sizes, wave, items.size()));
        t.put(t.change(owner).outputs(outputs));
        for (int i = 0; i <= wave; i++) {
            var last = Loops.lastOf(t.state(), checks, owner, i);
            if (last == null) {
                continue;
            }
            var following = t.task(last).next();
            if (following != null && last.isOver() && last.state().isGood()) {
                t.create(following, owner, i, last.value());
            } else if (last.isOver()) {
                continue;
            }
            t.put(owner, Cursors.started(t.cursor(owner), t.cursor(owner).next()));
        }
        if (failed > numberOf(t.run(owner), "mayFail")) {
            t.put(owner, Cursors.with(t.cursor(owner), State.FAILED));
        }
    }

    // --- what is seen of it ----------------------------------------------------------------------

    /// A target's name: itself, or what its object calls `name`, or the like.
    static String name(@Nullable String value) {
        var object = object(value);
        for (var key : List.of("name", "host", "hostname", "key", "id")) {
            if (object != null && object.get(key) != null) {
                return String.valueOf(Values.text(object.get(key)));
            }
        }
        return String.valueOf(value);
    }

    private static @Nullable Map<?, ?> object(@Nullable String value) {
        if (value == null || !value.startsWith("{")) {
            return null;
        }
        try {
            return Json.parse(value) instanceof Map<?, ?> map ? map : null;
        } catch (IllegalArgumentException _) {
            return null; // a text that begins like this
        }
    }

    /// The variable `item` of what works on a target: as in a loop, and `name`, `target`, `wave`.
    static Map<String, @Nullable Object> item(TaskRun rollout, TaskRun run) {
        var item = Loops.item(run);
        var object = object(run.value());
        item.put("name", name(run.value()));
        item.put("target", object == null ? run.value() : object);
        item.put("wave", waveOf(sizesOf(rollout), run.iteration()) + 1);
        item.put("waves", rollout.outputs().get("waves"));
        return item;
    }

    /// The variable `item` of what looks at the health after a wave.
    static Map<String, @Nullable Object> wave(TaskRun rollout, TaskRun run) {
        var item = new LinkedHashMap<String, @Nullable Object>();
        item.put("value", run.value());
        item.put("index", run.iteration());
        item.put("wave", run.iteration() + 1);
        item.put("waves", rollout.outputs().get("waves"));
        item.put("failed", rollout.outputs().get("failed"));
        return item;
    }

    /// What became of each target.
    static Map<String, @Nullable Object> report(
            ExecutionState state, TaskRun rollout, List<FlowTask> targets) {
        var report = reopened(rollout);
        var items = rollout.items();
        var sizes = sizesOf(rollout);
        var results = new ArrayList<@Nullable Object>();
        var failures = new ArrayList<@Nullable Object>();
        int succeeded = 0;
        int count = items == null ? 0 : items.size();
        for (int i = 0; items != null && i < count; i++) {
            var last = Loops.lastOf(state, targets, rollout.ordinal(), i);
            var result = new LinkedHashMap<String, @Nullable Object>();
            var name = name(items.get(i));
            result.put("target", name);
            result.put("wave", waveOf(sizes, i) + 1);
            result.put("state", last == null ? "NOT_BEGUN" : last.state().name());
            if (last != null && !last.state().isGood()) {
                failures.add(name);
                result.put("task", last.taskId());
                result.put("error", last.error());
            } else if (last != null) {
                succeeded++;
            }
            results.add(result);
        }
        report.put("succeeded", succeeded);
        report.put("notBegun", count - succeeded - failures.size());
        report.put("failedTargets", failures);
        report.put("results", results);
        return report;
    }

    // --- locks -----------------------------------------------------------------------------------

    /// Whether a task that is about to begin has to be given the lock of its target first. Each
    /// task of a target asks: after a restart, or a lost grant, nobody has to remember who had it.
    boolean waitsForLock(TaskRun run, FlowTask task) {
        if (scopeOf(run, task) == LockScope.NONE) {
            return false;
        }
        var wait = Values.duration(t.run(run.parent()).outputs().get("lockWait"));
        var until = t.now.plus(wait == null ? Duration.ofHours(1) : wait);
        t.put(t.change(run.ordinal()).phase(Phase.LOCKING, t.now).wakeAt(until));
        t.command(new Command.SetTimer(run.ordinal(), until));
        requestLock(t.run(run.ordinal()));
        return true;
    }

    boolean needsLock(TaskRun run) {
        var task = t.plan.find(run.taskId());
        return task != null && scopeOf(run, task) != LockScope.NONE;
    }

    /// Whether flow control around it, which a restart has opened again, waits for a lock.
    boolean waitsAbove(TaskRun run) {
        for (int up = run.parent(); up != TaskRun.NONE; up = t.run(up).parent()) {
            switch (t.run(up).phase()) {
                case READY, LOCKING -> {
                    return true;
                }
                case RENDERING, RUNNING, CHILD, BATCHES, CHILDREN, HALTED, PAUSED, DELAY, OVER -> {
                    // it has begun
                }
            }
        }
        return false;
    }

    void requestLock(TaskRun run) {
        var task = t.plan.find(run.taskId());
        if (task == null) {
            return;
        }
        t.command(new Command.RequestLock(run.ordinal(), targetOf(run), scopeOf(run, task)));
    }

    private void freeLock(TaskRun run, FlowTask task) {
        var scope = scopeOf(run, task);
        if (scope != LockScope.NONE) {
            t.command(new Command.FreeLock(targetOf(run), scope));
        }
    }

    private static Command.Target targetOf(TaskRun run) {
        return new Command.Target(run.parent(), run.iteration(), name(run.value()));
    }

    private LockScope scopeOf(TaskRun run, FlowTask task) {
        var rollout = task.rollout();
        if (rollout == null || !isOfTarget(task) || t.execution().test() != null) {
            return LockScope.NONE;
        }
        return isLockedAbove(run, rollout.lock()) ? LockScope.NONE : rollout.lock();
    }

    /// Whether a rollout around it has the same lock already.
    private boolean isLockedAbove(TaskRun run, LockScope scope) {
        for (int up = run.parent(); up != TaskRun.NONE; up = t.run(up).parent()) {
            var above = t.run(up);
            var task = t.plan.find(above.taskId());
            var rollout = task == null ? null : task.rollout();
            if (task != null
                    && rollout != null
                    && isOfTarget(task)
                    && rollout.lock() == scope
                    && name(above.value()).equals(name(run.value()))) {
                return true;
            }
        }
        return false;
    }

    static Decision lockGranted(Transition t, int ordinal) {
        var run = t.state().find(ordinal);
        var task = run == null ? null : t.plan.find(run.taskId());
        if (run == null || task == null || run.phase() != Phase.LOCKING) {
            return Decision.of(t.state());
        }
        var steps = new Steps(t);
        t.command(new Command.DropTimer(ordinal));
        var ready =
                t.put(
                        t.change(ordinal)
                                .phase(Phase.READY, t.now)
                                .wakeAt(null)
                                .outputs(withoutHolder(run)));
        if (steps.mayBegin() && ready.cursor() != null) { // it goes on after a restart
            t.put(t.change(ordinal).phase(Phase.CHILDREN, t.now));
            steps.lookAtAll();
        } else if (steps.mayBegin()) {
            steps.beginnings.beginNow(ready, task);
        } // else it asks again when nothing holds the execution any longer
        return steps.decide();
    }

    private static Map<String, @Nullable Object> withoutHolder(TaskRun run) {
        var outputs = new LinkedHashMap<String, @Nullable Object>(run.outputs());
        outputs.remove("waitsFor");
        return outputs;
    }

    static Decision lockDenied(Transition t, ExecutionEvent.LockDenied denied) {
        var run = t.state().find(denied.taskRun());
        if (run == null
                || run.phase() != Phase.LOCKING
                || denied.holder().equals(run.outputs().get("waitsFor"))) {
            return Decision.of(t.state());
        }
        t.log(
                run,
                LogEntry.Level.INFO,
                "Waits for the lock of "
                        + name(run.value())
                        + ", which execution "
                        + denied.holder()
                        + " has");
        var outputs = withoutHolder(run);
        outputs.put("waitsFor", denied.holder());
        t.put(t.change(run.ordinal()).outputs(outputs));
        return new Steps(t).decide();
    }

    void waitedTooLong(TaskRun run) {
        var holder = run.outputs().get("waitsFor");
        new Rewind(t).removeBelow(run.ordinal());
        var freed = t.put(t.change(run.ordinal()).wakeAt(null).cursor(null).outputs(Values.NONE));
        steps.ends.failWith(
                freed,
                "Expected the lock of "
                        + name(run.value())
                        + " within "
                        + t.run(run.parent()).outputs().get("lockWait")
                        + " but "
                        + (holder == null ? "got no answer" : "execution " + holder + " has it"));
    }
}
