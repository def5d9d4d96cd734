// SPDX-License-Identifier: Apache-2.0
package io.millrace.scheduler.webhook;

import jakarta.validation.constraints.Positive;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/// What is taken of webhooks.
///
/// @param maxBody largest body
/// @param maxHeaders most headers and parameters that an execution gets to see
/// @param waitAtMost how long a caller may wait for the end of an execution
/// @param remember how long a key of idempotency, or a signature, is known
@Validated
@ConfigurationProperties("millrace.webhooks")
record WebhookProperties(
        @DefaultValue("1MB") DataSize maxBody,
        @DefaultValue("200") @Positive int maxHeaders,
        @DefaultValue("10m") Duration waitAtMost,
        @DefaultValue("1d") Duration remember) {}
