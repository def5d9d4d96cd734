// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.vault;

import io.millrace.plugin.Default;
import io.millrace.plugin.Plugin;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.Title;
import io.millrace.plugin.kit.HttpApi;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Decrypts a text by a key that stays in Vault.
@Plugin(type = "io.millrace.plugin.vault.transit.Decrypt", title = "Decrypt by a key of Vault")
public final class TransitDecrypt
        extends VaultTask<TransitDecrypt.Properties, TransitDecrypt.Outputs> {

    public record Properties(
            @Title("URL of Vault or OpenBao") String address,
            @Title("Who the task is") @Nullable Auth auth,
            @Title("Namespace of Vault") @Nullable String vaultNamespace,
            @Title("Where the engine is mounted") @Default("transit") String mount,
            @Title("Name of the key") String key,
            @Title("The text, encrypted: vault:v1:…") String ciphertext)
            implements Target {}

    public record Outputs(@Title("The text, encrypted as an output") String plaintext) {}

    @Override
    Outputs work(Vault vault, Properties properties, TaskContext context) throws Exception {
        var answer =
                vault.post(
                        Vault.transit(properties.mount(), "decrypt", properties.key()),
                        Map.of("ciphertext", properties.ciphertext()));
        var text =
                new String(
                        Base64.getDecoder()
                                .decode(String.valueOf(HttpApi.text(answer, "data", "plaintext"))),
                        StandardCharsets.UTF_8);
        conceal(text, context);
        return new Outputs(text);
    }
}
