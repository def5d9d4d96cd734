// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.vault;

import io.millrace.plugin.Default;
import io.millrace.plugin.Plugin;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.Title;
import io.millrace.plugin.kit.HttpApi;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Has a certificate issued, with a key, or for a request that is given.
@Plugin(type = "io.millrace.plugin.vault.pki.Issue", title = "Issue a certificate by Vault")
public final class PkiIssue extends VaultTask<PkiIssue.Properties, PkiIssue.Outputs> {

    public record Properties(
            @Title("URL of Vault or OpenBao") String address,
            @Title("Who the task is") @Nullable Auth auth,
            @Title("Namespace of Vault") @Nullable String vaultNamespace,
            @Title("Where the engine is mounted") @Default("pki") String mount,
            @Title("Role") String role,
            @Title("Name that it is for") String commonName,
            @Title("Other names") @Nullable List<String> altNames,
            @Title("Addresses") @Nullable List<String> ipSans,
            @Title("How long it counts; as the role says if absent") @Nullable Duration ttl,
            @Title("A request (CSR) in PEM: the key stays where it is") @Nullable String csr)
            implements Target {}

    public record Outputs(
            @Title("The certificate in PEM") String certificate,
            @Title("Certificates of those that signed it, in PEM") List<String> caChain,
            @Title("Its key in PEM, encrypted as an output; none for a request")
                    @Nullable String privateKey,
            @Title("Its number") String serialNumber,
            @Title("Until when it counts") Instant expiration) {}

    @Override
    Outputs work(Vault vault, Properties properties, TaskContext context) throws Exception {
        var body = new LinkedHashMap<String, Object>();
        body.put("common_name", properties.commonName());
        if (properties.altNames() != null) {
            body.put("alt_names", String.join(",", properties.altNames()));
        }
        if (properties.ipSans() != null) {
            body.put("ip_sans", String.join(",", properties.ipSans()));
        }
        if (properties.ttl() != null) {
            body.put("ttl", properties.ttl().toSeconds() + "s");
        }
        if (properties.csr() != null) {
            body.put("csr", properties.csr());
        }
        var answer =
                vault.post(
                        "/%s/%s/%s"
                                .formatted(
                                        Vault.path(properties.mount()),
                                        properties.csr() == null ? "issue" : "sign",
                                        HttpApi.segment(properties.role())),
                        body);
        var key = HttpApi.text(answer, "data", "private_key");
        conceal(key, context);
        var chain = new ArrayList<String>();
        if (HttpApi.at(answer, "data", "ca_chain") instanceof List<?> all) {
            all.forEach(one -> chain.add(String.valueOf(one)));
        } else {
            var issuer = HttpApi.text(answer, "data", "issuing_ca");
            if (issuer != null) {
                chain.add(issuer);
            }
        }
        var end = HttpApi.at(answer, "data", "expiration");
        return new Outputs(
                String.valueOf(HttpApi.text(answer, "data", "certificate")),
                chain,
                key,
                String.valueOf(HttpApi.text(answer, "data", "serial_number")),
                Instant.ofEpochSecond(end instanceof Number n ? n.longValue() : 0));
    }
}
