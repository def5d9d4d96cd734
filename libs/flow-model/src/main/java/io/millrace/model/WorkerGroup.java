// SPDX-License-Identifier: Apache-2.0
package io.millrace.model;

/// Which workers a task runs on.
///
/// @param key name of the group; may hold an expression
/// @param fallback what to do when the group has no worker
public record WorkerGroup(String key, Fallback fallback) {
    public enum Fallback {
        WAIT,
        FAIL,
        CANCEL
    }
}
