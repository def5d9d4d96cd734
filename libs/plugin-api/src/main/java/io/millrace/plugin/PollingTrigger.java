// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin;

import java.util.Optional;

/// A kind of trigger that looks for something now and then, every `interval` of the trigger. What
/// it finds starts one execution, which sees it as `trigger`.
///
/// It runs on a worker, like a task, and may be asked again for the same moment if that worker
/// dies: what it found then starts the same execution. What it consumes (moves a file, deletes a
/// message) it should consume under a name that it gives away in its outputs.
///
/// @param <P> the trigger's properties as a record, as of a [TaskPlugin]
/// @param <O> what the execution sees as `trigger`
public interface PollingTrigger<P extends Record, O extends Record> extends TaskPlugin<P, O> {

    /// Looks once, on a thread of its own. A trigger implements this, or [#run], where it has one
    /// in common with tasks.
    ///
    /// @return what starts an execution, or nothing
    /// @throws TaskFailedException if it can't look, in a way that the author should read
    /// @throws Exception any other failure; its message is told to the author
    default Optional<O> poll(P properties, TaskContext context) throws Exception {
        try {
            return Optional.of(run(properties, context));
        } catch (NothingNewException _) {
            return Optional.empty();
        }
    }

    /// The same for whom nothing is an exception.
    ///
    /// @throws NothingNewException if there is nothing
    @Override
    default O run(P properties, TaskContext context) throws Exception {
        return poll(properties, context).orElseThrow(NothingNewException::new);
    }
}
