// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.vault;

import io.millrace.plugin.Default;
import io.millrace.plugin.NoOutputs;
import io.millrace.plugin.Plugin;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.Title;
import io.millrace.plugin.kit.HttpApi.Call;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Deletes a secret: its latest version, some versions, or all there is of it.
@Plugin(type = "io.millrace.plugin.vault.kv.Delete", title = "Delete a secret of Vault")
public final class KvDelete extends VaultTask<KvDelete.Properties, NoOutputs> {

    public record Properties(
            @Title("URL of Vault or OpenBao") String address,
            @Title("Who the task is") @Nullable Auth auth,
            @Title("Namespace of Vault") @Nullable String vaultNamespace,
            @Title("Where the engine is mounted") @Default("secret") String mount,
            @Title("Version of the engine: 1 or 2") @Default("2") Integer kvVersion,
            @Title("Path of the secret") String path,
            @Title("Versions (engine version 2); the latest if absent")
                    @Nullable List<Integer> versions,
            @Title("Whether it is gone for good: these versions, all if none are named")
                    @Default("false")
                    Boolean permanently)
            implements Target {}

    @Override
    NoOutputs work(Vault vault, Properties properties, TaskContext context) throws Exception {
        if (properties.versions() != null) {
            if (properties.kvVersion() != 2) {
                throw new TaskFailedException("Expected kvVersion 2 for versions of a secret");
            }
            vault.post(
                    Kv.path(
                            properties.mount(),
                            2,
                            properties.permanently() ? "destroy" : "delete",
                            properties.path()),
                    Map.of("versions", properties.versions()));
            return new NoOutputs();
        }
        vault.ask(
                Call.of(
                        "DELETE",
                        Kv.path(
                                properties.mount(),
                                properties.kvVersion(),
                                properties.permanently() ? "metadata" : "data",
                                properties.path())));
        return new NoOutputs();
    }
}
