// SPDX-License-Identifier: Apache-2.0
package io.millrace.scheduler.trigger;

import jakarta.validation.constraints.Positive;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/// How this instance works its triggers.
///
/// @param missedAfter how late a date may be before it counts as missed
/// @param lookAgain longest sleep: another instance may have died with an earlier date
/// @param clockSkew by how much the clocks of services may differ: what happened so long before a
///   trigger was saved may still be heard by it
/// @param pollTimeout how long a trigger may look for something on a worker
/// @param pollLease how long a worker that runs a trigger may be silent
/// @param mostBackfillDates dates that one backfill may have
/// @param batch triggers taken, and dates of one trigger fired, at once
@Validated
@ConfigurationProperties("millrace.scheduler")
record SchedulerProperties(
        @DefaultValue("10s") Duration missedAfter,
        @DefaultValue("5s") Duration lookAgain,
        @DefaultValue("1s") Duration clockSkew,
        @DefaultValue("1m") Duration pollTimeout,
        @DefaultValue("15s") Duration pollLease,
        @DefaultValue("100000") @Positive int mostBackfillDates,
        @DefaultValue("100") @Positive int batch) {}
