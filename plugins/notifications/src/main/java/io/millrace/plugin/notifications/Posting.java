// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.notifications;

import io.millrace.plugin.PluginSettings;
import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.TaskPlugin;
import io.millrace.plugin.kit.JsonHttp;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A task that posts something.
abstract class Posting<P extends Record, O extends Record> implements TaskPlugin<P, O> {
    private JsonHttp http = new JsonHttp(new PluginSettings(Map.of()));

    @Override
    public void start(PluginSettings settings) {
        http.close();
        http = new JsonHttp(settings);
    }

    /// Posts a text.
    ///
    /// @param service its name, for messages
    /// @param headers that it needs
    /// @throws TaskFailedException unless the service takes it
    final void post(
            String service,
            String url,
            Map<String, String> headers,
            String body,
            @Nullable RequestOptions options)
            throws TaskFailedException, InterruptedException {
        http.send(
                        "POST",
                        url,
                        RequestOptions.headers(options, headers),
                        body,
                        RequestOptions.within(options))
                .orFail(service);
    }

    @Override
    public void close() {
        http.close();
    }
}
