// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.vault;

import io.millrace.plugin.Plugin;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.Title;
import io.millrace.plugin.kit.HttpApi;
import io.millrace.plugin.kit.HttpApi.Call;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Has credentials made, such as those of a database or a cloud. They end with their lease.
@Plugin(
        type = "io.millrace.plugin.vault.dynamic.Credentials",
        title = "Get dynamic credentials of Vault")
public final class Credentials extends VaultTask<Credentials.Properties, Credentials.Outputs> {

    public record Properties(
            @Title("URL of Vault or OpenBao") String address,
            @Title("Who the task is") @Nullable Auth auth,
            @Title("Namespace of Vault") @Nullable String vaultNamespace,
            @Title("Path that makes them, such as database/creds/reader") String path,
            @Title("What is asked of it, if it takes a POST")
                    @Nullable Map<String, @Nullable Object> parameters)
            implements Target {}

    public record Outputs(
            @Title("The credentials, encrypted as outputs") Map<String, @Nullable Object> data,
            @Title("Their lease, to renew or revoke it") String leaseId,
            @Title("How long they count") Duration leaseDuration,
            @Title("Whether that can be made longer") boolean renewable) {}

    @Override
    Outputs work(Vault vault, Properties properties, TaskContext context) throws Exception {
        if (properties.auth() == null || properties.auth().token() == null) {
            context.log().debug("The lease ends with the token that was got for it");
        }
        var path = "/" + Vault.path(properties.path());
        var answer =
                properties.parameters() == null
                        ? vault.ask(Call.get(path))
                        : vault.post(path, properties.parameters());
        conceal(answer.get("data"), context);
        return new Outputs(
                Vault.object(answer.get("data")),
                String.valueOf(HttpApi.text(answer, "lease_id")),
                Duration.ofSeconds(
                        answer.get("lease_duration") instanceof Number n ? n.longValue() : 0),
                Boolean.TRUE.equals(answer.get("renewable")));
    }

    @Override
    boolean keepsToken() {
        return true;
    }
}
