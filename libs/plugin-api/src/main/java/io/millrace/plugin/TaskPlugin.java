// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin;

/// A kind of task. One instance serves all tasks of its type at once; found by
/// `ServiceLoader<TaskPlugin>` and described by its [Plugin] annotation.
///
/// @param <P> the task's properties as a record: the names of its components are the names in the
///   YAML, `@Nullable` ones are optional, [Default] fills in what isn't set, [Title] says what it
///   is
/// @param <O> the task's outputs as a record; absent components are left out
public interface TaskPlugin<P extends Record, O extends Record> extends AutoCloseable {

    /// Called once, before the first task.
    default void start(PluginSettings settings) {}

    /// Runs one task on a thread of its own, which is interrupted when the task is killed.
    ///
    /// @throws TaskFailedException if the task fails in a way that the user should read
    /// @throws Exception any other failure; its message is told to the user
    O run(P properties, TaskContext context) throws Exception;

    @Override
    default void close() {}
}
