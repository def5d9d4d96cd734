// SPDX-License-Identifier: Apache-2.0
package io.millrace.model;

/// Which workers a task runs on.
///
/// @param key name of the group; may hold an expression
/// @param fallback what to do when the group has no worker
public record WorkerGroup(String key, Fallback fallback) {
    public enum Fallback {
        /// It waits until there is one.
        WAIT,
        /// The task fails.
        FAIL,
        /// The task, and with it the execution, is cancelled.
        CANCEL,
        /// A worker of the default group runs it.
        IGNORE
    }
}
