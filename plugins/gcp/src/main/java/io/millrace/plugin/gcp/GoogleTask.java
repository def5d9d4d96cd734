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

/// What tasks of Google's services share: a token of the account, and a client that a kill closes.
abstract class GoogleTask<P extends Record & GoogleTask.Of, O extends Record>
        implements TaskPlugin<P, O> {
    private final Service service;
    private PluginSettings settings = new PluginSettings(Map.of());

    /// The worker's.
    Map<String, String> environment = System.getenv();

    /// @param setting what the operator names another place by
    record Service(String name, String url, String setting) {}

    /// What tasks name.
    interface Of {
        Account account();
    }

    GoogleTask(Service service) {
        this.service = service;
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
                var http = client(token, context);
                var _ = Cancelling.closes(http, context)) {
            return work(
                    new GoogleApi(http, () -> client(token, context), base), properties, context);
        } catch (IOException e) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            throw new TaskFailedException(
                    "%s doesn't go on: %s".formatted(service.name(), e.getMessage()), e);
        }
    }

    private FileHttp client(@Nullable OAuthToken token, TaskContext context) {
        return new FileHttp(service.name(), call -> signed(call, token), settings, context);
    }

    private String base(Account account) {
        var given =
                account.endpoint() == null
                        ? settings.text(service.setting()).orElse(service.url())
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

    /// The project that is meant.
    ///
    /// @throws TaskFailedException if neither the task nor its account names one
    static String project(Account account) throws TaskFailedException {
        var project = account.projectId();
        if (project == null && account.serviceAccount() != null) {
            project = ServiceAccount.of(account.serviceAccount(), account.scopes()).project();
        }
        if (project == null) {
            throw new TaskFailedException("Expected `projectId`");
        }
        return project;
    }

    abstract O work(GoogleApi api, P properties, TaskContext context) throws Exception;
}
