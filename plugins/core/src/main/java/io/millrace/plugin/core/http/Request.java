// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.core.http;

import io.millrace.plugin.Default;
import io.millrace.plugin.Inline;
import io.millrace.plugin.Plugin;
import io.millrace.plugin.PluginSettings;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.TaskPlugin;
import io.millrace.plugin.Title;
import io.millrace.plugin.kit.EgressPolicy;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URI;
import java.net.http.HttpHeaders;
import java.nio.charset.Charset;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.UnsupportedCharsetException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/// Sends an HTTP request and outputs the answer.
@Plugin(
        type = "io.kestra.plugin.core.http.Request",
        aliases = {"io.kestra.plugin.fs.http.Request", "io.kestra.core.tasks.http.Request"},
        title = "Send an HTTP request")
public final class Request implements TaskPlugin<Request.Properties, Request.Outputs> {
    private static final Pattern CHARSET =
            Pattern.compile("charset=\"?([^\";\\s]+)", Pattern.CASE_INSENSITIVE);

    /// It is looked for in all that the task logs.
    private static final int MOST_ENCRYPTED = 64 << 10;

    private HttpCaller http = new HttpCaller(EgressPolicy.of(new PluginSettings(Map.of())));
    private long maxBytes = 10 << 20;

    public record Properties(
            @Inline HttpCall call,
            @Title("Whether a status of 400 or more is no failure") @Default("false")
                    Boolean allowFailed,
            @Title("Whether the body is given encrypted, as `encryptedBody`") @Default("false")
                    Boolean encryptBody) {}

    public record Outputs(
            @Title("URI of the answer") URI uri,
            @Title("Status code") int code,
            @Title("Headers") Map<String, List<String>> headers,
            @Title("Body, parsed if it is JSON") @Nullable Object body,
            @Title("Body as encrypted text, for the next tasks") @Nullable String encryptedBody,
            @Title("Fields of the form that was sent")
                    @Nullable Map<String, @Nullable Object> formData) {

        Map<String, @Nullable Object> toMap() {
            var map = new LinkedHashMap<String, @Nullable Object>();
            map.put("uri", uri);
            map.put("code", code);
            map.put("headers", headers);
            map.put("body", body);
            map.put("encryptedBody", encryptedBody);
            map.put("formData", formData);
            return map;
        }
    }

    @Override
    public void start(PluginSettings settings) {
        http.close();
        http = new HttpCaller(EgressPolicy.of(settings));
        maxBytes = settings.number("http.max-body", maxBytes);
    }

    @Override
    public Outputs run(Properties properties, TaskContext context) throws Exception {
        var call = properties.call();
        var options = call.how();
        var response = http.send(call, context);
        long most = options.maxContentLength() == null ? maxBytes : options.maxContentLength();
        byte[] bytes;
        try (var body = new LimitedStream(response.body(), Math.min(most, maxBytes))) {
            bytes = body.readAllBytes();
        } catch (InterruptedIOException e) {
            throw LimitedStream.interrupted(e);
        } catch (IOException e) {
            throw new TaskFailedException("The answer can't be read: " + e.getMessage(), e);
        }
        context.count("response.length", bytes.length, Map.of());
        boolean encrypts = properties.encryptBody();
        var body = encrypts ? null : parse(bytes, response.headers(), options);
        var outputs =
                new Outputs(
                        withoutUser(response.uri()),
                        response.statusCode(),
                        response.headers().map(),
                        body,
                        encrypts ? concealed(bytes, response.headers(), options, context) : null,
                        call.formData());
        if (!properties.allowFailed() && !options.accepts(response.statusCode())) {
            throw new TaskFailedException(
                    "Failed http request with response code '%d'".formatted(outputs.code()),
                    outputs.toMap());
        }
        return outputs;
    }

    private static @Nullable String concealed(
            byte[] bytes, HttpHeaders headers, HttpOptions options, TaskContext context)
            throws TaskFailedException {
        if (bytes.length > MOST_ENCRYPTED) {
            throw new TaskFailedException(
                    "Expected a body of at most %d bytes to encrypt but got %d"
                            .formatted(MOST_ENCRYPTED, bytes.length));
        }
        if (bytes.length == 0) {
            return null;
        }
        var text = text(bytes, headers, options);
        context.conceal(text);
        return text;
    }

    private static URI withoutUser(URI uri) {
        return uri.getRawUserInfo() == null
                ? uri
                : URI.create(uri.toString().replace(uri.getRawUserInfo() + "@", ""));
    }

    private static @Nullable Object parse(byte[] bytes, HttpHeaders headers, HttpOptions options)
            throws TaskFailedException {
        if (bytes.length == 0) {
            return null;
        }
        var type = headers.firstValue("Content-Type").orElse("");
        if (type.contains("json")) {
            try {
                return JsonMapper.shared().readValue(bytes, Object.class);
            } catch (JacksonException e) {
                // given as the text that it is
            }
        }
        return text(bytes, headers, options);
    }

    private static String text(byte[] bytes, HttpHeaders headers, HttpOptions options)
            throws TaskFailedException {
        var named = CHARSET.matcher(headers.firstValue("Content-Type").orElse(""));
        var charset = named.find() ? named.group(1) : options.defaultCharset();
        try {
            return new String(bytes, Charset.forName(charset));
        } catch (IllegalCharsetNameException | UnsupportedCharsetException e) {
            throw new TaskFailedException("Unknown charset " + charset, e);
        }
    }

    @Override
    public void close() {
        http.close();
    }
}
