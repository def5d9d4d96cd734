// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.gcp;

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

/// What tasks with objects share: a token of the account, and a client that a kill closes.
abstract class GcsTask<P extends Record & GcsTask.Of, O extends Record>
        implements TaskPlugin<P, O> {
    private static final String GOOGLE = "https://storage.googleapis.com";

    private PluginSettings settings = new PluginSettings(Map.of());

    /// The worker's.
    Map<String, String> environment = System.getenv();

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
        var base = base(account);
        var grant = grant(account);
        try (var token = grant == null ? null : new OAuthToken("Google", grant, settings, context);
                var http =
                        new FileHttp(
                                "Google Cloud Storage",
                                call -> signed(call, token),
                                settings,
                                context);
                var _ = Cancelling.closes(http, context)) {
            return work(new GcsStore(http, base, context), properties, context);
        } catch (IOException e) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            throw new TaskFailedException("The store doesn't go on: " + e.getMessage(), e);
        }
    }

    private String base(Account account) {
        var given =
                account.endpoint() == null
                        ? settings.text("gcp.endpoint").orElse(GOOGLE)
                        : account.endpoint();
        return given.strip().replaceFirst("/+$", "");
    }

    /// What a token is given for; nothing: nobody is named, and only what is public can be had.
    private OAuthToken.@Nullable Grant grant(Account account) throws TaskFailedException {
        if (account.serviceAccount() != null) {
            return ServiceAccount.of(account.serviceAccount(), account.scopes());
        }
        // its token goes where the operator says, never to a host that a flow names
        if (account.endpoint() != null || !settings.flag("gcp.default-credentials", false)) {
            return null;
        }
        return WorkersAccount.of(environment, account.scopes());
    }

    private static Map<String, String> signed(FileHttp.Call call, @Nullable OAuthToken token)
            throws TaskFailedException, InterruptedException {
        return token == null
                ? call.headers()
                : call.with("Authorization", "Bearer " + token.get()).headers();
    }

    abstract O work(GcsStore store, P properties, TaskContext context) throws Exception;
}
