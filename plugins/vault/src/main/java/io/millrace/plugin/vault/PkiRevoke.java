// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.vault;

import io.millrace.plugin.Default;
import io.millrace.plugin.Plugin;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.Title;
import io.millrace.plugin.kit.HttpApi;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Revokes a certificate.
@Plugin(type = "io.millrace.plugin.vault.pki.Revoke", title = "Revoke a certificate of Vault")
public final class PkiRevoke extends VaultTask<PkiRevoke.Properties, PkiRevoke.Outputs> {

    public record Properties(
            @Title("URL of Vault or OpenBao") String address,
            @Title("Who the task is") @Nullable Auth auth,
            @Title("Namespace of Vault") @Nullable String vaultNamespace,
            @Title("Where the engine is mounted") @Default("pki") String mount,
            @Title("Its number, such as 39:dd:2e…") String serialNumber)
            implements Target {}

    public record Outputs(@Title("When it was revoked") Instant revokedAt) {}

    @Override
    Outputs work(Vault vault, Properties properties, TaskContext context) throws Exception {
        var answer =
                vault.post(
                        "/%s/revoke".formatted(Vault.path(properties.mount())),
                        Map.of("serial_number", properties.serialNumber()));
        var at = HttpApi.at(answer, "data", "revocation_time");
        return new Outputs(Instant.ofEpochSecond(at instanceof Number n ? n.longValue() : 0));
    }
}
