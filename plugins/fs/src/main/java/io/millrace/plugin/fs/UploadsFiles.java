// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.fs;

import io.millrace.plugin.Inline;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.Title;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Sends several files to a directory of another host.
abstract class UploadsFiles extends FileTask<UploadsFiles.Properties, UploadsFiles.Outputs> {

    UploadsFiles(Protocol protocol) {
        super(protocol);
    }

    public record Properties(@Inline FileHost server, @Inline Sending sending)
            implements FileHost.At {}

    public record Outputs(@Title("Where they are on the host") List<String> files) {}

    @Override
    UploadsFiles.Outputs work(RemoteFiles remote, Properties properties, TaskContext context)
            throws Exception {
        var sent = new ArrayList<String>();
        for (var file : properties.sending().files(context)) {
            if (!properties.sending().overwrite() && remote.exists(file.target())) {
                throw new TaskFailedException("There is a '%s' already".formatted(file.target()));
            }
            send(remote, properties, file.from(), file.target(), context);
            sent.add(file.target());
        }
        context.count("files", sent.size(), Map.of());
        return new Outputs(sent);
    }
}
