// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.vault;

import io.millrace.plugin.Plugin;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.Title;
import java.time.Duration;
import java.util.LinkedHashMap;
import org.jspecify.annotations.Nullable;

/// Makes a lease longer.
@Plugin(type = "io.millrace.plugin.vault.dynamic.Renew", title = "Renew a lease of Vault")
public final class LeaseRenew extends VaultTask<LeaseRenew.Properties, LeaseRenew.Outputs> {

    public record Properties(
            @Title("URL of Vault or OpenBao") String address,
            @Title("Who the task is") @Nullable Auth auth,
            @Title("Namespace of Vault") @Nullable String vaultNamespace,
            @Title("The lease") String leaseId,
            @Title("How much longer; as its role says if absent") @Nullable Duration increment)
            implements Target {}

    public record Outputs(@Title("How long it counts from now on") Duration leaseDuration) {}

    @Override
    Outputs work(Vault vault, Properties properties, TaskContext context) throws Exception {
        var body = new LinkedHashMap<String, Object>();
        body.put("lease_id", properties.leaseId());
        if (properties.increment() != null) {
            body.put("increment", properties.increment().toSeconds());
        }
        var answer = vault.post("/sys/leases/renew", body);
        return new Outputs(
                Duration.ofSeconds(
                        answer.get("lease_duration") instanceof Number n ? n.longValue() : 0));
    }
}
