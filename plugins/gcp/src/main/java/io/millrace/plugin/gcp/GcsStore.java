// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.gcp;

import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.kit.FileHttp;
import io.millrace.plugin.kit.HttpApi;
import io.millrace.plugin.kit.NewFile;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Buckets and their objects ("Cloud Storage JSON API").
final class GcsStore {
    private final GoogleApi api;
    private final TaskContext context;

    GcsStore(GoogleApi api, TaskContext context) {
        this.api = api;
        this.context = context;
    }

    private URI uri(String path, Map<String, String> query) throws TaskFailedException {
        return api.uri(path, query);
    }

    private static String path(GsUri object) {
        return "/storage/v1/b/%s/o/%s"
                .formatted(HttpApi.segment(object.bucket()), HttpApi.segment(object.name()));
    }

    private static String bucket(String bucket) {
        return "/storage/v1/b/" + HttpApi.segment(bucket);
    }

    private static Blob blob(Map<?, ?> item) {
        var metadata = new LinkedHashMap<String, String>();
        if (item.get("metadata") instanceof Map<?, ?> map) {
            map.forEach((name, value) -> metadata.put(String.valueOf(name), String.valueOf(value)));
        }
        var bucket = String.valueOf(item.get("bucket"));
        var name = String.valueOf(item.get("name"));
        var size = HttpApi.text(item, "size");
        return new Blob(
                new GsUri(bucket, name).toString(),
                bucket,
                name,
                size == null ? 0 : Long.parseLong(size),
                HttpApi.text(item, "contentType"),
                HttpApi.text(item, "etag"),
                HttpApi.text(item, "generation"),
                HttpApi.text(item, "timeCreated"),
                HttpApi.text(item, "updated"),
                metadata,
                false);
    }

    /// One page of a listing.
    ///
    /// @param next where it goes on; empty: nowhere
    record Page(List<Blob> blobs, String next) {}

    /// @param flat whether what lies in directories is listed, rather than these
    /// @param versions whether older versions are listed, too
    /// @param token of the page before; empty for the first
    Page list(GsUri from, boolean flat, boolean versions, String token)
            throws TaskFailedException, IOException, InterruptedException {
        var query = new LinkedHashMap<String, String>();
        if (!from.name().isEmpty()) {
            query.put("prefix", from.name());
        }
        if (!flat) {
            query.put("delimiter", "/");
        }
        if (versions) {
            query.put("versions", "true");
        }
        if (!token.isEmpty()) {
            query.put("pageToken", token);
        }
        var page = api.json(FileHttp.Call.of("GET", uri(bucket(from.bucket()) + "/o", query)));
        var blobs = new ArrayList<Blob>();
        if (page.get("items") instanceof List<?> items) {
            items.forEach(item -> blobs.add(blob((Map<?, ?>) item)));
        }
        if (page.get("prefixes") instanceof List<?> prefixes) {
            prefixes.forEach(p -> blobs.add(Blob.directory(from.bucket(), String.valueOf(p))));
        }
        var next = HttpApi.text(page, "nextPageToken");
        return new Page(blobs, next == null ? "" : next);
    }

    Blob get(GsUri object) throws TaskFailedException, IOException, InterruptedException {
        return blob(api.json(FileHttp.Call.of("GET", uri(path(object), Map.of()))));
    }

    /// @return its URI in the internal storage
    URI fetch(GsUri object) throws TaskFailedException, IOException, InterruptedException {
        var call = FileHttp.Call.of("GET", uri(path(object), Map.of("alt", "media")));
        try (var answer = api.ask(call);
                var file = NewFile.create(context)) {
            long size = answer.content().transferTo(file.stream());
            context.count("file.size", (double) size, Map.of());
            return file.store(NewFile.extension(object.name()));
        }
    }

    /// Sends a file in an upload that goes on where it stopped ("Resumable uploads").
    ///
    /// @param properties of the object, such as `contentType`
    Blob put(GsUri object, URI file, Map<String, Object> properties)
            throws TaskFailedException, IOException, InterruptedException {
        var about = new LinkedHashMap<>(properties);
        about.put("name", object.name());
        return blob(api.upload("/upload" + bucket(object.bucket()) + "/o", about, file, context));
    }

    /// @return whether it was there
    boolean delete(GsUri object) throws TaskFailedException, IOException, InterruptedException {
        try (var answer = api.send(FileHttp.Call.of("DELETE", uri(path(object), Map.of())))) {
            if (answer.status() == 404) {
                return false;
            }
            GoogleApi.good(answer);
            return true;
        }
    }

    /// A big one takes several requests.
    Blob copy(GsUri from, GsUri to) throws TaskFailedException, IOException, InterruptedException {
        var path =
                "%s/rewriteTo/b/%s/o/%s"
                        .formatted(
                                path(from),
                                HttpApi.segment(to.bucket()),
                                HttpApi.segment(to.name()));
        var query = new LinkedHashMap<String, String>();
        while (true) {
            var answer = api.json(FileHttp.Call.of("POST", uri(path, query)).again());
            if (Boolean.TRUE.equals(answer.get("done"))
                    && answer.get("resource") instanceof Map<?, ?> made) {
                return blob(made);
            }
            var token = HttpApi.text(answer, "rewriteToken");
            if (token == null) {
                throw new TaskFailedException("Expected the store to go on with the copy");
            }
            query.put("rewriteToken", token);
        }
    }

    /// Makes one object of several in one bucket, one after the other.
    Blob compose(List<Blob> parts, GsUri to)
            throws TaskFailedException, IOException, InterruptedException {
        var sources = parts.stream().map(part -> Map.of("name", part.name())).toList();
        var uri = uri(path(to) + "/compose", Map.of());
        var body = Map.of("sourceObjects", sources, "destination", Map.of());
        return blob(api.json(GoogleApi.post(uri, body).again()));
    }

    void createBucket(String project, Map<String, Object> about)
            throws TaskFailedException, IOException, InterruptedException {
        api.ask(GoogleApi.post(uri("/storage/v1/b", Map.of("project", project)), about)).close();
    }

    boolean hasBucket(String name) throws TaskFailedException, IOException, InterruptedException {
        try (var answer = api.send(FileHttp.Call.of("GET", uri(bucket(name), Map.of())))) {
            if (answer.status() == 404) {
                return false;
            }
            GoogleApi.good(answer);
            return true;
        }
    }

    void deleteBucket(String name) throws TaskFailedException, IOException, InterruptedException {
        api.ask(FileHttp.Call.of("DELETE", uri(bucket(name), Map.of()))).close();
    }
}
