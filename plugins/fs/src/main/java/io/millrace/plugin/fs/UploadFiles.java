// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.fs;

import io.millrace.plugin.Inline;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.Title;
import java.net.URI;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Sends a file to another host.
abstract class UploadFiles extends FileTask<UploadFiles.Properties, UploadFiles.Outputs> {

    private final Protocol protocol;

    UploadFiles(Protocol protocol) {
        super(protocol);
        this.protocol = protocol;
    }

    public record Properties(
            @Inline FileHost server,
            @Title("URI of the file in the internal storage") String from,
            @Title("Path on the host; the name of the file if absent") @Nullable String to,
            @Title("Whether a file that is there is replaced; true if absent, with SMB false")
                    @Nullable Boolean overwrite)
            implements FileHost.At {}

    public record Outputs(
            @Title("The file that was sent") String from,
            @Title("Where it is on the host") String to) {}

    @Override
    UploadFiles.Outputs work(RemoteFiles remote, Properties properties, TaskContext context)
            throws Exception {
        var to = properties.to() == null ? "/" : path(properties.to());
        var target = to.endsWith("/") ? to + RemoteFiles.nameOf(properties.from()) : to;
        boolean overwrite =
                properties.overwrite() == null ? protocol != Protocol.SMB : properties.overwrite();
        if (!overwrite && remote.exists(target)) {
            throw new TaskFailedException("There is a '%s' already".formatted(target));
        }
        context.count(
                "bytes",
                (double) context.files().size(URI.create(properties.from().strip())),
                Map.of());
        send(remote, properties, properties.from(), target, context);
        return new Outputs(properties.from(), target);
    }
}
