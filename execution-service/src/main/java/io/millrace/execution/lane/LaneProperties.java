// SPDX-License-Identifier: Apache-2.0
package io.millrace.execution.lane;

import jakarta.validation.constraints.Positive;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/// How this instance works its lanes.
///
/// @param loops threads that the held lanes are spread over; each commits for all of its lanes
/// @param batch most events in one commit
/// @param prefetch deliveries of one lane that may wait for their acknowledgement
/// @param cache executions kept in memory, for each loop
/// @param waiting requests that may wait in memory before callers are turned away
/// @param heartbeat pause between two signs of life of this instance
/// @param lease how long its lanes stay its own without one
/// @param sweepEvery pause between two looks for silent executions
/// @param silentAfter how long an execution may be silent before what it waits for is sent again
/// @param stalledAfter how long a loop may not turn before this instance is not ready
/// @param replyTimeout how long a caller waits for a lane
@Validated
@ConfigurationProperties("millrace.lanes")
public record LaneProperties(
        @DefaultValue("1") @Positive int loops,
        @DefaultValue("500") @Positive int batch,
        @DefaultValue("500") @Positive int prefetch,
        @DefaultValue("5000") @Positive int cache,
        @DefaultValue("20000") @Positive int waiting,
        @DefaultValue("1s") Duration heartbeat,
        @DefaultValue("5s") Duration lease,
        @DefaultValue("30s") Duration sweepEvery,
        @DefaultValue("2m") Duration silentAfter,
        @DefaultValue("15s") Duration stalledAfter,
        @DefaultValue("10s") Duration replyTimeout) {}
