// SPDX-License-Identifier: Apache-2.0
package io.millrace.execution.start;

import io.millrace.contracts.LaneEvent;
import io.millrace.engine.Execution;
import io.millrace.engine.State;
import io.millrace.platform.access.Caller;
import io.millrace.platform.problem.ServiceException;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;

/// Something that is asked of an execution, be it one or many: which executions can do it, and what
/// their lanes are told.
///
/// @param fits executions that can do it, as far as their heads tell; the lane has the last word
/// @param needed the states in which an execution fits, for messages
record Action(Predicate<Execution> fits, String needed, Function<Execution, LaneEvent> event) {

    private static String by() {
        return Caller.current().subject();
    }

    private static Action of(Predicate<State> states, String needed, LaneEvent event) {
        return new Action(e -> states.test(e.state()), needed, _ -> event);
    }

    static Action kill(boolean cascade) {
        return of(
                state -> !state.isTerminal(),
                "that has not ended",
                new LaneEvent.KillRequested(by(), cascade));
    }

    static Action pause() {
        return of(
                state -> state == State.RUNNING || state == State.RETRYING,
                "that is running",
                new LaneEvent.PauseRequested(by()));
    }

    /// @param breakpoints those at which it stops from now on
    static Action liftBreakpoint(List<String> breakpoints) {
        return of(
                state -> state == State.BREAKPOINT,
                "at a breakpoint",
                new LaneEvent.BreakpointLifted(breakpoints, by()));
    }

    static Action restart() {
        return of(State::isTerminal, "that has ended", new LaneEvent.RestartRequested(by()));
    }

    static Action forceRun() {
        return of(
                state -> !state.isTerminal(),
                "that has not ended",
                new LaneEvent.ForceRunRequested(by()));
    }

    static Action unqueue(String state) {
        return of(
                now -> now == State.QUEUED,
                "that is queued",
                new LaneEvent.UnqueueRequested(known(state).name(), by()));
    }

    static Action setState(String state) {
        return of(
                State::isTerminal,
                "that has ended",
                new LaneEvent.StateSet(known(state).name(), by()));
    }

    static Action setLabels(List<LaneEvent.Label> labels) {
        return of(State::isTerminal, "that has ended", new LaneEvent.LabelsSet(labels, by()));
    }

    static Action setTaskRunState(int taskRun, String state) {
        return of(_ -> true, "", new LaneEvent.TaskRunStateSet(taskRun, known(state).name(), by()));
    }

    /// @throws ServiceException.Invalid if there is no such state
    static State known(String state) {
        return Arrays.stream(State.values())
                .filter(s -> s.name().equals(state))
                .findFirst()
                .orElseThrow(() ->
                        new ServiceException.Invalid(
                                "state", "Illegal argument: no state " + state));
    }
}
