// SPDX-License-Identifier: Apache-2.0
package io.millrace.engine;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A task run: one row. A small one, but for [#items()], which are written once.
///
/// @param ordinal number in order of creation within the execution, from 0
/// @param parent ordinal of the flowable that it runs in, or [#NONE]
/// @param iteration number of the loop iteration that it is a direct child of, or [#NONE]
/// @param value value of that iteration
/// @param phase what it waits for
/// @param dispatch number of the last job or child sent for it, 0 before the first
/// @param since when it came into this phase
/// @param wakeAt when it goes on by itself, if it does
/// @param workerId worker that reported to have started this dispatch
/// @param outputs what expressions see as its outputs, without those kept elsewhere
/// @param outputsUri where its outputs lie if they are too big for a row
/// @param error why it failed, for users
/// @param rendered properties that a worker has rendered for it, until it has ended
/// @param cursor where it stands, if it is flow control
/// @param items what it loops over, if it is a loop
/// @param batches the child executions of its batches, if it starts a flow for each batch of a file
public record TaskRun(
        int ordinal,
        String taskId,
        int parent,
        int iteration,
        @Nullable String value,
        History history,
        List<Attempt> attempts,
        Phase phase,
        int dispatch,
        Instant since,
        @Nullable Instant wakeAt,
        @Nullable String workerId,
        Map<String, @Nullable Object> outputs,
        @Nullable String outputsUri,
        @Nullable String error,
        @Nullable Map<String, @Nullable Object> rendered,
        @Nullable Cursor cursor,
        @Nullable Items items,
        @Nullable Batches batches) {

    /// No parent, no iteration; as the ordinal of a timer or a job: the execution itself.
    public static final int NONE = -1;

    public State state() {
        return history.current();
    }

    public boolean isOver() {
        return phase == Phase.OVER;
    }
}
