// SPDX-License-Identifier: Apache-2.0
package io.millrace.execution.start;

import io.millrace.platform.access.Caller;
import io.millrace.platform.problem.ServiceException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/// Requests that name a key start what they start once, however often they are sent.
public final class IdempotencyKeys {
    private final JdbcClient jdbc;

    public IdempotencyKeys(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /// The id of the execution that this key of the tenant stands for; of many, that from which
    /// theirs are derived.
    ///
    /// @param key absent: a new id each time
    /// @param fingerprint of all that the request says
    /// @throws ServiceException.Refused if the key was used for another request
    String idFor(@Nullable String key, Supplier<String> fingerprint, Supplier<String> newId) {
        if (key == null) {
            return newId.get();
        }
        if (key.isBlank() || key.length() > 255) {
            throw new ServiceException.Invalid(
                    "Idempotency-Key", "Expected an Idempotency-Key of 1 to 255 characters");
        }
        var whole = fingerprint.get();
        // who asks was part of it once: now the column is empty
        record Known(String id, String fingerprint) {}
        var known =
                jdbc.sql(
                                """
                                insert into idempotency_keys as k
                                       (tenant, subject, key, fingerprint, execution_id)
                                values (:tenant, '', :key, :fingerprint, :id)
                                    on conflict (tenant, subject, key)
                                    do update set at = k.at
                                returning execution_id, fingerprint
                                """)
                        .param("tenant", Caller.current().tenant())
                        .param("key", key)
                        .param("fingerprint", whole)
                        .param("id", newId.get())
                        .query((row, _) -> new Known(row.getString(1), row.getString(2)))
                        .single();
        if (!known.fingerprint().equals(whole)) {
            throw new ServiceException.Refused("This Idempotency-Key was used for another request");
        }
        return known.id();
    }
}
