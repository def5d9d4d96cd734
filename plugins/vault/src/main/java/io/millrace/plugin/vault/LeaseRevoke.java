// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.vault;

import io.millrace.plugin.Default;
import io.millrace.plugin.NoOutputs;
import io.millrace.plugin.Plugin;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.Title;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Ends a lease: what it stands for, such as a user of a database, is gone.
@Plugin(type = "io.millrace.plugin.vault.dynamic.Revoke", title = "Revoke a lease of Vault")
public final class LeaseRevoke extends VaultTask<LeaseRevoke.Properties, NoOutputs> {

    public record Properties(
            @Title("URL of Vault or OpenBao") String address,
            @Title("Who the task is") @Nullable Auth auth,
            @Title("Namespace of Vault") @Nullable String vaultNamespace,
            @Title("The lease") String leaseId,
            @Title("Whether all below this path are meant") @Default("false") Boolean prefix)
            implements Target {}

    @Override
    NoOutputs work(Vault vault, Properties properties, TaskContext context) throws Exception {
        if (properties.prefix()) {
            vault.post("/sys/leases/revoke-prefix/" + Vault.path(properties.leaseId()), Map.of());
        } else {
            vault.post("/sys/leases/revoke", Map.of("lease_id", properties.leaseId()));
        }
        return new NoOutputs();
    }
}
