// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.azure;

import io.millrace.plugin.PluginSettings;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.TaskPlugin;
import io.millrace.plugin.kit.Cancelling;
import io.millrace.plugin.kit.FileHttp;
import io.millrace.plugin.kit.OAuthToken;
import java.io.IOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What tasks with blobs share: a client that a kill closes.
abstract class BlobTask<P extends Record & BlobTask.Of, O extends Record>
        implements TaskPlugin<P, O> {
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
        var credentials = Credentials.of(properties.account());
        var principal =
                credentials.isAnonymous() ? ServicePrincipal.of(properties.account()) : null;
        try (var token =
                        principal == null
                                ? null
                                : new OAuthToken(
                                        "Microsoft Entra ID", principal, settings, context);
                var http =
                        new FileHttp(
                                "Azure Blob Storage",
                                call -> signed(call, credentials, token),
                                settings,
                                context);
                var _ = Cancelling.closes(http, context)) {
            return work(new BlobStore(http, credentials, context), properties, context);
        } catch (IOException e) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            throw new TaskFailedException("The store doesn't go on: " + e.getMessage(), e);
        }
    }

    private static Map<String, String> signed(
            FileHttp.Call call, Credentials credentials, @Nullable OAuthToken token)
            throws TaskFailedException, InterruptedException {
        var headers = credentials.sign(call);
        if (token != null) {
            headers.put("Authorization", "Bearer " + token.get());
        }
        return headers;
    }

    abstract O work(BlobStore store, P properties, TaskContext context) throws Exception;
}
