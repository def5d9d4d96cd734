// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.vault;

import io.millrace.plugin.Default;
import io.millrace.plugin.Plugin;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.Title;
import io.millrace.plugin.kit.HttpApi;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Writes the fields of a secret, all of them or those that are given.
@Plugin(type = "io.millrace.plugin.vault.kv.Write", title = "Write a secret of Vault")
public final class KvWrite extends VaultTask<KvWrite.Properties, KvWrite.Outputs> {

    public record Properties(
            @Title("URL of Vault or OpenBao") String address,
            @Title("Who the task is") @Nullable Auth auth,
            @Title("Namespace of Vault") @Nullable String vaultNamespace,
            @Title("Where the engine is mounted") @Default("secret") String mount,
            @Title("Version of the engine: 1 or 2") @Default("2") Integer kvVersion,
            @Title("Path of the secret") String path,
            @Title("Its fields") Map<String, @Nullable Object> data,
            @Title("Whether fields that aren't given stay") @Default("false") Boolean merge,
            @Title("The version that it must have; 0: it mustn't be there (engine version 2)")
                    @Nullable Integer cas)
            implements Target {}

    public record Outputs(
            @Title("Its version, if the engine has them") @Nullable Integer version) {}

    @Override
    Outputs work(Vault vault, Properties properties, TaskContext context) throws Exception {
        conceal(properties.data(), context);
        boolean versioned = properties.kvVersion() == 2;
        var path = Kv.path(properties.mount(), properties.kvVersion(), "data", properties.path());
        var data = new LinkedHashMap<String, @Nullable Object>();
        var cas = properties.cas();
        if (properties.merge()) {
            var found = vault.find(path);
            data.putAll(
                    Vault.object(
                            versioned
                                    ? HttpApi.at(found, "data", "data")
                                    : HttpApi.at(found, "data")));
            // nobody writes in between
            if (cas == null && versioned) {
                cas =
                        HttpApi.at(found, "data", "metadata", "version") instanceof Number n
                                ? n.intValue()
                                : 0;
            }
        }
        data.putAll(properties.data());
        if (!versioned) {
            vault.post(path, data);
            return new Outputs(null);
        }
        var body = new LinkedHashMap<String, Object>();
        body.put("data", data);
        if (cas != null) {
            body.put("options", Map.of("cas", cas));
        }
        var version = HttpApi.at(vault.post(path, body), "data", "version");
        return new Outputs(version instanceof Number n ? (Integer) n.intValue() : null);
    }
}
