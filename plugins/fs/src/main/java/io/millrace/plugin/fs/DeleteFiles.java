// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.fs;

import io.millrace.plugin.Default;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.Title;
import java.io.FileNotFoundException;
import org.jspecify.annotations.Nullable;

/// Deletes a file, or an empty directory, of another host.
abstract class DeleteFiles extends FileTask<DeleteFiles.Properties, DeleteFiles.Outputs> {

    DeleteFiles(Protocol protocol) {
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
            @Title("Path of the file") String uri,
            @Title("Whether the task fails if it isn't there") @Default("false")
                    Boolean errorOnMissing)
            implements FileHost {}

    public record Outputs(
            @Title("The file") String uri, @Title("Whether it was there") boolean deleted) {}

    @Override
    DeleteFiles.Outputs work(RemoteFiles remote, Properties properties, TaskContext context)
            throws Exception {
        var path = path(properties.uri());
        boolean deleted = remote.delete(path);
        if (!deleted && properties.errorOnMissing()) {
            throw new FileNotFoundException("There is no '%s'".formatted(path));
        }
        return new Outputs(path, deleted);
    }
}
