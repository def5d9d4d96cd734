// SPDX-License-Identifier: Apache-2.0
package io.millrace.secrets.vault;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// How the service signs in at Vault. Files are read at each sign-in: who renews them may.
///
/// @param mount where the method is mounted, if not under its own name
/// @param tokenFile of the method `token`
/// @param roleId of the method `approle`
/// @param secretIdFile of the method `approle`
/// @param role of the methods `kubernetes` and `jwt`
/// @param jwtFile of the methods `kubernetes` and `jwt`
public record VaultAuth(
        Method method,
        @Nullable String mount,
        @Nullable Path tokenFile,
        @Nullable String roleId,
        @Nullable Path secretIdFile,
        @Nullable String role,
        @DefaultValue("/var/run/secrets/kubernetes.io/serviceaccount/token") Path jwtFile) {
    public enum Method {
        TOKEN,
        APPROLE,
        KUBERNETES,
        JWT
    }
}
