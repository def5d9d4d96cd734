// SPDX-License-Identifier: Apache-2.0
package io.millrace.engine;

import io.millrace.expressions.ExpressionException;
import io.millrace.model.Task;
import io.millrace.model.Task.Approval.Behavior;
import io.millrace.model.Task.Approval.Decision;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Task runs that wait until a person has approved or denied, and what follows from it.
///
/// The branch at which the cursor stands says how far one is: before it waits, it is at that of
/// `onWait`; afterwards at that of the decision. Its outputs hold the decision.
final class Approvals {
    /// Branch of the tasks that run before it waits.
    static final String WAIT = "onWait";

    static final String AUTOMATIC = "autoApprove";
    static final String DECISION = "decision";

    private final Transition t;
    private final Steps steps;

    Approvals(Transition transition, Steps steps) {
        this.t = transition;
        this.steps = steps;
    }

    /// Branch of the tasks that a decision leads to.
    static String branch(Decision decision) {
        return switch (decision) {
            case APPROVED -> "onApprove";
            case DENIED -> "onDeny";
            case EXPIRED -> "onExpire";
        };
    }

    void begin(TaskRun run, Map<String, @Nullable Object> input) {
        var _ = ReviewForm.of(input); // if it is wrong it is so before somebody decides
        var outputs = Values.one("url", url());
        if (Values.truthy(input.get(AUTOMATIC))) {
            enter(run, Decision.APPROVED, decided(outputs, Decision.APPROVED, true));
            return;
        }
        t.put(
                t.change(run.ordinal())
                        .state(State.RUNNING, t.now)
                        .phase(Phase.CHILDREN, t.now)
                        .cursor(Cursors.start(WAIT))
                        .outputs(outputs)
                        .rendered(input));
        t.look(run.ordinal());
    }

    /// What a test says in place of a person, if it names a decision.
    boolean decides(Task definition, TestRun.Mock mock) {
        return definition instanceof Task.Approval
                && mock.state() == State.SUCCESS
                && mock.outputs().get(DECISION) != null;
    }

    void beginDecided(TaskRun run, TestRun.Mock mock) {
        var decision = choice(Decision.class, mock.outputs().get(DECISION), DECISION);
        var outputs = decided(Values.one("url", url()), decision, false);
        outputs.putAll(mock.outputs());
        enter(run, decision, outputs);
    }

    private void enter(TaskRun run, Decision decision, Map<String, @Nullable Object> outputs) {
        t.put(
                t.change(run.ordinal())
                        .state(State.RUNNING, t.now)
                        .phase(Phase.CHILDREN, t.now)
                        .cursor(Cursors.start(branch(decision)))
                        .outputs(outputs)
                        .rendered(null));
        t.look(run.ordinal());
    }

    /// Whether an approval whose first tasks have ended is not over: it waits for a decision, or
    /// for what it needs for that to be rendered.
    boolean waits(int owner) {
        if (owner == TaskRun.NONE
                || steps.isExiting()
                || !(t.task(t.run(owner)).definition() instanceof Task.Approval approval)
                || !t.cursor(owner).branch().equals(WAIT)) {
            return false;
        }
        var cursor = t.cursor(owner);
        boolean allowed = cursor.outcome() == State.FAILED && approval.common().allowFailure();
        if (cursor.exit() != null || !(cursor.outcome().isGood() || allowed)) {
            return false;
        }
        var run = t.run(owner);
        try {
            var input =
                    run.rendered() != null // not if it has gone back to before it waited
                            ? run.rendered()
                            : steps.evaluation.render(owner, t.task(run).input());
            if (input == null) {
                steps.beginnings.renderOnWorker(run);
                return true;
            }
            var timeout = Values.duration(input.get("timeout"));
            var due = timeout == null ? null : t.now.plus(timeout);
            var outputs = new LinkedHashMap<String, @Nullable Object>(run.outputs());
            if (due != null) {
                outputs.put("due", due.toString());
            }
            t.put(t.change(owner).outputs(outputs).rendered(input));
            steps.pauses.waitUntil(t.run(owner), due);
            return true;
        } catch (ExpressionException | IllegalArgumentException e) {
            t.log(run, LogEntry.Level.ERROR, String.valueOf(e.getMessage()));
            t.put(owner, Cursors.with(cursor, State.FAILED));
            return false;
        }
    }

