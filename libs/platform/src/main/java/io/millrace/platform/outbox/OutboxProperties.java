// SPDX-License-Identifier: Apache-2.0
package io.millrace.platform.outbox;

import jakarta.validation.constraints.Positive;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/// How the outbox of a service is emptied.
///
/// @param sweepEvery pause between two looks for messages that an instance left behind
/// @param claimFor for how long a message is one instance's own; must be longer than a publish
///   takes
/// @param batch how many messages are published together
@Validated
@ConfigurationProperties("millrace.outbox")
public record OutboxProperties(
        @DefaultValue("5s") Duration sweepEvery,
        @DefaultValue("60s") Duration claimFor,
        @DefaultValue("200") @Positive int batch) {}
