// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.core.execution;

import io.millrace.plugin.Title;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What flows of Kestra say of where its API is, and as whom to come: a task reaches its own suite
/// by itself, as its own tenant.
public record OwnSuite(
        @Title("Without effect: a task reaches its own suite by itself") @Nullable String kestraUrl,
        @Title("Without effect: a task has its own credentials")
                @Nullable Map<String, @Nullable Object> auth,
        @Title("Without effect: a task reaches its own tenant") @Nullable String tenantId) {}
