// SPDX-License-Identifier: Apache-2.0
package io.millrace.scheduler.webhook;

import io.millrace.platform.tenancy.TenantScope;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.HexFormat;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Repository;

/// Calls that were taken, by what makes them one: their signature, or their key of idempotency.
@Repository
class KnownCalls {
    private final JdbcClient jdbc;
    private final WebhookProperties properties;
    private final Clock clock;

    KnownCalls(JdbcClient jdbc, WebhookProperties properties, Clock clock) {
        this.jdbc = jdbc;
        this.properties = properties;
        this.clock = clock;
    }

    /// @param executionId the execution that it started
    /// @param content a hash of what the first call said
    record Known(String executionId, String content) {}

    /// Takes note of a call, unless it is known.
    ///
    /// @return what is known of it now
    Known remember(String call, Known first) {
        return jdbc.sql(
                        """
                        insert into webhook_call as known (call, execution_id, content, at)
                        values (:call, :execution, :content, :at)
                        on conflict (call) do update set at = known.at
                        returning execution_id, content
                        """)
                .param("call", hash(call.getBytes(StandardCharsets.UTF_8)))
                .param("execution", first.executionId())
                .param("content", first.content())
                .param("at", clock.instant().atOffset(ZoneOffset.UTC))
                .query((row, _) -> new Known(row.getString(1), row.getString(2)))
                .single();
    }

    boolean isKnown(String call) {
        return jdbc.sql("select exists (select from webhook_call where call = :call)")
                .param("call", hash(call.getBytes(StandardCharsets.UTF_8)))
                .query(Boolean.class)
                .single();
    }

    @Scheduled(fixedDelayString = "PT10M", initialDelayString = "PT10M")
    void forget() {
        var before = clock.instant().minus(properties.remember()).atOffset(ZoneOffset.UTC);
        TenantScope.runAcross(() ->
                jdbc.sql("delete from webhook_call where at < :before")
                        .param("before", before)
                        .update());
    }

    static String hash(byte[] text) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(text));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Expected SHA-256 to be there", e);
        }
    }
}
