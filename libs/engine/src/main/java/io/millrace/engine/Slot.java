// SPDX-License-Identifier: Apache-2.0
package io.millrace.engine;

/// Whether an execution counts for the concurrency limit of its flow.
public enum Slot {
    /// The flow has no limit, or the execution runs without regard to it, or it has ended.
    NONE,
    /// It waits for one.
    ASKED,
    HELD
}
