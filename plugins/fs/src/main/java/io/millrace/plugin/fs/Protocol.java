// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.fs;

import io.millrace.plugin.TaskFailedException;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// What files are reached by.
enum Protocol {
    SFTP(22),
    FTP(21),
    FTPS(21),
    SMB(445);

    private static final int IMPLICIT_FTPS = 990;

    private final int port;

    Protocol(int port) {
        this.port = port;
    }

    /// Where the server listens.
    int port(FileHost host) {
        boolean implicit = this == FTPS && "IMPLICIT".equalsIgnoreCase(host.mode());
        return host.port() != null ? host.port() : implicit ? IMPLICIT_FTPS : port;
    }

    RemoteFiles open(FileHost host) throws IOException, TaskFailedException {
        boolean belowHome = !Boolean.FALSE.equals(host.rootDir());
        return switch (this) {
            case SFTP -> belowHome ? new HomeFiles(sftp(host)) : sftp(host);
            case FTP, FTPS -> belowHome ? new HomeFiles(ftp(host)) : ftp(host);
            case SMB ->
                    SmbFiles.open(
                            new SmbFiles.Target(
                                    host.host(), port(host), host.username(), host.password()));
        };
    }

    private RemoteFiles sftp(FileHost host) throws IOException, TaskFailedException {
        if (host.password() == null && host.keyfile() == null) {
            throw new TaskFailedException("Expected `password` or `keyfile`");
        }
        return new SftpFiles(
                SshConnection.open(
                        new SshConnection.Target(
                                host.host(),
                                port(host),
                                host.username(),
                                host.password(),
                                host.keyfile(),
                                host.passphrase(),
                                host.knownHosts(),
                                host.keyExchangeAlgorithm())));
    }

    private RemoteFiles ftp(FileHost host) throws IOException, TaskFailedException {
        boolean implicit = "IMPLICIT".equalsIgnoreCase(host.mode());
        return FtpFiles.open(
                new FtpFiles.Target(
                        host.host(),
                        port(host),
                        host.username(),
                        host.password(),
                        !Boolean.FALSE.equals(host.passiveMode()),
                        this == FTPS,
                        implicit,
                        Boolean.TRUE.equals(host.insecureTrustAllCertificates()),
                        protection(host.dataChannelProtectionLevel()),
                        host.options() == null ? FileHost.FtpOptions.NONE : host.options()));
    }

    /// The commands of RFC 4217 know four.
    private static String protection(@Nullable String level) throws TaskFailedException {
        if (level == null) {
            return "P";
        }
        var wanted = level.strip().toUpperCase(Locale.ROOT);
        if (!List.of("C", "S", "E", "P").contains(wanted)) {
            throw new TaskFailedException(
                    "Expected C, S, E or P as dataChannelProtectionLevel but got '%s'"
                            .formatted(level));
        }
        return wanted;
    }
}
