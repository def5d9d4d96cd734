// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.fs;

import org.jspecify.annotations.Nullable;

/// How tasks with files name the host.
interface FileHost {
    String host();

    @Nullable Integer port();

    @Nullable String username();

    @Nullable String password();

    @Nullable String keyfile();

    @Nullable String passphrase();

    @Nullable String knownHosts();

    @Nullable Boolean passiveMode();

    @Nullable String mode();

    @Nullable Boolean insecureTrustAllCertificates();
}
