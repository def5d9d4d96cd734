// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.aws;

import io.millrace.plugin.Inline;
import io.millrace.plugin.Plugin;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.Title;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.services.s3.S3Client;

/// Lists the objects that fit.
@Plugin(
        type = "io.kestra.plugin.aws.s3.List",
        aliases = "io.kestra.plugin.minio.List",
        title = "List files of an object store")
public final class ListObjects extends S3Task<ListObjects.Properties, ListObjects.Outputs> {

    public record Properties(@Inline Account account, @Inline Objects selection) implements Of {}

    public record Outputs(@Title("The objects") List<StoredObject> objects) {}

    @Override
    ListObjects.Outputs work(S3Client client, Properties properties, TaskContext context)
            throws Exception {
        var found = properties.selection().in(client);
        context.count("size", found.size(), Map.of());
        return new Outputs(found.stream().map(o -> Objects.described(o, null)).toList());
    }
}
