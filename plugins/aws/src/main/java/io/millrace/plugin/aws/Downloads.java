// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.aws;

import io.millrace.plugin.Default;
import io.millrace.plugin.Inline;
import io.millrace.plugin.Plugin;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.Title;
import io.millrace.plugin.kit.FilePlace;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.S3Client;

/// Fetches the objects that fit.
@Plugin(
        type = "io.kestra.plugin.aws.s3.Downloads",
        aliases = "io.kestra.plugin.minio.Downloads",
        title = "Fetch files from an object store")
public final class Downloads extends S3Task<Downloads.Properties, Downloads.Outputs> {

    public record Properties(
            @Inline Account account,
            @Inline Objects selection,
            @Title("What becomes of the objects once they were fetched: MOVE, DELETE or NONE")
                    @Default("NONE")
                    FilePlace.Action action,
            @Title("Where they are moved to") @Nullable Place moveTo)
            implements Of {}

    public record Outputs(
            @Title("The objects") List<StoredObject> objects,
            @Title("URIs in the internal storage by key") Map<String, URI> outputFiles) {}

    @Override
    Downloads.Outputs work(S3Client client, Properties properties, TaskContext context)
            throws Exception {
        var place =
                new S3Place(
                        client,
                        properties.selection(),
                        properties.action(),
                        properties.moveTo(),
                        context);
        var taken = place.take(context);
        var byKey = new LinkedHashMap<String, URI>();
        for (var object : taken) {
            if (object.uri() != null) {
                byKey.put(object.key(), object.uri());
            }
        }
        return new Outputs(taken, byKey);
    }
}
