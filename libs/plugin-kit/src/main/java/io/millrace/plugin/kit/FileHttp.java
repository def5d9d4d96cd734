// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.kit;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.plugin.PluginSettings;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskFailedException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A store of files over HTTP: what it is sent goes in parts, what it answers is a stream.
///
/// Within the egress policy, without redirects. What may be done twice is tried again when there is
/// no answer, or one that asks to come later. Errors name the store and the host, never a URL: it
/// may bear a secret. All waiting ends when the task's thread is interrupted.
public final class FileHttp implements AutoCloseable {
    private static final int LARGEST_TEXT = 32 << 20;

    private final String what;
    private final Signer signer;
    private final HttpTries tries;
    private final HttpClient client;

    /// @param what the store's name, for messages
    /// @param signer says who asks
    public FileHttp(String what, Signer signer, PluginSettings settings, TaskContext context) {
        this.what = what;
        this.signer = signer;
        this.tries = new HttpTries(what, EgressPolicy.of(settings), context);
        this.client = HttpTries.client().version(HttpClient.Version.HTTP_1_1).build();
    }

    /// Says who asks.
    @FunctionalInterface
    public interface Signer {
        /// @return the headers that are sent
        Map<String, String> sign(Call call) throws TaskFailedException, InterruptedException;
    }

    /// One request.
    ///
    /// @param body absent: there is none
    /// @param repeatable whether doing it twice does no more than doing it once
    public record Call(
            String method,
            URI uri,
            Map<String, String> headers,
            byte @Nullable [] body,
            boolean repeatable) {

        public static Call of(String method, URI uri) {
            return new Call(method, uri, Map.of(), null, !method.equals("POST"));
        }

        /// @param value left out if absent
        public Call with(String header, @Nullable Object value) {
            if (value == null) {
                return this;
            }
            var all = new LinkedHashMap<>(headers);
            all.put(header, String.valueOf(value));
            return new Call(method, uri, all, body, repeatable);
        }

        public Call with(byte[] content) {
            return new Call(method, uri, headers, content, repeatable);
        }

        /// It may be done twice though it is a POST.
        public Call again() {
            return new Call(method, uri, headers, body, true);
        }
    }

    /// What came; closed when it was read.
    public record Answer(String what, int status, HttpHeaders headers, InputStream content)
            implements AutoCloseable, HttpTries.Reply {
        public boolean isGood() {
            return status >= 200 && status < 300;
        }

        public Optional<String> header(String name) {
            return headers.firstValue(name);
        }

        public String text() throws IOException {
            try (content) {
                return new String(content.readNBytes(LARGEST_TEXT), UTF_8);
            }
        }

        /// @param reason what a store says in its refusal, found in its text
        /// @throws TaskFailedException unless it is good
        public Answer orFail(Reason reason) throws TaskFailedException, IOException {
            if (isGood()) {
                return this;
            }
            var said = reason.in(this, text());
            var shown = said.length() > 500 ? said.substring(0, 500) + "…" : said;
            throw new TaskFailedException(
                    shown.isBlank()
                            ? "%s refuses (%d)".formatted(what, status)
                            : "%s refuses: %s (%d)".formatted(what, shown.strip(), status));
        }

        @Override
        public void close() throws IOException {
            content.close();
        }

        @Override
        public void drop() throws IOException {
            close();
        }
    }

    /// Finds why a store refuses.
    @FunctionalInterface
    public interface Reason {
        String in(Answer answer, String text);
    }

    /// Any answer but those that ask to come later: then it is tried again, for a while.
    ///
    /// @throws TaskFailedException if there is no answer
    public Answer send(Call call) throws TaskFailedException, IOException, InterruptedException {
        return tries.send(() -> once(call), call.repeatable(), status -> status >= 500);
    }

    private Answer once(Call call)
            throws HttpTries.NoAnswerException, TaskFailedException, InterruptedException {
        HttpRequest request;
        try {
            var builder = tries.to(call.uri());
            signer.sign(call).forEach(builder::setHeader);
            // stores want the length of nothing, too
            boolean bare = call.body() == null && !call.method().startsWith("P");
            var body = call.body() == null ? new byte[0] : call.body();
            request =
                    builder.method(
                                    call.method(),
                                    bare
                                            ? BodyPublishers.noBody()
                                            : BodyPublishers.ofByteArray(body))
                            .build();
        } catch (IllegalArgumentException e) {
            throw new TaskFailedException("Expected a URL and credentials that can be sent");
        }
        var response = tries.exchange(client, request);
        return new Answer(
                what, response.statusCode(), response.headers(), HttpTries.patient(response));
    }

    /// Ends what still goes on.
    @Override
    public void close() {
        client.shutdownNow();
    }
}
