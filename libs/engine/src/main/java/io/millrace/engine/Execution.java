// SPDX-License-Identifier: Apache-2.0
package io.millrace.engine;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The execution itself: one row.
///
/// @param labels in order, with the flow's own merged in
/// @param variables set by tasks at run time, over those of the flow
/// @param outputs outputs of the flow, once it has ended and has any
/// @param parent with the number of the sending that last asked for it
/// @param replayOf the execution of which it is a replay
/// @param originalId first execution of a chain of replays and retries; its own id if there is none
/// @param attempt 1 for the first, one more for each restart, and each retry as a new execution
/// @param wakeAt when it goes on by itself: its schedule date, or the end of its time limit
/// @param held whether a user has paused it: what runs goes on, nothing new begins
/// @param paused how many task runs are paused
/// @param halted how many task runs stand at a breakpoint
/// @param retrying how many task runs wait for their next attempt
/// @param killed whether it is being killed, or was
/// @param cascade whether that kills its subflows, too
/// @param dispatch number of the last job sent for the execution itself, 0 before the first
/// @param rendering whether a worker renders its outputs
/// @param nextOrdinal ordinal of the next task run
/// @param violated names of the service level agreements that it has violated, and of those that
///   once could not be rendered
/// @param cursor where its top-level tasks stand
/// @param test absent unless a test runs it
/// @param breakpoints tasks that it stops before: `id`, or `id.value` for one iteration of a loop
public record Execution(
        String id,
        String tenant,
        String namespace,
        String flowId,
        int revision,
        Map<String, @Nullable Object> inputs,
        Map<String, String> labels,
        Map<String, @Nullable Object> variables,
        Map<String, @Nullable Object> outputs,
        @Nullable Trigger trigger,
        @Nullable Parent parent,
        @Nullable String replayOf,
        String originalId,
        int attempt,
        String startedBy,
        History history,
        @Nullable Instant scheduleDate,
        @Nullable Instant wakeAt,
        @Nullable String error,
        Slot slot,
        boolean held,
        int paused,
        int halted,
        int retrying,
        boolean killed,
        boolean cascade,
        int dispatch,
        boolean rendering,
        int nextOrdinal,
        List<String> violated,
        Cursor cursor,
        @Nullable TestRun test,
        List<String> breakpoints) {

    /// Label of an execution that somebody tries a flow with: lists leave it out, and it takes no
    /// slot of the flow's concurrency limit.
    public static final String PLAYGROUND = "system.playground";

    public State state() {
        return history.current();
    }
}
