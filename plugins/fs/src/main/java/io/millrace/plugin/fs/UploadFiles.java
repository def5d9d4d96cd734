// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.fs;

import io.millrace.plugin.TaskContext;
import io.millrace.plugin.Title;
import io.millrace.plugin.kit.RowFile;
import java.net.URI;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Sends a file to another host.
abstract class UploadFiles extends FileTask<UploadFiles.Properties, UploadFiles.Outputs> {

    UploadFiles(Protocol protocol) {
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
            @Title("URI of the file in the internal storage") String from,
            @Title("Path on the host") String to)
            implements FileHost {}

    public record Outputs(
            @Title("The file that was sent") String from,
            @Title("Where it is on the host") String to) {}

    @Override
    UploadFiles.Outputs work(RemoteFiles remote, Properties properties, TaskContext context)
            throws Exception {
        var to = path(properties.to());
        var target = to.endsWith("/") ? to + RemoteFiles.nameOf(properties.from()) : to;
        context.count(
                "bytes",
                (double) context.files().size(URI.create(properties.from().strip())),
                Map.of());
        try (var content = RowFile.stream(properties.from(), context)) {
            remote.upload(content, target);
        }
        return new Outputs(properties.from(), target);
    }
}
