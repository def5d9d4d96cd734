// SPDX-License-Identifier: Apache-2.0
package io.millrace.worker;

import jakarta.validation.constraints.NotEmpty;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Positive;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/// What this worker takes, how much of it at once, and what a task may use.
///
/// @param group worker group whose jobs it takes
/// @param tenants tenants whose queues are there from the start; others are found as they come
/// @param slots how many tasks of weight 1 run at once
/// @param prefetch most jobs of one tenant that are held without being acknowledged
/// @param weights slots that a task takes, by type, in place of what its plugin says
/// @param startedAfter a task that runs longer is reported as started, and its job acknowledged
/// @param claimAfter a job that is older is claimed before it starts
/// @param redeliveryWait how long a job that was delivered before waits until it is claimed
/// @param claimHolds how long a claim is good for
/// @param killMemory how long a kill is remembered
/// @param killGrace how long a killed task may take before it is reported without its consent
/// @param drainGrace how long running tasks may take at shutdown before they are handed back
/// @param discoverEvery pause between two questions for new tenants
/// @param maxLineChars longest line of a task's log
/// @param maxLog most that a task may log
/// @param inlineOutputs bigger outputs go to the internal storage
/// @param maxOutputs a task with bigger outputs fails
/// @param maxCache most that the cache of a working directory may hold
/// @param directory where tasks get their working directories; absent: the system's one
@Validated
@ConfigurationProperties("millrace.worker")
public record WorkerProperties(
        @DefaultValue("default") @Pattern(regexp = "[a-z0-9-]+") String group,
        @DefaultValue("main") @NotEmpty List<String> tenants,
        @DefaultValue("16") @Positive int slots,
        @DefaultValue("32") @Positive int prefetch,
        @DefaultValue Map<String, Integer> weights,
        @DefaultValue("1s") Duration startedAfter,
        @DefaultValue("5s") Duration claimAfter,
        @DefaultValue("3s") Duration redeliveryWait,
        @DefaultValue("20s") Duration claimHolds,
        @DefaultValue("2s") Duration heartbeatEvery,
        @DefaultValue("1m") Duration killMemory,
        @DefaultValue("10s") Duration killGrace,
        @DefaultValue("20s") Duration drainGrace,
        @DefaultValue("5s") Duration discoverEvery,
        @DefaultValue("32768") @Positive int maxLineChars,
        @DefaultValue("10MB") DataSize maxLog,
        @DefaultValue("256KB") DataSize inlineOutputs,
        @DefaultValue("64MB") DataSize maxOutputs,
        @DefaultValue("1GB") DataSize maxCache,
        @Nullable Path directory) {}
