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

    /// Of what every one has; the rest is added.
    public static Builder of(String id, String tenant, String startedBy) {
        return new Builder(id, tenant, startedBy);
    }

    /// Says what not every one has.
    public static final class Builder {
        private final String id;
        private final String tenant;
        private final String startedBy;
        private Map<String, @Nullable Object> inputs = Map.of();
        private Map<String, String> labels = Map.of();
        private @Nullable Trigger trigger;
        private @Nullable Parent parent;
        private @Nullable Replay replay;
        private @Nullable String originalId;
        private int attempt = 1;
        private @Nullable Instant scheduleDate;
        private @Nullable String failure;
        private @Nullable TestRun test;
        private List<String> breakpoints = List.of();

        private Builder(String id, String tenant, String startedBy) {
            this.id = id;
            this.tenant = tenant;
            this.startedBy = startedBy;
        }

        public Builder inputs(Map<String, @Nullable Object> inputs) {
            this.inputs = inputs;
            return this;
        }

        public Builder labels(Map<String, String> labels) {
            this.labels = labels;
            return this;
        }

        public Builder trigger(@Nullable Trigger trigger) {
            this.trigger = trigger;
            return this;
        }

        public Builder parent(@Nullable Parent parent) {
            this.parent = parent;
            return this;
        }

        public Builder replay(@Nullable Replay replay) {
            this.replay = replay;
            return this;
        }

        public Builder originalId(@Nullable String originalId) {
            this.originalId = originalId;
            return this;
        }

        public Builder attempt(int attempt) {
            this.attempt = attempt;
            return this;
        }

        public Builder scheduleDate(@Nullable Instant scheduleDate) {
            this.scheduleDate = scheduleDate;
            return this;
        }

        public Builder failure(@Nullable String failure) {
            this.failure = failure;
            return this;
        }

        public Builder test(@Nullable TestRun test) {
            this.test = test;
            return this;
        }

        public Builder breakpoints(List<String> breakpoints) {
            this.breakpoints = breakpoints;
            return this;
        }

        public ExecutionRequest build() {
            return new ExecutionRequest(
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
                    breakpoints);
        }
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
