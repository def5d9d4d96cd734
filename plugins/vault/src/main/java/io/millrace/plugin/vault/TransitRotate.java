// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.vault;

import io.millrace.plugin.Default;
import io.millrace.plugin.Plugin;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.Title;
import io.millrace.plugin.kit.HttpApi;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Makes a new version of a key; what older ones have encrypted can still be read.
@Plugin(type = "io.millrace.plugin.vault.transit.Rotate", title = "Rotate a key of Vault")
public final class TransitRotate
        extends VaultTask<TransitRotate.Properties, TransitRotate.Outputs> {

    public record Properties(
            @Title("URL of Vault or OpenBao") String address,
            @Title("Who the task is") @Nullable Auth auth,
            @Title("Namespace of Vault") @Nullable String vaultNamespace,
            @Title("Where the engine is mounted") @Default("transit") String mount,
            @Title("Name of the key") String key,
            @Title("The oldest version that may decrypt from now on")
                    @Nullable Integer minDecryptionVersion)
            implements Target {}

    public record Outputs(@Title("The latest version") int version) {}

    @Override
    Outputs work(Vault vault, Properties properties, TaskContext context) throws Exception {
        var path = Vault.transit(properties.mount(), "keys", properties.key());
        vault.post(path + "/rotate", Map.of());
        if (properties.minDecryptionVersion() != null) {
            vault.post(
                    path + "/config",
                    Map.of("min_decryption_version", properties.minDecryptionVersion()));
        }
        var version = HttpApi.at(vault.find(path), "data", "latest_version");
        return new Outputs(version instanceof Number n ? n.intValue() : 0);
    }
}
