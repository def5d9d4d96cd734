// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.gcp;

import io.millrace.plugin.Default;
import io.millrace.plugin.Inline;
import io.millrace.plugin.Plugin;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.Title;
import java.util.List;
import java.util.Map;

/// Lists the objects that fit.
@Plugin(type = "io.kestra.plugin.gcp.gcs.List", title = "List files of Google Cloud Storage")
public final class ListBlobs extends GcsTask<ListBlobs.Properties, ListBlobs.Outputs> {

    public record Properties(
            @Inline Account account,
            @Inline Selection selection,
            @Title("FILES, DIRECTORY or BOTH") @Default("BOTH") Selection.Filter filter,
            @Title("Whether older versions are listed, too") @Default("false") Boolean allVersions)
            implements Of {}

    public record Outputs(@Title("The objects") List<Blob> blobs) {}

    @Override
    Outputs work(GcsStore store, Properties properties, TaskContext context) throws Exception {
        var found = properties.selection().in(store, properties.filter(), properties.allVersions());
        context.count("size", found.size(), Map.of());
        return new Outputs(found);
    }
}
