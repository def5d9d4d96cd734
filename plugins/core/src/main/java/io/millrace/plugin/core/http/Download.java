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
import java.io.InterruptedIOException;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Downloads a file into the internal storage.
@Plugin(
        type = "io.kestra.plugin.core.http.Download",
        aliases = {"io.kestra.plugin.fs.http.Download", "io.kestra.core.tasks.http.Download"},
        title = "Download a file")
public final class Download implements TaskPlugin<Download.Properties, Download.Outputs> {
    private static final Pattern FILE_NAME =
            Pattern.compile("filename=\"?([^\";]+)\"?", Pattern.CASE_INSENSITIVE);

    private HttpCaller http = new HttpCaller(EgressPolicy.of(new PluginSettings(Map.of())));
    private long maxBytes = 10L << 30;

    public record Properties(
            @Inline HttpCall call,
            @Title("Whether a status of 400 or more is no failure") @Default("false")
                    Boolean allowFailed,
            @Title("Whether an empty answer is a failure") @Default("true")
                    Boolean failOnEmptyResponse,
            @Title("Name of the file") @Nullable String saveAs) {}

    public record Outputs(
            @Title("URI of the stored file") URI uri,
            @Title("Status code") int code,
            @Title("Bytes") long length,
            @Title("Headers") Map<String, List<String>> headers) {}

    @Override
    public void start(PluginSettings settings) {
        http.close();
        http = new HttpCaller(EgressPolicy.of(settings));
        maxBytes = settings.number("http.max-download", maxBytes);
    }

    @Override
    public Outputs run(Properties properties, TaskContext context) throws Exception {
        var call = properties.call();
        var options = call.how();
        var response = http.send(call, context);
        try (var body = new LimitedStream(response.body(), maxBytes)) {
            int code = response.statusCode();
            if (!properties.allowFailed() && !options.accepts(code)) {
                throw new TaskFailedException(
                        "Failed http request with response code '%d'".formatted(code),
                        Map.of("code", code));
            }
            var disposition = response.headers().firstValue("Content-Disposition").orElse("");
            var name = nameOf(properties, response.uri(), disposition);
            var uri = context.files().put(name, body);
            if (body.bytes() == 0 && properties.failOnEmptyResponse()) {
                context.files().delete(uri);
                throw new TaskFailedException(
                        "No response from '%s'".formatted(response.uri().getHost()));
            }
            context.count("response.length", (double) body.bytes(), Map.of());
            return new Outputs(uri, code, body.bytes(), response.headers().map());
        } catch (InterruptedIOException e) {
            throw LimitedStream.interrupted(e);
        }
    }

    private static String nameOf(Properties properties, URI uri, String disposition) {
        var named = FILE_NAME.matcher(disposition);
        var name =
                properties.saveAs() != null
                        ? properties.saveAs()
                        : named.find() ? named.group(1) : uri.getPath();
        var last = name == null ? "" : name.substring(name.lastIndexOf('/') + 1);
        var safe = last.replaceAll("[^A-Za-z0-9._-]", "_");
        return safe.isEmpty() || safe.matches("\\.+") ? "download" : safe;
    }

    @Override
    public void close() {
        http.close();
    }
}
