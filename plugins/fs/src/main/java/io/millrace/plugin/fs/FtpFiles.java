// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.fs;

import io.millrace.plugin.TaskFailedException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.commons.net.ftp.FTP;
import org.apache.commons.net.ftp.FTPClient;
import org.apache.commons.net.ftp.FTPFile;
import org.apache.commons.net.ftp.FTPReply;
import org.apache.commons.net.ftp.FTPSClient;
import org.apache.commons.net.util.TrustManagerUtils;
import org.jspecify.annotations.Nullable;

/// Files over FTP, or FTP within TLS.
final class FtpFiles implements RemoteFiles {
    private static final Duration PATIENCE = Duration.ofSeconds(15);
    private static final Duration SILENCE = Duration.ofSeconds(60);

    private final FTPClient client;

    private FtpFiles(FTPClient client) {
        this.client = client;
    }

    /// Where to, and who asks.
    ///
    /// @param tls FTPS
    /// @param implicit whether the connection begins in TLS, rather than turning to it
    /// @param anyCertificate whether the server's certificate isn't checked
    record Target(
            String host,
            int port,
            @Nullable String username,
            @Nullable String password,
            boolean passive,
            boolean tls,
            boolean implicit,
            boolean anyCertificate) {}

    /// @throws TaskFailedException if the host doesn't answer, or refuses
    static FtpFiles open(Target target) throws TaskFailedException, IOException {
        var client = client(target);
        client.setConnectTimeout(Math.toIntExact(PATIENCE.toMillis()));
        client.setDefaultTimeout(Math.toIntExact(PATIENCE.toMillis()));
        client.setDataTimeout(SILENCE);
        client.setAutodetectUTF8(true);
        // the address that a server names for data is its own, or a way into somebody's network
        client.setRemoteVerificationEnabled(true);
        try {
            client.connect(target.host(), target.port());
            if (!FTPReply.isPositiveCompletion(client.getReplyCode())) {
                throw new TaskFailedException(
                        "The server doesn't let in: " + client.getReplyString().strip());
            }
            client.setSoTimeout(Math.toIntExact(SILENCE.toMillis()));
            var user = target.username() == null ? "anonymous" : target.username();
            if (!client.login(user, target.password() == null ? "" : target.password())) {
                throw new TaskFailedException(
                        "The server refuses the user or the credentials: "
                                + client.getReplyString().strip());
            }
            if (client instanceof FTPSClient secure) {
                secure.execPBSZ(0);
                secure.execPROT("P");
            }
            if (target.passive()) {
                client.enterLocalPassiveMode();
            }
            client.setFileType(FTP.BINARY_FILE_TYPE);
            return new FtpFiles(client);
        } catch (TaskFailedException e) {
            client.disconnect();
            throw e;
        } catch (IOException e) {
            client.disconnect();
            if (Thread.currentThread().isInterrupted()) {
                throw e;
            }
            throw new TaskFailedException(
                    "Unable to connect to %s:%d: %s"
                            .formatted(target.host(), target.port(), e.getMessage()),
                    e);
        }
    }

    private static FTPClient client(Target target) {
        if (!target.tls()) {
            return new FTPClient();
        }
        var client = new FTPSClient(target.implicit());
        client.setEndpointCheckingEnabled(!target.anyCertificate());
        client.setTrustManager(
                target.anyCertificate()
                        ? TrustManagerUtils.getAcceptAllTrustManager()
                        : null); // the JDK's
        return client;
    }

    private IOException said(String path) {
        var reply = client.getReplyString();
        boolean missing = client.getReplyCode() == FTPReply.FILE_UNAVAILABLE;
        var message = "'%s': %s".formatted(path, reply == null ? "no answer" : reply.strip());
        return missing ? new FileNotFoundException(message) : new IOException(message);
    }

    @Override
    public List<Entry> list(String path) throws IOException {
        var entries = new ArrayList<Entry>();
        boolean isDirectory = isDirectory(path);
        var directory = isDirectory ? path : RemoteFiles.parentOf(path);
        for (var file : client.listFiles(directory)) {
            var name = RemoteFiles.nameOf(file.getName());
            if (name.equals(".") || name.equals("..")) {
                continue;
            }
            if (isDirectory || name.equals(RemoteFiles.nameOf(path))) {
                entries.add(entry(RemoteFiles.join(directory, name), file));
            }
        }
        if (!isDirectory && entries.isEmpty()) {
            throw new FileNotFoundException("There is no '%s'".formatted(path));
        }
        return entries;
    }

    private static Entry entry(String path, FTPFile file) {
        Instant updated = file.getTimestampInstant();
        return new Entry(
                path, RemoteFiles.nameOf(path), file.isDirectory(), file.getSize(), updated);
    }

    private boolean isDirectory(String path) throws IOException {
        var before = client.printWorkingDirectory();
        if (path.isEmpty()) {
            return true;
        }
        boolean is = client.changeWorkingDirectory(path);
        if (is && before != null) {
            client.changeWorkingDirectory(before);
        }
        return is;
    }

    @Override
    public void download(String path, OutputStream to) throws IOException {
        if (!client.retrieveFile(path, to)) {
            throw said(path);
        }
    }

    @Override
    public void upload(InputStream content, String path) throws IOException {
        makeDirectories(RemoteFiles.parentOf(path));
        if (!client.storeFile(path, content)) {
            throw said(path);
        }
    }

    private void makeDirectories(String directory) throws IOException {
        if (directory.isEmpty() || directory.equals("/") || isDirectory(directory)) {
            return;
        }
        makeDirectories(RemoteFiles.parentOf(directory));
        if (!client.makeDirectory(directory)) {
            throw said(directory);
        }
    }

    @Override
    public boolean delete(String path) throws IOException {
        if (!exists(path)) {
            return false;
        }
        boolean done = isDirectory(path) ? client.removeDirectory(path) : client.deleteFile(path);
        if (!done) {
            throw said(path);
        }
        return true;
    }

    @Override
    public boolean exists(String path) throws IOException {
        if (isDirectory(path)) {
            return true;
        }
        try {
            return !list(path).isEmpty();
        } catch (FileNotFoundException _) {
            return false;
        }
    }

    @Override
    public void move(String from, String to) throws IOException {
        makeDirectories(RemoteFiles.parentOf(to));
        if (!client.rename(from, to)) {
            throw said(from);
        }
    }

    @Override
    public void close() throws IOException {
        client.disconnect();
    }
}
