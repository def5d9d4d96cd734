// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.fs;

import io.millrace.plugin.Default;
import io.millrace.plugin.Title;
import java.time.Duration;
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
                @Nullable Boolean insecureTrustAllCertificates,
        @Title("C, S, E or P: what protects data (FTPS); P, which nobody else can read, if absent")
                @Nullable String dataChannelProtectionLevel,
        @Title(
                        "Whether a path that begins with / begins at the user's directory (SFTP, FTP); true if absent")
                @Nullable Boolean rootDir,
        @Title("How long the host may take (FTP)") @Nullable FtpOptions options,
        @Title("Without effect: data is taken from the host alone (FTP)")
                @Nullable Boolean remoteIpVerification,
        @Title("Algorithm of the key exchange, such as curve25519-sha256 (SFTP)")
                @Nullable String keyExchangeAlgorithm,
        @Title("Without effect: signatures of SHA-1 are taken as the last choice (SFTP)")
                @Nullable Boolean enableSshRsa1) {

    /// How long a server of FTP may take for what.
    public record FtpOptions(
            @Title("To connect") @Default("PT15S") Duration connectionTimeout,
            @Title("To open a connection for data, and between two pieces of it") @Default("PT1M")
                    Duration dataTimeout,
            @Title("To answer") @Default("PT1M") Duration socketTimeout,
            @Title("After which the connection is kept alive while data flows")
                    @Nullable Duration controlKeepAliveTimeout,
            @Title("To answer that") @Nullable Duration controlKeepAliveReplyTimeout) {
        static final FtpOptions NONE =
                new FtpOptions(
                        Duration.ofSeconds(15),
                        Duration.ofMinutes(1),
                        Duration.ofMinutes(1),
                        null,
                        null);
    }

    /// What tasks name.
    interface At {
        FileHost server();
    }
}
