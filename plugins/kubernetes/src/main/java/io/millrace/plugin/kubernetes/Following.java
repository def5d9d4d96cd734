// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.kubernetes;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.millrace.plugin.Default;
import io.millrace.plugin.Title;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// What is done while an object runs, and once it has ended.
record Following(
        @Title("Whether to wait for its end") @Default("true") @JsonProperty("wait") Boolean waits,
        @Title("Whether its pods' logs are the task's") @Default("true") Boolean logs,
        @Title("How often to look") @Default("PT2S") Duration interval,
        @Title("How long to wait; as long as the task may run if absent")
                @Nullable Duration maxDuration,
        @Title("Whether it is deleted in the end") @Default("false") Boolean delete) {}
