// SPDX-License-Identifier: Apache-2.0
package io.millrace.execution.lane;

import jakarta.validation.constraints.NotNull;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/// How much one tenant may log, in this instance.
///
/// @param burst at once
/// @param perSecond on and on
@Validated
@ConfigurationProperties("millrace.logs.tenant-budget")
public record LogBudgetProperties(
        @DefaultValue("256MB") @NotNull DataSize burst,
        @DefaultValue("4MB") @NotNull DataSize perSecond) {}
