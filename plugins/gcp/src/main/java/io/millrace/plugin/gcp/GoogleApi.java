// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.gcp;

import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.kit.FileHttp;
import io.millrace.plugin.kit.HttpApi;
import java.io.IOException;
import java.net.URI;
import java.util.Map;
import java.util.function.Supplier;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/// Where a service of Google's is asked: JSON in, JSON out, files in chunks.
///
/// @param another makes a client that goes on when the task's own is closed
/// @param base URL without a slash at its end
record GoogleApi(FileHttp http, Supplier<FileHttp> another, String base) {
    /// What is bigger goes in chunks of this size, a multiple of 256 KiB as Google wants it.
    private static final int CHUNK = 8 << 20;

    private static final int MORE_TO_COME = 308;

    URI uri(String path, Map<String, String> query) throws TaskFailedException {
        return parsed(base + path + (query.isEmpty() ? "" : "?" + HttpApi.encoded(query)));
    }

    private static URI parsed(String text) throws TaskFailedException {
        try {
            return URI.create(text);
        } catch (IllegalArgumentException e) {
            throw new TaskFailedException("Expected a URL in `endpoint`", e);
        }
    }

    static FileHttp.Call post(URI uri, Object body) {
        return FileHttp.Call.of("POST", uri)
                .with("Content-Type", "application/json")
                .with(JsonMapper.shared().writeValueAsBytes(body));
    }

    /// Any answer, closed by whoever asks.
    FileHttp.Answer send(FileHttp.Call call)
            throws TaskFailedException, IOException, InterruptedException {
        return http.send(call);
    }

    FileHttp.Answer ask(FileHttp.Call call)
            throws TaskFailedException, IOException, InterruptedException {
        return good(http.send(call));
    }

    static FileHttp.Answer good(FileHttp.Answer answer) throws TaskFailedException, IOException {
        return answer.orFail((_, text) -> reason(text));
    }

    private static String reason(String text) {
        try {
            var message =
                    HttpApi.text(
                            JsonMapper.shared().readValue(text, Object.class), "error", "message");
            return message == null ? text : message;
        } catch (JacksonException _) {
            return text;
        }
    }

    Map<?, ?> json(FileHttp.Call call)
            throws TaskFailedException, IOException, InterruptedException {
        return object(ask(call).text());
    }

    static Map<?, ?> object(String text) throws TaskFailedException {
        try {
            return JsonMapper.shared().readValue(text, Map.class);
        } catch (JacksonException e) {
            throw new TaskFailedException("Expected JSON from Google but got something else", e);
        }
    }

    /// Sends a file in an upload that goes on where it stopped ("Resumable uploads").
    ///
    /// @param path that begins the upload
    /// @param about what is made of it
    /// @return what the service says of it
    Map<?, ?> upload(String path, Map<String, Object> about, URI file, TaskContext context)
            throws TaskFailedException, IOException, InterruptedException {
        long size = context.files().size(file);
        var begin =
                post(uri(path, Map.of("uploadType", "resumable")), about)
                        .with("X-Upload-Content-Length", size)
                        .again();
        URI session;
        try (var answer = ask(begin)) {
            session =
                    parsed(
                            answer.header("Location")
                                    .orElseThrow(() ->
                                            new TaskFailedException(
                                                    "Expected Google to say where to upload")));
        }
        if (!begin.uri().getHost().equals(session.getHost())
                || !begin.uri().getScheme().equals(session.getScheme())) {
            throw new TaskFailedException(
                    "Google refers to another host; the token isn't sent there");
        }
        try (var content = context.files().get(file)) {
            long sent = 0;
            while (true) {
                var chunk = content.readNBytes(CHUNK);
                var range =
                        chunk.length == 0
                                ? "bytes */" + size
                                : "bytes %d-%d/%d".formatted(sent, sent + chunk.length - 1, size);
                sent += chunk.length;
                var call =
                        FileHttp.Call.of("PUT", session).with("Content-Range", range).with(chunk);
                try (var answer = http.send(call)) {
                    if (answer.status() != MORE_TO_COME) {
                        context.count("file.size", (double) size, Map.of());
                        return object(good(answer).text());
                    }
                    var kept = answer.header("Range").orElse("");
                    if (!kept.equals("bytes=0-" + (sent - 1))) {
                        throw new TaskFailedException(
                                "Expected Google to have %d bytes but it has '%s'"
                                        .formatted(sent, kept));
                    }
                }
                if (chunk.length == 0) {
                    throw new TaskFailedException("Google expects more than the file has");
                }
            }
        }
    }
}
