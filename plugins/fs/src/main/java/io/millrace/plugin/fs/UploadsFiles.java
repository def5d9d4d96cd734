// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.fs;

import io.millrace.plugin.Inline;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.Title;
import io.millrace.plugin.kit.RowFile;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/// Sends several files to a directory of another host.
abstract class UploadsFiles extends FileTask<UploadsFiles.Properties, UploadsFiles.Outputs> {

    UploadsFiles(Protocol protocol) {
        super(protocol);
    }

    public record Properties(
            @Inline FileHost server,
            @Title("URIs of files in the internal storage") List<String> from,
            @Title("Directory on the host") String to,
            @Title("What the name of a file has to fit; all if absent") @Nullable String regExp)
            implements FileHost.At {}

    public record Outputs(@Title("Where they are on the host") List<String> files) {}

    @Override
    UploadsFiles.Outputs work(RemoteFiles remote, Properties properties, TaskContext context)
            throws Exception {
        var sent = new ArrayList<String>();
        for (var from : properties.from()) {
            if (!fits(RemoteFiles.nameOf(from), properties.regExp())) {
                continue;
            }
            var target = RemoteFiles.join(path(properties.to()), RemoteFiles.nameOf(from));
            try (var content = RowFile.stream(from, context)) {
                remote.upload(content, target);
            }
            sent.add(target);
        }
        context.count("files", sent.size(), Map.of());
        return new Outputs(sent);
    }

    private static boolean fits(String name, @Nullable String regExp) throws TaskFailedException {
        try {
            return regExp == null || Pattern.matches(regExp, name);
        } catch (PatternSyntaxException e) {
            throw new TaskFailedException("Expected a pattern in regExp: " + e.getMessage(), e);
        }
    }
}
