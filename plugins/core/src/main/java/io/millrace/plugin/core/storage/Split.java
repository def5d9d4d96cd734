// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.core.storage;

import io.millrace.plugin.Default;
import io.millrace.plugin.Plugin;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskPlugin;
import io.millrace.plugin.Title;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Splits a file by lines, by size, by a pattern or into so many parts.
@Plugin(
        type = "io.kestra.plugin.core.storage.Split",
        aliases = "io.kestra.core.tasks.storages.Split",
        title = "Split a file")
public final class Split implements TaskPlugin<Split.Properties, Split.Outputs> {
    private static final int MAX_PARTS = 10_000;

    public record Properties(
            @Title("URI of the file") String from,
            @Title("Most bytes of a part, such as `10MB`") @Nullable String bytes,
            @Title("Number of parts; lines are dealt out in turn") @Nullable Integer partitions,
            @Title("Lines of a part") @Nullable Integer rows,
            @Title("What ends a line") @Default("\n") String separator,
            @Title("Lines with the same first group go into one part")
                    @Nullable String regexPattern) {}

    public record Outputs(@Title("URIs of the parts") List<URI> uris) {}

    @Override
    public Outputs run(Properties properties, TaskContext context) throws Exception {
        var extension = StoredFiles.extensionOf(properties.from());
        var by =
                new Splitter.By(
                        properties.rows(),
                        properties.partitions(),
                        properties.bytes(),
                        properties.separator(),
                        properties.regexPattern());
        var uris = new ArrayList<URI>();
        try (var content = StoredFiles.open(context, properties.from())) {
            new Splitter(context.workingDirectory(), MAX_PARTS)
                    .split(
                            content,
                            by,
                            part -> uris.add(StoredFiles.put(context, part, extension)));
        }
        return new Outputs(uris);
    }
}
