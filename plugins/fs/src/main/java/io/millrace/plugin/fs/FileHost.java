// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.fs;

import io.millrace.plugin.Title;
import org.jspecify.annotations.Nullable;

/// The host whose files are meant, and as whom to come.
record FileHost(
        @Title("Host") String host,
        @Title("Port; the protocol's if absent") @Nullable Integer port,
        @Title("User; with SMB also DOMAIN\\name") @Nullable String username,
        @Title("Password") @Nullable String password,
        @Title("Private key, in PEM or OpenSSH's format (SFTP)") @Nullable String keyfile,
        @Title("What the private key is encrypted with") @Nullable String passphrase,
        @Title("Lines of a known_hosts file; then only these hosts are believed (SFTP)")
                @Nullable String knownHosts,
        @Title("Whether the client opens the connections for data (FTP); true if absent")
                @Nullable Boolean passiveMode,
        @Title("EXPLICIT or IMPLICIT (FTPS)") @Nullable String mode,
        @Title("Whether any certificate is believed (FTPS)")
                @Nullable Boolean insecureTrustAllCertificates) {

    /// What tasks name.
    interface At {
        FileHost server();
    }
}
