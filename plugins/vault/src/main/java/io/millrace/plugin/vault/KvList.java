// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.vault;

import io.millrace.plugin.Default;
import io.millrace.plugin.Plugin;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.Title;
import io.millrace.plugin.kit.HttpApi;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Lists what lies in a folder of secrets.
@Plugin(type = "io.millrace.plugin.vault.kv.List", title = "List secrets of Vault")
public final class KvList extends VaultTask<KvList.Properties, KvList.Outputs> {

    public record Properties(
            @Title("URL of Vault or OpenBao") String address,
            @Title("Who the task is") @Nullable Auth auth,
            @Title("Namespace of Vault") @Nullable String vaultNamespace,
            @Title("Where the engine is mounted") @Default("secret") String mount,
            @Title("Version of the engine: 1 or 2") @Default("2") Integer kvVersion,
            @Title("Folder") @Default("") String path)
            implements Target {}

    public record Outputs(
            @Title("Names; folders end with /") List<String> keys, @Title("How many") int size) {}

    @Override
    Outputs work(Vault vault, Properties properties, TaskContext context) throws Exception {
        var found =
                vault.find(
                        Kv.path(
                                        properties.mount(),
                                        properties.kvVersion(),
                                        "metadata",
                                        properties.path())
                                + "?list=true");
        var keys = new ArrayList<String>();
        if (HttpApi.at(found, "data", "keys") instanceof List<?> all) {
            all.forEach(key -> keys.add(String.valueOf(key)));
        }
        return new Outputs(keys, keys.size());
    }
}
