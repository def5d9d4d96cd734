// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.jdbc;

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

    /// Certificates as the content of PEM files.
    record Tls(
            @Nullable Boolean ssl,
            @Nullable String sslMode,
            @Nullable String sslRootCert,
            @Nullable String sslCert,
            @Nullable String sslKey,
            @Nullable String sslKeyPassword) {}
}
