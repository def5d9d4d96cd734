// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.fs;

import io.millrace.plugin.Default;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.Title;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Lists the files of a directory of another host.
abstract class ListFiles extends FileTask<ListFiles.Properties, ListFiles.Outputs> {

    ListFiles(Protocol protocol) {
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
            @Title("Directory, or file") String from,
            @Title("What the whole path of a file fits") @Nullable String regExp,
            @Title("Whether directories below it are meant, too") @Default("false")
                    Boolean recursive,
            @Title("How many at most") @Nullable Integer maxFiles)
            implements FileHost {}

    public record Outputs(@Title("The files") List<RemoteFile> files) {}

    @Override
    ListFiles.Outputs work(RemoteFiles remote, Properties properties, TaskContext context)
            throws Exception {
        var selection =
                Selection.of(
                        properties.from(),
                        properties.regExp(),
                        properties.recursive(),
                        properties.maxFiles());
        return new Outputs(selection.in(remote).stream().map(e -> RemoteFile.of(e, null)).toList());
    }
}
