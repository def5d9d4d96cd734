// SPDX-License-Identifier: Apache-2.0
package io.millrace.contracts;

import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Who did what, from where, to what, and what came of it.
///
/// @param id unique; an event that comes twice is recorded once
/// @param subject the caller's subject; of a task: `task:` and its task run
/// @param action such as `flow.create`, `secret.read`, `access.refused`
/// @param resource such as `flow/company.team/etl`
/// @param details never a secret value
public record AuditEvent(
        String id,
        Instant at,
        String tenant,
        String subject,
        @Nullable String tokenId,
        @Nullable String address,
        String action,
        String resource,
        String outcome,
        Map<String, String> details) {}
