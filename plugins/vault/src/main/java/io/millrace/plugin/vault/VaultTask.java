// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.vault;

import io.millrace.plugin.PluginSettings;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.TaskPlugin;
import io.millrace.plugin.kit.HttpApi;
import io.millrace.plugin.kit.HttpApi.Call;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What tasks share: who they are to Vault, and errors in words. All that Vault gives is a secret:
/// it is masked in logs and encrypted in outputs.
abstract class VaultTask<P extends Record & VaultTask.Target, O extends Record>
        implements TaskPlugin<P, O> {
    private static final Call REVOKE = Call.of("POST", "/auth/token/revoke-self");

    private PluginSettings settings = new PluginSettings(Map.of());

    /// What tasks name.
    interface Target {
        String address();

        @Nullable Auth auth();

        @Nullable String vaultNamespace();
    }

    @Override
    public void start(PluginSettings settings) {
        this.settings = settings;
    }

    @Override
    public O run(P properties, TaskContext context) throws Exception {
        var headers = new LinkedHashMap<String, String>();
        headers.put("X-Vault-Request", "true");
        if (properties.vaultNamespace() != null) {
            headers.put("X-Vault-Namespace", properties.vaultNamespace());
        }
        var auth = properties.auth() == null ? Auth.NONE : properties.auth();
        var token = auth.token();
        boolean revocable = false;
        if (token == null) {
            try (var api = api(properties, headers, context)) {
                var session = auth.login(api);
                token = session.token();
                revocable = session.revocable();
            }
            conceal(token, context);
        }
        headers.put("X-Vault-Token", token.strip());
        try (var api = api(properties, headers, context)) {
            if (!revocable || keepsToken()) {
                return work(new Vault(api), properties, context);
            }
            try (var _ = api.onCancel(REVOKE)) {
                return work(new Vault(api), properties, context);
            } finally {
                if (!Thread.currentThread().isInterrupted()) {
                    revoke(api, context);
                }
            }
        }
    }

    /// A token that can't be revoked ends by itself: what the task has done stays done.
    private static void revoke(HttpApi api, TaskContext context) throws InterruptedException {
        try {
            api.ask(REVOKE);
        } catch (TaskFailedException e) {
            context.log().warn("The task's token isn't revoked: " + e.getMessage());
        }
    }

    /// Whether what the task gives would end with its token, as leases do.
    boolean keepsToken() {
        return false;
    }

    private HttpApi api(P properties, Map<String, String> headers, TaskContext context)
            throws TaskFailedException {
        return new HttpApi(
                "Vault",
                properties.address().strip().replaceAll("/+$", "") + "/v1",
                headers,
                null,
                settings,
                context);
    }

    abstract O work(Vault vault, P properties, TaskContext context) throws Exception;

    /// Makes a value a secret, with all that is in it.
    static void conceal(@Nullable Object value, TaskContext context) {
        switch (value) {
            case String text when !text.isBlank() -> context.conceal(text);
            case Map<?, ?> map -> map.values().forEach(v -> conceal(v, context));
            case List<?> list -> list.forEach(v -> conceal(v, context));
            case null, default -> {} // numbers and flags are no secrets by themselves
        }
    }
}
