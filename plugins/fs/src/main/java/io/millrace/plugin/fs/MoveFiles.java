// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.fs;

import io.millrace.plugin.Default;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.Title;
import org.jspecify.annotations.Nullable;

/// Moves or renames a file of another host.
abstract class MoveFiles extends FileTask<MoveFiles.Properties, MoveFiles.Outputs> {

    MoveFiles(Protocol protocol) {
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
            @Title("Path of the file") String from,
            @Title("Its new path; with a slash at the end: its new directory") String to,
            @Title("Whether a file that is there is replaced") @Default("false") Boolean overwrite)
            implements FileHost {}

    public record Outputs(@Title("Where it was") String from, @Title("Where it is") String to) {}

    @Override
    MoveFiles.Outputs work(RemoteFiles remote, Properties properties, TaskContext context)
            throws Exception {
        var from = path(properties.from());
        var to = path(properties.to());
        var target = to.endsWith("/") ? to + RemoteFiles.nameOf(from) : to;
        if (remote.exists(target)) {
            if (!properties.overwrite()) {
                throw new TaskFailedException("There is a '%s' already".formatted(target));
            }
            remote.delete(target);
        }
        remote.move(from, target);
        return new Outputs(from, target);
    }
}
