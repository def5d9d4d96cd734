// SPDX-License-Identifier: Apache-2.0
package io.millrace.engine;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What is needed to create an execution of a plan.
///
/// @param inputs resolved and typed
/// @param labels to set over those of the flow
/// @param replay the execution to start again from, or absent
/// @param originalId first execution of a chain of retries, or absent
/// @param attempt 1, or one more than the execution that it retries
/// @param scheduleDate not to be started before
/// @param failure why it can't run, if it can't: then it ends as failed at once
/// @param test absent unless a test runs it
public record ExecutionRequest(
        String id,
        String tenant,
        Map<String, @Nullable Object> inputs,
        Map<String, String> labels,
        @Nullable Trigger trigger,
        @Nullable Parent parent,
        @Nullable Replay replay,
        @Nullable String originalId,
        int attempt,
        @Nullable Instant scheduleDate,
        String startedBy,
        @Nullable String failure,
        @Nullable TestRun test,
        List<String> breakpoints) {

    public ExecutionRequest(
            String id,
            String tenant,
            Map<String, @Nullable Object> inputs,
            Map<String, String> labels,
            @Nullable Trigger trigger,
            @Nullable Parent parent,
            @Nullable Replay replay,
            @Nullable String originalId,
            int attempt,
            @Nullable Instant scheduleDate,
            String startedBy,
            @Nullable String failure,
            @Nullable TestRun test) {
        this(
                id,
                tenant,
                inputs,
                labels,
                trigger,
                parent,
                replay,
                originalId,
                attempt,
                scheduleDate,
                startedBy,
                failure,
                test,
                List.of());
    }

    public ExecutionRequest(
            String id,
            String tenant,
            Map<String, @Nullable Object> inputs,
            Map<String, String> labels,
            @Nullable Trigger trigger,
            @Nullable Parent parent,
            @Nullable Replay replay,
            @Nullable String originalId,
            int attempt,
            @Nullable Instant scheduleDate,
            String startedBy,
            @Nullable String failure) {
        this(
                id,
                tenant,
                inputs,
                labels,
                trigger,
                parent,
                replay,
                originalId,
                attempt,
                scheduleDate,
                startedBy,
                failure,
                null);
    }

    public ExecutionRequest(
            String id,
            String tenant,
            Map<String, @Nullable Object> inputs,
            Map<String, String> labels,
            @Nullable Trigger trigger,
            @Nullable Parent parent,
            @Nullable Replay replay,
            @Nullable String originalId,
            int attempt,
            @Nullable Instant scheduleDate,
            String startedBy) {
        this(
                id,
                tenant,
                inputs,
                labels,
                trigger,
                parent,
                replay,
                originalId,
                attempt,
                scheduleDate,
                startedBy,
                null);
    }

    /// @param original the execution as it stands
    /// @param taskRun ordinal of the task run to start from, or absent for the beginning
    /// @param restart whether to go on with what did not end well, in place of starting from there
    public record Replay(ExecutionState original, @Nullable Integer taskRun, boolean restart) {
        public Replay(ExecutionState original, @Nullable Integer taskRun) {
            this(original, taskRun, false);
        }
    }
}
