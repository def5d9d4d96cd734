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
/// @param batch triggers taken, and dates of one trigger fired, at once
@Validated
@ConfigurationProperties("millrace.scheduler")
record SchedulerProperties(
        @DefaultValue("10s") Duration missedAfter,
        @DefaultValue("5s") Duration lookAgain,
        @DefaultValue("100") @Positive int batch) {}
