// SPDX-License-Identifier: Apache-2.0
package io.millrace.engine;

/// The task run that started an execution.
///
/// @param dispatch number of the task run's sending that asked for it
/// @param waits whether the task run waits for the end
public record Parent(String executionId, int taskRun, int dispatch, boolean waits) {}
