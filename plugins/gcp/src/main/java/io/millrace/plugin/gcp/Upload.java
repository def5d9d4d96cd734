// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.gcp;

import io.millrace.plugin.Inline;
import io.millrace.plugin.Plugin;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.Title;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Sends a file.
@Plugin(type = "io.kestra.plugin.gcp.gcs.Upload", title = "Send a file to Google Cloud Storage")
public final class Upload extends GcsTask<Upload.Properties, Upload.Outputs> {

    public record Properties(
            @Inline Account account,
            @Title("URI of the file") String from,
            @Title("Where it goes to: gs://bucket/name") String to,
            @Title("Type of the content") @Nullable String contentType,
            @Title("How the content is encoded, such as gzip") @Nullable String contentEncoding,
            @Title("What browsers do with it") @Nullable String contentDisposition,
            @Title("How long it may be kept by those who fetch it") @Nullable String cacheControl,
            @Title("What is kept beside the object") @Nullable Map<String, String> metadata)
            implements Of {}

    public record Outputs(@Title("Where it is") String uri, @Title("The object") Blob blob) {}

    @Override
    Outputs work(GcsStore store, Properties properties, TaskContext context) throws Exception {
        var about = new LinkedHashMap<String, Object>();
        put(about, "contentType", properties.contentType());
        put(about, "contentEncoding", properties.contentEncoding());
        put(about, "contentDisposition", properties.contentDisposition());
        put(about, "cacheControl", properties.cacheControl());
        put(about, "metadata", properties.metadata());
        var blob = store.put(GsUri.ofObject(properties.to()), file(properties.from()), about);
        return new Outputs(blob.uri(), blob);
    }

    private static void put(Map<String, Object> about, String name, @Nullable Object value) {
        if (value != null) {
            about.put(name, value);
        }
    }

    private static URI file(String from) throws TaskFailedException {
        try {
            return URI.create(from.strip());
        } catch (IllegalArgumentException e) {
            throw new TaskFailedException("Expected the URI of a file in `from`", e);
        }
    }
}
