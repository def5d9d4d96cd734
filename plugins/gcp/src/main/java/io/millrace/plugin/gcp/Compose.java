// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.gcp;

import io.millrace.plugin.Inline;
import io.millrace.plugin.Plugin;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.Title;

/// Makes one object of several, in the order of their names; the store does it, nothing is fetched.
@Plugin(
        type = "io.kestra.plugin.gcp.gcs.Compose",
        title = "Make one file of several in Google Cloud Storage")
public final class Compose extends GcsTask<Compose.Properties, Compose.Outputs> {
    private static final int MOST_PARTS = 32;

    public record Properties(
            @Inline Account account,
            @Title("Which objects it is made of: 32 at most, of its bucket") Selection list,
            @Title("Where it goes to: gs://bucket/name") String to)
            implements Of {}

    public record Outputs(
            @Title("Bucket") String bucket,
            @Title("Name") String path,
            @Title("Where it is") String uri) {}

    @Override
    Outputs work(GcsStore store, Properties properties, TaskContext context) throws Exception {
        var to = GsUri.ofObject(properties.to());
        var parts = properties.list().in(store, Selection.Filter.FILES, false);
        if (parts.isEmpty() || parts.size() > MOST_PARTS) {
            throw new TaskFailedException(
                    "Expected 1 to %d objects but there are %d"
                            .formatted(MOST_PARTS, parts.size()));
        }
        if (!parts.getFirst().bucket().equals(to.bucket())) {
            throw new TaskFailedException("Expected objects of the bucket " + to.bucket());
        }
        var made = store.compose(parts, to);
        return new Outputs(made.bucket(), made.name(), made.uri());
    }
}
