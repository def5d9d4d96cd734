// SPDX-License-Identifier: Apache-2.0
package io.millrace.scheduler.outgoing;

import jakarta.validation.constraints.NotEmpty;
import jakarta.validation.constraints.Positive;
import java.time.Duration;
import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/// How others are told of executions.
///
/// @param timeout how long a receiver may take to answer
/// @param pauses before the second attempt, the third, and so on; after the last one a delivery is
///   dead
/// @param atOnce deliveries of one subscription that are under way at the same time
/// @param mostInNamespace most subscriptions of a namespace
/// @param keep how long it is known what was delivered, and what is dead
/// @param lookAgain longest pause between two looks for what is due
@Validated
@ConfigurationProperties("millrace.subscriptions")
public record OutgoingProperties(
        @DefaultValue("30s") Duration timeout,
        @DefaultValue({"10s", "1m", "5m", "30m", "2h", "6h", "12h"}) @NotEmpty
                List<Duration> pauses,
        @DefaultValue("8") @Positive int atOnce,
        @DefaultValue("100") @Positive int mostInNamespace,
        @DefaultValue("7d") Duration keep,
        @DefaultValue("5s") Duration lookAgain) {}