    /// Goes on with the tasks of a decision.
    void decide(TaskRun run, ExecutionEvent.DecisionMade made) {
        var outputs = decided(run.outputs(), made.decision(), false);
        outputs.put("by", made.by());
        outputs.put("comment", made.comment());
        outputs.put("inputs", made.inputs());
        leave(run, made.decision(), outputs);
    }

    /// Nobody has decided in time.
    void expire(TaskRun run) {
        t.log(run, LogEntry.Level.WARN, "Nobody has decided by " + run.wakeAt());
        leave(run, Decision.EXPIRED, decided(run.outputs(), Decision.EXPIRED, false));
    }

    private void leave(TaskRun run, Decision decision, Map<String, @Nullable Object> outputs) {
        steps.pauses.leave(run, State.RUNNING, outputs);
        t.put(run.ordinal(), Cursors.start(branch(decision)));
        t.look(run.ordinal());
    }

    private Map<String, @Nullable Object> decided(
            Map<String, @Nullable Object> before, Decision decision, boolean automatic) {
        var outputs = new LinkedHashMap<String, @Nullable Object>(before);
        outputs.put(DECISION, decision.name());
        outputs.put("auto", automatic);
        outputs.put("by", null);
        outputs.put("on", t.now.toString());
        outputs.put("comment", null);
        outputs.put("inputs", Map.of());
        return outputs;
    }

    /// Its page, as far as the installation knows its own address.
    private String url() {
        var execution = t.execution();
        var site =
                t.plan.installation().get("kestra") instanceof Map<?, ?> kestra
                                && kestra.get("url") != null
                        ? kestra.get("url").toString().replaceAll("/+$", "")
                        : "";
        return "%s/ui/%s/executions/%s".formatted(site, execution.tenant(), execution.id());
    }

    /// How a task run ends.
    ///
    /// @param exit state that what is around it ends with, too; absent if it goes on
    record Ending(State state, @Nullable State exit) {}

    /// What the behavior of an approval makes of the end of the tasks that its decision led to. A
    /// failure stays one.
    Ending ending(TaskRun run, Task definition, State state) {
        if (!(definition instanceof Task.Approval approval)
                || !(state == State.SUCCESS || state == State.WARNING)
                || steps.isExiting()
                || t.cursor(run.ordinal()).exit() != null
                || run.outputs().get(DECISION) == null) {
            return new Ending(state, null);
        }
        try {
            return switch (behavior(run, approval)) {
                case CONTINUE -> new Ending(state, null);
                case WARN -> new Ending(State.WARNING, null);
                case FAIL -> new Ending(State.FAILED, null);
                case SUCCEED -> new Ending(State.SUCCESS, State.SUCCESS);
                case CANCEL -> new Ending(State.CANCELLED, State.CANCELLED);
                case KILL -> new Ending(State.KILLED, State.KILLED);
            };
        } catch (ExpressionException | IllegalArgumentException e) {
            t.log(run, LogEntry.Level.ERROR, String.valueOf(e.getMessage()));
            return new Ending(State.FAILED, null);
        }
    }

    private Behavior behavior(TaskRun run, Task.Approval approval) {
        var decision = choice(Decision.class, run.outputs().get(DECISION), DECISION);
        var source = approval.behaviors().getOrDefault(decision, Behavior.CONTINUE.name());
        var rendering = Rendering.of(t.plan.expressions(), Values.one("behavior", source));
        var rendered = steps.evaluation.render(run.ordinal(), rendering);
        if (rendered == null) {
            throw new IllegalArgumentException(
                    "Expected a behavior that can be rendered without reading files or stores");
        }
        return choice(Behavior.class, rendered.get("behavior"), "behavior");
    }

    /// @throws IllegalArgumentException if the text is none of the constants
    static <E extends Enum<E>> E choice(Class<E> type, @Nullable Object text, String what) {
        return Arrays.stream(type.getEnumConstants())
                .filter(constant -> constant.name().equalsIgnoreCase(String.valueOf(text).strip()))
                .findFirst()
                .orElseThrow(() ->
                        new IllegalArgumentException(
                                "Expected %s to be one of %s but got '%s'"
                                        .formatted(
                                                what,
                                                Arrays.toString(type.getEnumConstants()),
                                                text)));
    }
}
