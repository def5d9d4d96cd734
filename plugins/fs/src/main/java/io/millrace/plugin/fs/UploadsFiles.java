// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.fs;

import io.millrace.plugin.TaskContext;
import io.millrace.plugin.Title;
import io.millrace.plugin.kit.RowFile;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Sends several files to a directory of another host.
abstract class UploadsFiles extends FileTask<UploadsFiles.Properties, UploadsFiles.Outputs> {

    UploadsFiles(Protocol protocol) {
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
            @Title("URIs of files in the internal storage") List<String> from,
            @Title("Directory on the host") String to)
            implements FileHost {}

    public record Outputs(@Title("Where they are on the host") List<String> files) {}

    @Override
    UploadsFiles.Outputs work(RemoteFiles remote, Properties properties, TaskContext context)
            throws Exception {
        var sent = new ArrayList<String>();
        for (var from : properties.from()) {
            var target = RemoteFiles.join(path(properties.to()), RemoteFiles.nameOf(from));
            try (var content = RowFile.stream(from, context)) {
                remote.upload(content, target);
            }
            sent.add(target);
        }
        context.count("files", sent.size(), Map.of());
        return new Outputs(sent);
    }
}
