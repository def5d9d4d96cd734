// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.vault;

import io.millrace.plugin.Default;
import io.millrace.plugin.Plugin;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.Title;
import io.millrace.plugin.kit.HttpApi.Call;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Asks any path of Vault that no other task is for.
@Plugin(type = "io.millrace.plugin.vault.Request", title = "Ask Vault for anything")
public final class Request extends VaultTask<Request.Properties, Request.Outputs> {

    public record Properties(
            @Title("URL of Vault or OpenBao") String address,
            @Title("Who the task is") @Nullable Auth auth,
            @Title("Namespace of Vault") @Nullable String vaultNamespace,
            @Title("Path, such as sys/health, with a query if it takes one") String path,
            @Title("GET, POST, PUT, PATCH, DELETE or LIST") @Default("GET") String method,
            @Title("What is sent") @Nullable Map<String, @Nullable Object> body)
            implements Target {}

    public record Outputs(
            @Title("What Vault answers, encrypted as outputs")
                    Map<String, @Nullable Object> response) {}

    @Override
    Outputs work(Vault vault, Properties properties, TaskContext context) throws Exception {
        var parts = properties.path().split("\\?", 2);
        var path = "/" + Vault.path(parts[0]) + (parts.length == 1 ? "" : "?" + parts[1].strip());
        var method = properties.method().strip().toUpperCase(Locale.ROOT);
        var call =
                properties.body() == null
                        ? Call.of(method, path)
                        : Call.json(method, path, properties.body());
        // changes of a secret's fields are taken as such alone
        var answer =
                vault.ask(
                        method.equals("PATCH")
                                ? call.with("Content-Type", "application/merge-patch+json")
                                : call);
        conceal(answer.get("data"), context);
        conceal(answer.get("auth"), context);
        return new Outputs(answer);
    }
}
