// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin;

/// A kind of trigger that listens: each thing it hears starts an execution, at least one.
///
/// It runs on one worker at a time, for as long as the trigger is there. When that worker dies
/// another one goes on: what was heard but not taken (acknowledged, committed) at the source must
/// be heard again.
///
/// @param <P> the trigger's properties as a record, as of a [TaskPlugin]
/// @param <O> what each execution sees as `trigger`
public interface RealtimeTrigger<P extends Record, O extends Record> extends TaskPlugin<P, O> {

    /// Listens until its thread is interrupted. If it returns or fails it begins anew after a
    /// while.
    ///
    /// @param emitter takes what is heard
    /// @throws Exception whose message is told to the author
    void listen(P properties, Emitter<O> emitter, TaskContext context) throws Exception;

    /// Starts executions.
    interface Emitter<O extends Record> {

        /// Starts an execution. Returns when it is certain that there will be one: take it at the
        /// source then, not before.
        ///
        /// @param id the same for what is heard again, such as a message's id: one id starts one
        ///   execution
        /// @throws InterruptedException if the trigger must stop; nothing is certain then
        void emit(String id, O outputs) throws InterruptedException;
    }

    @Override
    default O run(P properties, TaskContext context) throws Exception {
        listen(properties, context::emit, context);
        throw new NothingNewException();
    }
}
