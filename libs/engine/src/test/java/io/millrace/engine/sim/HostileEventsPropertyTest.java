// SPDX-License-Identifier: Apache-2.0
package io.millrace.engine.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.engine.Decision;
import io.millrace.engine.Engine;
import io.millrace.engine.ExecutionEvent;
import io.millrace.engine.ExecutionRequest;
import io.millrace.engine.ExecutionState;
import io.millrace.engine.FlowPlan;
import io.millrace.engine.State;
import io.millrace.engine.TaskResult;
import io.millrace.engine.TaskRun;
import io.millrace.expressions.Expressions;
import io.millrace.model.Task;
import io.millrace.model.yaml.FlowParser;
import java.time.Instant;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/// Events that nobody should send, in any order: a poisoned message must not break a lane.
class HostileEventsPropertyTest {
    private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");
    private static final Expressions EXPRESSIONS = new Expressions();

    @Property(tries = 400)
    void noEventBreaksAnExecution(@ForAll long seed) {
        var random = new Random(seed);
        var plan = plan(random);
        var state = start(plan);
        var now = NOON;

        for (int i = 0; i < 60; i++) {
            now = now.plusMillis(random.nextInt(5_000));
            var event = event(random);
            var decision = Engine.decide(plan, state, event, now);

            var rows = decision.state();
            assertThat(ExecutionState.restore(plan, rows.execution(), rows.taskRuns()))
                    .isEqualTo(rows);
            var before = state;
            for (var run : rows.taskRuns()) {
                assertThat(run.equals(before.find(run.ordinal())))
                        .as("%s is told of %s", event, run)
                        .isEqualTo(!decision.touched().contains(run.ordinal()));
            }
            state = rows;
        }
    }

    @Property(tries = 200)
    void anEventThatComesTwiceChangesNothingTheSecondTime(@ForAll long seed) {
        var random = new Random(seed);
        var plan = plan(random);
        var state = start(plan);

        for (int i = 0; i < 40; i++) {
            int ordinal = random.nextInt(8);
            var run = state.find(ordinal);
            if (run == null || !state.awaits(ordinal, run.dispatch())) {
                continue;
            }
            var event = new ExecutionEvent.TaskEnded(ordinal, run.dispatch(), result(random));

            var once = Engine.decide(plan, state, event, NOON).state();
            var twice = Engine.decide(plan, once, event, NOON);

            assertThat(twice).isEqualTo(Decision.of(once));
            state = once;
        }
    }

    @Property(tries = 200)
    void theSameEventLeadsToTheSameDecision(@ForAll long seed) {
        var random = new Random(seed);
        var plan = plan(random);
        var state = start(plan);

        for (int i = 0; i < 40; i++) {
            var event = event(random);
            var decision = Engine.decide(plan, state, event, NOON);

            assertThat(Engine.decide(plan, state, event, NOON)).isEqualTo(decision);
            state = decision.state();
        }
    }

    private static FlowPlan plan(Random random) {
        var source = RandomFlow.of(random, "main", true, true);
        return FlowPlan.compile(FlowParser.trusting().parse(source).orThrow(), 1, EXPRESSIONS);
    }

    private static ExecutionState start(FlowPlan plan) {
        return Engine.start(plan, ExecutionRequest.of("id", "main", "me").build(), NOON).state();
    }

    private static TaskResult result(Random random) {
        var states = new State[] {State.SUCCESS, State.WARNING, State.FAILED, State.KILLED};
        return new TaskResult(
                states[random.nextInt(states.length)],
                Map.of(),
                null,
                null,
                null,
                NOON,
                NOON,
                "worker");
    }

    private static ExecutionEvent event(Random random) {
        int ordinal = random.nextInt(10) - 1;
        int dispatch = random.nextInt(3);
        var states = State.values();
        var state = states[random.nextInt(states.length)];
        return switch (random.nextInt(22)) {
            case 0 -> new ExecutionEvent.RequestedAgain();
            case 1 -> new ExecutionEvent.Continued();
            case 2 -> new ExecutionEvent.Recovered(NOON.plusSeconds(random.nextInt(100)));
            case 3 -> new ExecutionEvent.TaskStarted(ordinal, dispatch, "worker", NOON);
            case 4, 5, 6, 7 -> new ExecutionEvent.TaskEnded(ordinal, dispatch, result(random));
            case 8 -> new ExecutionEvent.TaskLost(ordinal, dispatch, "lost");
            case 9 -> new ExecutionEvent.ChildStarted(ordinal, dispatch, "child");
            case 10 ->
                    new ExecutionEvent.ChildEnded(
                            ordinal,
                            dispatch,
                            random.nextBoolean() ? "child" : null,
                            random.nextBoolean() ? State.SUCCESS : State.FAILED,
                            Map.of(),
                            random.nextBoolean() ? "error" : null);
            case 11 -> new ExecutionEvent.TimerDue(ordinal);
            case 12 -> new ExecutionEvent.SlotGranted();
            case 13 -> new ExecutionEvent.SlotDenied();
            case 14 -> new ExecutionEvent.KillRequested("me", random.nextBoolean());
            case 15 -> new ExecutionEvent.PauseRequested("me");
            case 16 ->
                    new ExecutionEvent.ResumeRequested(
                            ordinal == TaskRun.NONE ? null : ordinal, Map.of(), "me");
            case 17 -> new ExecutionEvent.RestartRequested("me");
            case 18 -> new ExecutionEvent.ForceRunRequested("me");
            case 19 -> new ExecutionEvent.TaskRunStateSet(ordinal, state, "me");
            case 20 ->
                    new ExecutionEvent.DecisionMade(
                            ordinal,
                            random.nextBoolean()
                                    ? Task.Approval.Decision.APPROVED
                                    : Task.Approval.Decision.DENIED,
                            null,
                            Map.of(),
                            "me");
            default ->
                    random.nextBoolean()
                            ? new ExecutionEvent.StateSet(state, "me")
                            : new ExecutionEvent.UnqueueRequested(state, "me");
        };
    }
}
