// SPDX-License-Identifier: Apache-2.0
package io.millrace.engine;

import io.millrace.expressions.ExpressionException;
import io.millrace.expressions.Truthiness;
import io.millrace.model.Task;
import java.time.Duration;
import java.util.Map;

/// Loops that go on until a condition holds.
final class Rounds {
    private final Transition t;
    private final Steps steps;

    Rounds(Transition transition, Steps steps) {
        this.t = transition;
        this.steps = steps;
    }

    /// Whether a loop that has done one round is not over: it waits for its next one, or for its
    /// condition to be rendered.
    boolean loops(int owner) {
        if (owner == TaskRun.NONE
                || !(t.task(t.run(owner)).definition() instanceof Task.LoopUntil loop)) {
            return false;
        }
        var run = t.run(owner);
        try {
            var input =
                    run.rendered() != null
                            ? run.rendered()
                            : steps.evaluation.render(owner, t.task(run).input());
            if (input == null) {
                steps.beginnings.renderOnWorker(run);
                return true;
            }
            int rounds = Values.whole(run.outputs().get("iterationCount")) + 1;
            t.put(t.change(owner).outputs(Map.of("iterationCount", rounds)).rendered(null));
            if (Truthiness.isTruthy(Values.text(input.get("condition")))) {
                return false;
            }
            var most = input.get("maxIterations");
            var longest = Values.duration(input.get("maxDuration"));
            boolean tooMany = most != null && rounds >= Values.whole(most);
            boolean tooLong =
                    longest != null && !run.history().startedAt().plus(longest).isAfter(t.now);
            if (tooMany || tooLong) {
                t.log(
                        t.run(owner),
                        loop.failOnMaxReached() ? LogEntry.Level.ERROR : LogEntry.Level.WARN,
                        tooMany
                                ? "Maximum of " + most + " iterations reached"
                                : "Maximum duration of " + longest + " reached");
                if (loop.failOnMaxReached()) {
                    t.put(owner, Cursors.with(t.cursor(owner), State.FAILED));
                }
                return false;
            }
            var interval = Values.duration(input.get("interval"));
            var at = t.now.plus(interval == null ? Duration.ZERO : interval);
            t.put(t.change(owner).phase(Phase.DELAY, t.now).wakeAt(at));
            t.command(new Command.SetTimer(owner, at));
            return true;
        } catch (ExpressionException | IllegalArgumentException e) {
            t.log(t.run(owner), LogEntry.Level.ERROR, String.valueOf(e.getMessage()));
            t.put(owner, Cursors.with(t.cursor(owner), State.FAILED));
            return false;
        }
    }
}
