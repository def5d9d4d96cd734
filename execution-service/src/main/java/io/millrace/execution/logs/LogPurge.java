// SPDX-License-Identifier: Apache-2.0
package io.millrace.execution.logs;

import io.millrace.platform.access.NamespaceScope;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/// Deletes log lines by what they are, the oldest first, some at a time.
public final class LogPurge {
    /// Lines that go in one step.
    public static final int STEP = 5_000;

    private final JdbcClient jdbc;

    public LogPurge(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /// @param namespace and those below it
    /// @param levels any if empty
    public record Lines(
            @Nullable String namespace,
            @Nullable String flowId,
            List<String> levels,
            @Nullable Instant from,
            Instant to) {}

    /// @return how many went: fewer than [#STEP] if nothing is left
    public int step(String tenant, NamespaceScope scope, Lines lines) {
        var conditions = new ArrayList<String>();
        var parameters = new HashMap<String, Object>();
        conditions.add("tenant = :tenant and at <= :to");
        parameters.put("tenant", tenant);
        parameters.put("to", lines.to().atOffset(ZoneOffset.UTC));
        if (lines.from() != null) {
            conditions.add("at >= :from");
            parameters.put("from", lines.from().atOffset(ZoneOffset.UTC));
        }
        if (lines.namespace() != null) {
            conditions.add("namespace || '.' like :namespace");
            parameters.put(
                    "namespace",
                    new NamespaceScope(false, List.of(lines.namespace())).likePatterns()[0]);
        }
        if (lines.flowId() != null) {
            conditions.add("flow_id = :flow");
            parameters.put("flow", lines.flowId());
        }
        if (!lines.levels().isEmpty()) {
            conditions.add("level = any(:levels)");
            parameters.put(
                    "levels", lines.levels().stream().map(Logs::level).toArray(Integer[]::new));
        }
        if (!scope.all()) {
            conditions.add("namespace || '.' like any (:scope)");
            parameters.put("scope", scope.likePatterns());
        }
        return jdbc.sql(
                        "with old as (select execution_id, seq from logs where "
                                + String.join(" and ", conditions)
                                + " order by at limit "
                                + STEP
                                + ") delete from logs l using old"
                                + " where l.execution_id = old.execution_id and l.seq = old.seq")
                .params(parameters)
                .update();
    }
}
