// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.aws;

import io.millrace.plugin.Default;
import io.millrace.plugin.Inline;
import io.millrace.plugin.Plugin;
import io.millrace.plugin.PollingTrigger;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.Title;
import io.millrace.plugin.kit.FileLook;
import io.millrace.plugin.kit.FilePlace;
import io.millrace.plugin.kit.SeenFiles;
import java.util.List;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.S3Client;

/// Looks for objects that fit.
@Plugin(
        type = "io.kestra.plugin.aws.s3.Trigger",
        aliases = "io.kestra.plugin.minio.Trigger",
        title = "Start an execution when files appear in an object store")
public final class Trigger extends S3Task<Trigger.Properties, Trigger.Outputs>
        implements PollingTrigger<Trigger.Properties, Trigger.Outputs> {

    public record Properties(
            @Inline Account account,
            @Inline Objects selection,
            @Title("What becomes of the objects once they were fetched: MOVE, DELETE or NONE")
                    @Default("NONE")
                    FilePlace.Action action,
            @Title("Where they are moved to") @Nullable Place moveTo,
            @Inline SeenFiles.Options seen)
            implements Of {}

    public record Found(
            @Inline StoredObject object, @Title("CREATE or UPDATE") SeenFiles.Change changeType) {}

    public record Outputs(@Title("The objects") List<Found> objects) {}

    @Override
    Trigger.Outputs work(S3Client client, Properties properties, TaskContext context)
            throws Exception {
        var place =
                new S3Place(
                        client,
                        properties.selection(),
                        properties.action(),
                        properties.moveTo(),
                        context);
        var look = new FileLook<>(place, context);
        return new Outputs(
                look.found(properties.seen()).stream()
                        .map(found -> new Found(found.file(), found.change()))
                        .toList());
    }
}
