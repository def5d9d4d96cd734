// SPDX-License-Identifier: Apache-2.0
package io.millrace.execution.purge;

import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Positive;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/// How long executions that have ended are kept, with their outputs, logs, metrics and files.
///
/// @param keep where no rule says otherwise; absent: for good
/// @param keepLogs logs alone, where no rule says otherwise; absent: as long as their executions
/// @param rules of two that apply, that with the longer namespace counts
/// @param every pause between two looks
/// @param batch executions that are deleted together
/// @param mostBatches in one look; the rest waits for the next
@Validated
@ConfigurationProperties("millrace.retention")
public record RetentionProperties(
        @Nullable Duration keep,
        @Nullable Duration keepLogs,
        @DefaultValue @Valid List<Rule> rules,
        @DefaultValue("1h") Duration every,
        @DefaultValue("500") @Positive int batch,
        @DefaultValue("2000") @Positive int mostBatches) {

    /// @param namespace and those below it; absent: the whole tenant
    /// @param keep absent: for good
    /// @param keepLogs absent: as long as their executions
    public record Rule(
            @NotBlank String tenant,
            @Nullable String namespace,
            @Nullable Duration keep,
            @Nullable Duration keepLogs) {}
}
