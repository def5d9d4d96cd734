// SPDX-License-Identifier: Apache-2.0
package io.millrace.secrets.backend;

import io.millrace.secrets.vault.VaultAuth;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/// Where secrets are looked for besides the own store.
@Validated
@ConfigurationProperties("millrace.secrets")
public record BackendProperties(@DefaultValue List<Backend> backends) {

    /// Exactly one of `vault` and `environment` is given.
    ///
    /// @param name for logs, metrics and the audit log
    /// @param tenant whose flows read it
    /// @param namespace which reads it, with all below it; empty: the whole tenant
    /// @param keepFor how long an answer is taken for current, also that there is no such secret
    public record Backend(
            String name,
            String tenant,
            @DefaultValue("") String namespace,
            @DefaultValue("30s") Duration keepFor,
            @Nullable Vault vault,
            @Nullable Environment environment) {}

    /// HashiCorp Vault or OpenBao, its key-value store.
    ///
    /// @param mount where the store is mounted
    /// @param version of the store: 1 or 2
    /// @param path of one secret, with `{tenant}`, `{namespace}` and `{name}`
    /// @param field of the secret that is its value
    /// @param vaultNamespace a namespace of Vault's own, or absent
    /// @param timeout of each request
    public record Vault(
            URI address,
            @DefaultValue("secret") String mount,
            @DefaultValue("2") int version,
            @DefaultValue("millrace/{tenant}/{namespace}/{name}") String path,
            @DefaultValue("value") String field,
            @Nullable String vaultNamespace,
            @DefaultValue("2s") Duration timeout,
            VaultAuth auth) {}

    /// @param prefix before the name, in capitals
    /// @param encoding of the values
    public record Environment(
            @DefaultValue("SECRET_") String prefix, @DefaultValue("base64") Encoding encoding) {
        public enum Encoding {
            BASE64,
            PLAIN
        }
    }
}
