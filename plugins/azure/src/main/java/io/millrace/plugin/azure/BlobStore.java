// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.azure;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.kit.FileHttp;
import io.millrace.plugin.kit.NewFile;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The blobs of one account ("Blob Storage REST API").
final class BlobStore {
    /// What is bigger goes in blocks of this size.
    private static final int BLOCK = 8 << 20;

    private static final String METADATA = "x-ms-meta-";
    private static final int MOST_BLOCKS = 50_000;
    private static final long PAUSE_MILLIS = 500;

    private final FileHttp http;
    private final Credentials credentials;
    private final TaskContext context;

    BlobStore(FileHttp http, Credentials credentials, TaskContext context) {
        this.http = http;
        this.credentials = credentials;
        this.context = context;
    }

    Credentials credentials() {
        return credentials;
    }

    private URI uri(String path, Map<String, String> query) throws TaskFailedException {
        var all = new ArrayList<String>();
        query.forEach((name, value) -> all.add(name + "=" + BlobPath.encoded(value)));
        if (credentials.signature() != null) {
            all.add(credentials.signature());
        }
        var text = credentials.endpoint() + "/" + path;
        try {
            return URI.create(all.isEmpty() ? text : text + "?" + String.join("&", all));
        } catch (IllegalArgumentException _) {
            // its message has the URL, and with it perhaps a signature
            throw new TaskFailedException("Expected the URL of an account and a signature");
        }
    }

    private static String path(String container, String name) throws TaskFailedException {
        return BlobPath.container(container) + "/" + BlobPath.name(name);
    }

    private FileHttp.Answer ask(FileHttp.Call call)
            throws TaskFailedException, IOException, InterruptedException {
        return http.send(call).orFail(BlobStore::reason);
    }

    private static String reason(FileHttp.Answer answer, String text) {
        var code = answer.header("x-ms-error-code").orElse("");
        var message = text.replaceFirst("(?s).*<Message>(.*?)</Message>.*", "$1");
        var said = message.equals(text) ? "" : message.lines().findFirst().orElse("");
        return code.isEmpty() ? said : said.isEmpty() ? code : code + ": " + said;
    }

    private void done(FileHttp.Call call)
            throws TaskFailedException, IOException, InterruptedException {
        ask(call).close();
    }

    void createContainer(String container)
            throws TaskFailedException, IOException, InterruptedException {
        done(
                FileHttp.Call.of(
                        "PUT", uri(BlobPath.container(container), Map.of("restype", "container"))));
    }

    /// One page of a listing.
    ///
    /// @param marker where it goes on; empty: nowhere
    record Page(List<Blob> blobs, List<String> directories, String marker) {}

    /// @param marker of the page before; empty for the first
    Page list(String container, @Nullable String prefix, @Nullable String delimiter, String marker)
            throws TaskFailedException, IOException, InterruptedException {
        var query = new LinkedHashMap<String, String>();
        query.put("restype", "container");
        query.put("comp", "list");
        if (prefix != null) {
            query.put("prefix", prefix);
        }
        if (delimiter != null) {
            query.put("delimiter", delimiter);
        }
        if (!marker.isEmpty()) {
            query.put("marker", marker);
        }
        var answer = ask(FileHttp.Call.of("GET", uri(BlobPath.container(container), query)));
        return Listing.read(container, answer.text());
    }

    /// How a blob is kept.
    ///
    /// @param tier such as `Cool`
    record Kept(
            @Nullable String contentType,
            @Nullable Map<String, String> metadata,
            @Nullable Map<String, String> tags,
            @Nullable String tier) {

        FileHttp.Call in(FileHttp.Call call) {
            var all = call.with("x-ms-blob-content-type", contentType);
            all = all.with("x-ms-access-tier", tier);
            if (tags != null) {
                var encoded = new ArrayList<String>();
                tags.forEach((name, value) ->
                        encoded.add(BlobPath.encoded(name) + "=" + BlobPath.encoded(value)));
                all = all.with("x-ms-tags", String.join("&", encoded));
            }
            if (metadata != null) {
                for (var entry : metadata.entrySet()) {
                    all = all.with(METADATA + entry.getKey(), entry.getValue());
                }
            }
            return all;
        }
    }

