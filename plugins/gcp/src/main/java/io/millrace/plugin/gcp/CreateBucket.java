// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.gcp;

import io.millrace.plugin.Default;
import io.millrace.plugin.Inline;
import io.millrace.plugin.Plugin;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.Title;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Makes a bucket.
@Plugin(
        type = "io.kestra.plugin.gcp.gcs.CreateBucket",
        title = "Make a bucket of Google Cloud Storage")
public final class CreateBucket extends GcsTask<CreateBucket.Properties, CreateBucket.Outputs> {

    public record Properties(
            @Inline Account account,
            @Title("Name") String name,
            @Title("Where it lies, such as EU") @Nullable String location,
            @Title("Class of storage") @Nullable String storageClass,
            @Title("Labels") @Nullable Map<String, String> labels,
            @Title("What becomes of a bucket that is there: ERROR or SKIP") @Default("ERROR")
                    IfExists ifExists)
            implements Of {}

    /// What becomes of a bucket that is there.
    public enum IfExists {
        ERROR,
        SKIP
    }

    public record Outputs(
            @Title("Name") String bucket, @Title("Whether it was made") boolean created) {}

    @Override
    Outputs work(GcsStore store, Properties properties, TaskContext context) throws Exception {
        var project = project(properties.account());
        if (properties.ifExists() == IfExists.SKIP && store.hasBucket(properties.name())) {
            return new Outputs(properties.name(), false);
        }
        var about = new LinkedHashMap<String, Object>();
        about.put("name", properties.name());
        if (properties.location() != null) {
            about.put("location", properties.location());
        }
        if (properties.storageClass() != null) {
            about.put("storageClass", properties.storageClass());
        }
        if (properties.labels() != null) {
            about.put("labels", properties.labels());
        }
        store.createBucket(project, about);
        return new Outputs(properties.name(), true);
    }
}
