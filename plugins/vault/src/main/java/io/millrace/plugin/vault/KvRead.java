// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.vault;

import io.millrace.plugin.Default;
import io.millrace.plugin.Plugin;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.Title;
import io.millrace.plugin.kit.HttpApi;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Reads the fields of a secret.
@Plugin(type = "io.millrace.plugin.vault.kv.Read", title = "Read a secret of Vault")
public final class KvRead extends VaultTask<KvRead.Properties, KvRead.Outputs> {

    public record Properties(
            @Title("URL of Vault or OpenBao") String address,
            @Title("Who the task is") @Nullable Auth auth,
            @Title("Namespace of Vault") @Nullable String vaultNamespace,
            @Title("Where the engine is mounted") @Default("secret") String mount,
            @Title("Version of the engine: 1 or 2") @Default("2") Integer kvVersion,
            @Title("Path of the secret") String path,
            @Title("Version of the secret; the latest if absent") @Nullable Integer version,
            @Title("Whether the task fails if it isn't there") @Default("true")
                    Boolean failOnMissing)
            implements Target {}

    public record Outputs(
            @Title("Its fields, encrypted as outputs") Map<String, @Nullable Object> data,
            @Title("Its version, if the engine has them") @Nullable Integer version,
            @Title("Whether it is there") boolean found) {}

    @Override
    Outputs work(Vault vault, Properties properties, TaskContext context) throws Exception {
        boolean versioned = properties.kvVersion() == 2;
        var path = Kv.path(properties.mount(), properties.kvVersion(), "data", properties.path());
        var found =
                vault.find(
                        properties.version() == null
                                ? path
                                : path + "?version=" + properties.version());
        var data = versioned ? HttpApi.at(found, "data", "data") : HttpApi.at(found, "data");
        if (data == null) {
            if (properties.failOnMissing()) {
                throw new TaskFailedException(
                        "There is no secret '%s' in %s"
                                .formatted(properties.path(), properties.mount()));
            }
            return new Outputs(Map.of(), null, false);
        }
        conceal(data, context);
        var version = HttpApi.at(found, "data", "metadata", "version");
        return new Outputs(
                Vault.object(data),
                versioned && version instanceof Number n ? (Integer) n.intValue() : null,
                true);
    }
}
