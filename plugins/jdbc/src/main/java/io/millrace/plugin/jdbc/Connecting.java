// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.jdbc;

import io.millrace.plugin.Title;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// How the tasks of this package reach a database.
interface Connecting {
    @Nullable String url();

    @Nullable String username();

    @Nullable String password();

    /// What the driver is told beside the URL.
    @Nullable Map<String, String> properties();

    @Nullable Tls tls();

    /// Whether a statement may ask for a file of the task.
    default boolean loadsFile() {
        return false;
    }

    /// Certificates as the content of PEM files.
    record Tls(
            @Title("Whether the connection is encrypted") @Nullable Boolean ssl,
            @Title("How the server's certificate is checked, such as VERIFY_FULL")
                    @Nullable String sslMode,
            @Title("Certificates of authorities (PEM)") @Nullable String sslRootCert,
            @Title("Client's certificate (PEM)") @Nullable String sslCert,
            @Title("Client's key (PEM, PKCS#8)") @Nullable String sslKey,
            @Title("Password of the client's key") @Nullable String sslKeyPassword) {}

    /// What flows of Kestra say of connections that are kept.
    record Pooling(
            @Title("Without effect: each task has a connection of its own")
                    @Nullable Boolean connectionPooling,
            @Title("Without effect: each task has a connection of its own")
                    @Nullable Integer connectionPoolSize) {}
}
