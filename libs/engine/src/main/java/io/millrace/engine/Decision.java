// SPDX-License-Identifier: Apache-2.0
package io.millrace.engine;

import java.util.List;
import java.util.Set;

/// What follows from an event.
///
/// @param state the state after it; the same object if nothing has changed
/// @param touched ordinals of the task runs that are new or have changed
/// @param removed ordinals of the task runs that are no more
/// @param commands what to do once the state is committed, in order
public record Decision(
        ExecutionState state,
        Set<Integer> touched,
        Set<Integer> removed,
        List<Command> commands,
        Outcome outcome) {

    public Decision {
        touched = Set.copyOf(touched);
        removed = Set.copyOf(removed);
        commands = List.copyOf(commands);
    }

    /// Nothing follows.
    public static Decision of(ExecutionState state) {
        return new Decision(state, Set.of(), Set.of(), List.of(), Outcome.ACCEPTED);
    }

    public static Decision refused(ExecutionState state, String reason) {
        return new Decision(state, Set.of(), Set.of(), List.of(), new Outcome.Refused(reason));
    }
}
