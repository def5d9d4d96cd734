// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.azure;

import io.millrace.plugin.Inline;
import io.millrace.plugin.Plugin;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.Title;
import java.net.URI;
import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.time.ZonedDateTime;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/// Makes a URL that lets whoever has it at a blob for a while. It is a secret.
@Plugin(
        type = "io.kestra.plugin.azure.storage.blob.SharedAccess",
        title = "Make a URL that gives access to a file of Azure Blob Storage for a while")
public final class SharedAccess extends BlobTask<SharedAccess.Properties, SharedAccess.Outputs> {

    public record Properties(
            @Inline Account account,
            @Title("Container") String container,
            @Title("Name") String name,
            @Title("Until when, such as 2026-12-31T00:00:00Z") String expirationDate,
            @Title(
                            "What it lets do: READ, ADD, CREATE, WRITE, DELETE, TAGS, or their first letters")
                    List<String> permissions)
            implements Of {}

    public record Outputs(@Title("The URL") URI uri) {}

    /// In the order in which their letters must stand.
    private enum Permission {
        READ,
        ADD,
        CREATE,
        WRITE,
        DELETE,
        TAGS;

        String letter() {
            return name().substring(0, 1).toLowerCase(Locale.ROOT);
        }

        static Permission of(String text) throws TaskFailedException {
            for (var one : values()) {
                if (one.name().equalsIgnoreCase(text.strip())
                        || one.letter().equals(text.strip())) {
                    return one;
                }
            }
            throw new TaskFailedException(
                    "Expected READ, ADD, CREATE, WRITE, DELETE or TAGS but got '%s'"
                            .formatted(text));
        }
    }

    @Override
    Outputs work(BlobStore store, Properties properties, TaskContext context) throws Exception {
        var permissions = EnumSet.noneOf(Permission.class);
        for (var one : properties.permissions()) {
            permissions.add(Permission.of(one));
        }
        if (permissions.isEmpty()) {
            throw new TaskFailedException("Expected `permissions`");
        }
        var credentials = store.credentials();
        var query =
                credentials.share(
                        properties.container(),
                        properties.name(),
                        permissions.stream().map(Permission::letter).collect(Collectors.joining()),
                        until(properties.expirationDate()).toInstant());
        var uri =
                "%s/%s/%s?%s"
                        .formatted(
                                credentials.endpoint(),
                                BlobPath.container(properties.container()),
                                BlobPath.name(properties.name()),
                                query);
        context.conceal(uri);
        return new Outputs(URI.create(uri));
    }

    private static OffsetDateTime until(String text) throws TaskFailedException {
        try {
            return ZonedDateTime.parse(text.strip()).toOffsetDateTime();
        } catch (DateTimeException e) {
            throw new TaskFailedException(
                    "Expected a moment such as 2026-12-31T00:00:00Z but got '%s'".formatted(text),
                    e);
        }
    }
}
