// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.azure;

import io.millrace.plugin.Inline;
import io.millrace.plugin.Plugin;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.Title;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/// Sends a file, a big one in blocks.
@Plugin(
        type = "io.kestra.plugin.azure.storage.blob.Upload",
        title = "Send a file to Azure Blob Storage")
public final class Upload extends BlobTask<Upload.Properties, Upload.Outputs> {

    public record Properties(
            @Inline Account account,
            @Title("Container") String container,
            @Title("Name; for several files what names begin with") String name,
            @Title("URI of the file, or a list of URIs") Object from,
            @Title("Type of the content") @Nullable String contentType,
            @Title("What is kept beside the blob") @Nullable Map<String, String> metadata,
            @Title("Tags by which blobs are found") @Nullable Map<String, String> tags,
            @Title("How often it will be read; as the account says if absent")
                    @Nullable Tier accessTier)
            implements Of {}

    /// How often a blob will be read.
    public enum Tier {
        HOT("Hot"),
        COOL("Cool"),
        COLD("Cold"),
        ARCHIVE("Archive");

        private final String header;

        Tier(String header) {
            this.header = header;
        }
    }

    public record Outputs(
            @Title("The blob, the last of several") Blob blob,
            @Title("All blobs") List<Blob> blobs) {}

    @Override
    Outputs work(BlobStore store, Properties properties, TaskContext context) throws Exception {
        var uris = uris(properties.from());
        if (uris.isEmpty()) {
            throw new TaskFailedException("Expected a file in `from`");
        }
        var tier = properties.accessTier();
        var kept =
                new BlobStore.Kept(
                        properties.contentType(),
                        properties.metadata(),
                        properties.tags(),
                        tier == null ? null : tier.header);
        var blobs = new ArrayList<Blob>();
        for (var uri : uris) {
            var name = name(properties.name(), uri, uris.size() > 1);
            blobs.add(store.put(properties.container(), name, uri, kept));
        }
        return new Outputs(blobs.getLast(), blobs);
    }

    private static List<URI> uris(Object from) throws TaskFailedException {
        try {
            var list =
                    from instanceof String text && text.strip().startsWith("[")
                            ? JsonMapper.shared().readValue(text, List.class)
                            : from;
            var all = list instanceof List<?> several ? several : List.of(list);
            return all.stream().map(uri -> URI.create(String.valueOf(uri).strip())).toList();
        } catch (JacksonException | IllegalArgumentException e) {
            throw new TaskFailedException("Expected a URI or a list of URIs in `from`", e);
        }
    }

    private static String name(String name, URI uri, boolean several) {
        if (!several && !name.endsWith("/")) {
            return name;
        }
        var file = uri.toString().substring(uri.toString().lastIndexOf('/') + 1);
        return name.isEmpty() || name.endsWith("/") ? name + file : name + "/" + file;
    }
}
