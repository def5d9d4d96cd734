// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.fs;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import org.apache.sshd.sftp.client.SftpClient;
import org.apache.sshd.sftp.client.SftpClientFactory;
import org.apache.sshd.sftp.client.extensions.openssh.OpenSSHPosixRenameExtension;
import org.apache.sshd.sftp.common.SftpConstants;
import org.apache.sshd.sftp.common.SftpException;
import org.jspecify.annotations.Nullable;

/// Files over SFTP.
final class SftpFiles implements RemoteFiles {
    private final SshConnection connection;
    private final SftpClient client;

    SftpFiles(SshConnection connection) throws IOException {
        this.connection = connection;
        try {
            this.client = SftpClientFactory.instance().createSftpClient(connection.session());
        } catch (IOException e) {
            connection.close();
            throw e;
        }
    }

    @Override
    public List<Entry> list(String path) throws IOException {
        var attributes = attributes(path);
        if (attributes == null) {
            throw new FileNotFoundException("There is no '%s'".formatted(path));
        }
        if (!attributes.isDirectory()) {
            return List.of(entry(path, attributes));
        }
        var entries = new ArrayList<Entry>();
        for (var found : client.readDir(path)) {
            var name = found.getFilename();
            if (!name.equals(".") && !name.equals("..")) {
                entries.add(entry(RemoteFiles.join(path, name), found.getAttributes()));
            }
        }
        return entries;
    }

    private static Entry entry(String path, SftpClient.Attributes attributes) {
        FileTime time = attributes.getModifyTime();
        return new Entry(
                path,
                RemoteFiles.nameOf(path),
                attributes.isDirectory(),
                attributes.getSize(),
                time == null ? null : time.toInstant());
    }

    private SftpClient.@Nullable Attributes attributes(String path) throws IOException {
        try {
            return client.stat(path.isEmpty() ? "." : path);
        } catch (SftpException e) {
            if (isMissing(e)) {
                return null;
            }
            throw e;
        }
    }

    private static boolean isMissing(SftpException e) {
        return e.getStatus() == SftpConstants.SSH_FX_NO_SUCH_FILE
                || e.getStatus() == SftpConstants.SSH_FX_NO_SUCH_PATH;
    }

    @Override
    public void download(String path, OutputStream to) throws IOException {
        try (var content = client.read(path)) {
            content.transferTo(to);
        } catch (SftpException e) {
            throw said(e, path);
        }
    }

    private static IOException said(SftpException e, String path) {
        if (isMissing(e)) {
            return new FileNotFoundException("There is no '%s'".formatted(path));
        }
        return e.getStatus() == SftpConstants.SSH_FX_PERMISSION_DENIED
                ? new IOException("The host doesn't permit it: '%s'".formatted(path), e)
                : e;
    }

    @Override
    public void upload(InputStream content, String path) throws IOException {
        makeDirectories(RemoteFiles.parentOf(path));
        try (var to = client.write(path)) {
            content.transferTo(to);
        } catch (SftpException e) {
            throw said(e, path);
        }
    }

    private void makeDirectories(String directory) throws IOException {
        if (directory.isEmpty() || directory.equals("/") || attributes(directory) != null) {
            return;
        }
        makeDirectories(RemoteFiles.parentOf(directory));
        try {
            client.mkdir(directory);
        } catch (SftpException e) {
            throw said(e, directory);
        }
    }

    @Override
    public boolean delete(String path) throws IOException {
        try {
            // a link goes, not what it leads to
            if (client.lstat(path).isDirectory()) {
                client.rmdir(path);
            } else {
                client.remove(path);
            }
        } catch (SftpException e) {
            if (isMissing(e)) {
                return false;
            }
            throw said(e, path);
        }
        return true;
    }

    @Override
    public boolean exists(String path) throws IOException {
        return attributes(path) != null;
    }

    @Override
    public void move(String from, String to) throws IOException {
        makeDirectories(RemoteFiles.parentOf(to));
        try {
            client.rename(from, to);
        } catch (SftpException e) {
            throw said(e, from);
        }
    }

    /// A link stays, and leads to the new file; who may read the old one may read the new one.
    @Override
    public void replace(String from, String to) throws IOException {
        try {
            var there = attributes(to);
            var target = there == null ? to : client.canonicalPath(to);
            if (there != null) {
                permit(from, there.getPermissions());
            }
            var rename = client.getExtension(OpenSSHPosixRenameExtension.class);
            if (rename != null && rename.isSupported()) {
                rename.posixRename(from, target);
                return;
            }
            if (there != null) {
                client.remove(target);
            }
            client.rename(from, target);
        } catch (SftpException e) {
            throw said(e, to);
        }
    }

    private void permit(String path, int permissions) throws IOException {
        try {
            client.setStat(path, new SftpClient.Attributes().perms(permissions));
        } catch (SftpException _) {
            // a host that knows none
        }
    }

    @Override
    public void close() throws IOException {
        try {
            client.close();
        } finally {
            connection.close();
        }
    }
}
