// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.gcp;

import io.millrace.plugin.PluginSettings;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.TaskPlugin;
import io.millrace.plugin.kit.Cancelling;
import io.millrace.plugin.kit.FileHttp;
import java.io.IOException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/// What tasks with objects share: a token of the account, and a client that a kill closes.
abstract class GcsTask<P extends Record & GcsTask.Of, O extends Record>
        implements TaskPlugin<P, O> {
    private static final String GOOGLE = "https://storage.googleapis.com";

    private PluginSettings settings = new PluginSettings(Map.of());

    /// What tasks name.
    interface Of {
        Account account();
    }

    @Override
    public void start(PluginSettings settings) {
        this.settings = settings;
    }

    @Override
    public O run(P properties, TaskContext context) throws Exception {
        var account = properties.account();
        try {
            var headers = new LinkedHashMap<String, String>();
            if (account.serviceAccount() != null) {
                headers.put(
                        "Authorization",
                        "Bearer "
                                + token(
                                        ServiceAccount.of(account.serviceAccount()),
                                        account,
                                        context));
            }
            var base = account.endpoint() == null ? GOOGLE : account.endpoint().strip();
            try (var http =
                            new FileHttp(
                                    "Google Cloud Storage",
                                    call -> signed(call, headers),
                                    settings,
                                    context);
                    var _ = Cancelling.closes(http, context)) {
                return work(
                        new GcsStore(http, base.replaceFirst("/+$", ""), context),
                        properties,
                        context);
            }
        } catch (IOException e) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            throw new TaskFailedException("The store doesn't go on: " + e.getMessage(), e);
        }
    }

    private static Map<String, String> signed(FileHttp.Call call, Map<String, String> more) {
        var headers = new LinkedHashMap<>(call.headers());
        headers.putAll(more);
        return headers;
    }

    private String token(ServiceAccount service, Account account, TaskContext context)
            throws TaskFailedException, IOException, InterruptedException {
        try (var http = new FileHttp("Google", FileHttp.Call::headers, settings, context);
                var _ = Cancelling.closes(http, context)) {
            return GcsStore.token(
                    http, service, service.assertion(account.scopes(), Instant.now()));
        }
    }

    abstract O work(GcsStore store, P properties, TaskContext context) throws Exception;
}
