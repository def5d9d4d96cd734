// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.core.purge;

import io.millrace.plugin.Default;
import io.millrace.plugin.Purges;
import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.Title;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZonedDateTime;
import org.jspecify.annotations.Nullable;

/// What a purge deletes of each thing.
public record Behavior(
        @Title("`key`: keys; `version`: former versions, never the newest") @Nullable String type,
        @Title("Of keys: only those that have expired") @Default("true") Boolean expiredOnly,
        @Title("Of versions: only those from before this date") @Nullable String before,
        @Title("Of versions: how many of the newest stay") @Nullable Integer keepAmount) {

    boolean ofVersions() throws TaskFailedException {
        return switch (type) {
            case "version" -> true;
            case "key" -> false;
            case null -> before != null || keepAmount != null;
            default ->
                    throw new TaskFailedException(
                            "Expected behavior `key` or `version` but got '%s'".formatted(type));
        };
    }

    /// @param behavior absent: all but the newest
    static Purges.Versions versions(@Nullable Behavior behavior) throws TaskFailedException {
        if (behavior == null) {
            return new Purges.Versions(null, 1);
        }
        return new Purges.Versions(
                behavior.before() == null ? null : instant(behavior.before()),
                behavior.keepAmount());
    }

    static Instant instant(String text) throws TaskFailedException {
        try {
            return ZonedDateTime.parse(text.strip()).toInstant();
        } catch (DateTimeException _) {
            // a space between date and time, as some filters print it
        }
        try {
            return OffsetDateTime.parse(text.strip().replace(' ', 'T')).toInstant();
        } catch (DateTimeException e) {
            throw new TaskFailedException(
                    "Expected a date with a time zone but got '%s'".formatted(text), e);
        }
    }
}
