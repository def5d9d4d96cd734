// SPDX-License-Identifier: Apache-2.0
package io.millrace.model;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// What every task has.
///
/// @param type canonical, such as `io.kestra.plugin.core.flow.Sequential`
/// @param disabled whether the task is passed over without a task run
/// @param runIf the task is SKIPPED unless this renders to something truthy; absent: it runs
/// @param allowFailure whether FAILED becomes WARNING
/// @param allowWarning whether WARNING becomes SUCCESS
/// @param timeout of each attempt
/// @param logLevel least level that is kept
/// @param logToFile whether the log goes to a file of the internal storage
public record TaskCommon(
        String id,
        String type,
        @Nullable String description,
        boolean disabled,
        @Nullable String runIf,
        boolean allowFailure,
        boolean allowWarning,
        @Nullable RetryPolicy retry,
        @Nullable DurationValue timeout,
        LogLevel logLevel,
        boolean logToFile,
        @Nullable WorkerGroup workerGroup,
        @Nullable Cache cache) {

    /// Whether, and for how long, the outputs of an equal task are used again (`taskCache`).
    public record Cache(boolean enabled, @Nullable Duration ttl) {}

    /// A task that is part of another one: it runs where and logs as that one does.
    static TaskCommon part(TaskCommon whole, String id, String type) {
        return new TaskCommon(
                id,
                type,
                null,
                false,
                null,
                false,
                false,
                null,
                null,
                whole.logLevel(),
                whole.logToFile(),
                whole.workerGroup(),
                null);
    }

    /// A task with nothing but its id and type.
    public static TaskCommon of(String id, String type) {
        return new TaskCommon(
                id,
                type,
                null,
                false,
                null,
                false,
                false,
                null,
                null,
                LogLevel.TRACE,
                false,
                null,
                null);
    }
}