    Blob put(String container, String name, URI file, Kept kept)
            throws TaskFailedException, IOException, InterruptedException {
        long size = context.files().size(file);
        var path = path(container, name);
        try (var content = context.files().get(file)) {
            if (size <= BLOCK) {
                done(
                        kept.in(
                                FileHttp.Call.of("PUT", uri(path, Map.of()))
                                        .with("x-ms-blob-type", "BlockBlob")
                                        .with(content.readAllBytes())));
            } else {
                int block = (int) Math.max(BLOCK, size / MOST_BLOCKS + 1);
                var ids = new ArrayList<String>();
                for (var part = content.readNBytes(block);
                        part.length > 0;
                        part = content.readNBytes(block)) {
                    var id = id(ids.size());
                    done(
                            FileHttp.Call.of(
                                            "PUT",
                                            uri(path, Map.of("comp", "block", "blockid", id)))
                                    .with(part));
                    ids.add(id);
                }
                var list =
                        new StringBuilder("<?xml version=\"1.0\" encoding=\"utf-8\"?><BlockList>");
                ids.forEach(id -> list.append("<Latest>").append(id).append("</Latest>"));
                done(
                        kept.in(
                                FileHttp.Call.of("PUT", uri(path, Map.of("comp", "blocklist")))
                                        .with(
                                                list.append("</BlockList>")
                                                        .toString()
                                                        .getBytes(UTF_8))));
            }
        }
        context.count("bytes", (double) size, Map.of());
        return head(container, name);
    }

    /// Of the same length for each, as blocks of one blob must be.
    private static String id(int index) {
        return Base64.getEncoder()
                .encodeToString(ByteBuffer.allocate(Integer.BYTES).putInt(index).array());
    }

    /// What is known of a blob.
    Blob head(String container, String name)
            throws TaskFailedException, IOException, InterruptedException {
        try (var answer = ask(FileHttp.Call.of("HEAD", uri(path(container, name), Map.of())))) {
            return described(container, name, answer);
        }
    }

    private static Blob described(String container, String name, FileHttp.Answer answer) {
        return new Blob(
                container,
                name,
                answer.headers().firstValueAsLong("Content-Length").orElse(0),
                answer.header("Last-Modified").map(Listing::instant).orElse(null),
                answer.header("ETag").orElse(null),
                null);
    }

    /// A blob that was fetched, and what is kept beside it.
    record Fetched(Blob blob, @Nullable String contentType, Map<String, String> metadata) {}

    Fetched get(String container, String name)
            throws TaskFailedException, IOException, InterruptedException {
        try (var answer = ask(FileHttp.Call.of("GET", uri(path(container, name), Map.of())));
                var file = NewFile.create(context)) {
            answer.content().transferTo(file.stream());
            var metadata = new LinkedHashMap<String, String>();
            answer.headers()
                    .map()
                    .forEach((header, values) -> {
                        if (header.regionMatches(true, 0, METADATA, 0, METADATA.length())) {
                            metadata.put(header.substring(METADATA.length()), values.getFirst());
                        }
                    });
            var blob = described(container, name, answer);
            context.count("bytes", (double) blob.size(), Map.of());
            return new Fetched(
                    blob.at(file.store(NewFile.extension(name))),
                    answer.header("Content-Type").orElse(null),
                    metadata);
        }
    }

    /// With its snapshots.
    void delete(String container, String name)
            throws TaskFailedException, IOException, InterruptedException {
        done(
                FileHttp.Call.of("DELETE", uri(path(container, name), Map.of()))
                        .with("x-ms-delete-snapshots", "include"));
    }

    /// Within the account; a big one is waited for.
    Blob copy(String container, String name, String toContainer, String toName)
            throws TaskFailedException, IOException, InterruptedException {
        var call =
                FileHttp.Call.of("PUT", uri(path(toContainer, toName), Map.of()))
                        .with("x-ms-copy-source", uri(path(container, name), Map.of()));
        try (var answer = ask(call)) {
            var status = answer.header("x-ms-copy-status").orElse("success");
            while (status.equals("pending")) {
                Thread.sleep(PAUSE_MILLIS);
                var look = FileHttp.Call.of("HEAD", uri(path(toContainer, toName), Map.of()));
                try (var now = ask(look)) {
                    status = now.header("x-ms-copy-status").orElse("success");
                }
            }
            if (!status.equals("success")) {
                throw new TaskFailedException("The copy of %s is %s".formatted(name, status));
            }
        }
        return head(toContainer, toName);
    }
}
