// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.fs;

import io.millrace.plugin.TaskContext;
import io.millrace.plugin.Title;
import java.net.URI;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Fetches a file from another host.
abstract class DownloadFiles extends FileTask<DownloadFiles.Properties, DownloadFiles.Outputs> {

    DownloadFiles(Protocol protocol) {
        super(protocol);
    }

    public record Properties(
            @Title("Host") String host,
            @Title("Port; the protocol's if absent") @Nullable Integer port,
            @Title("User") @Nullable String username,
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
            @Title("Path on the host") String from)
            implements FileHost {}

    public record Outputs(
            @Title("Where it is on the host") String from,
            @Title("The file in the internal storage") URI to) {}

    @Override
    DownloadFiles.Outputs work(RemoteFiles remote, Properties properties, TaskContext context)
            throws Exception {
        var from = path(properties.from());
        var uri = fetch(remote, from, context);
        context.count("bytes", (double) context.files().size(uri), Map.of());
        return new Outputs(from, uri);
    }
}
