// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.fs;

import io.millrace.plugin.TaskFailedException;
import java.io.FileNotFoundException;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import javax.net.ServerSocketFactory;
import javax.net.SocketFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;
import org.apache.commons.net.ftp.FTP;
import org.apache.commons.net.ftp.FTPClient;
import org.apache.commons.net.ftp.FTPFile;
import org.apache.commons.net.ftp.FTPReply;
import org.apache.commons.net.ftp.FTPSClient;
import org.apache.commons.net.util.TrustManagerUtils;
import org.jspecify.annotations.Nullable;

/// Files over FTP, or FTP within TLS.
final class FtpFiles implements RemoteFiles {
    /// What some servers refuse to list a directory with that is empty.
    private static final Pattern NOTHING =
            Pattern.compile("(?i)\\bno (files|data ?sets?|members?)\\b.* found");

    private final FTPClient client;
    private final DataSockets data;

    private FtpFiles(FTPClient client, DataSockets data) {
        this.client = client;
        this.data = data;
    }

    /// Where to, and who asks.
    ///
    /// @param tls FTPS
    /// @param implicit whether the connection begins in TLS, rather than turning to it
    /// @param anyCertificate whether the server's certificate isn't checked
    /// @param protection of data within TLS: C, S, E or P
    record Target(
            String host,
            int port,
            @Nullable String username,
            @Nullable String password,
            boolean passive,
            boolean tls,
            boolean implicit,
            boolean anyCertificate,
            String protection,
            FileHost.FtpOptions patience) {}

    /// @throws TaskFailedException if the host doesn't answer, or refuses
    static FtpFiles open(Target target) throws TaskFailedException, IOException {
        var client = client(target);
        var patience = target.patience();
        client.setConnectTimeout(millis(patience.connectionTimeout()));
        client.setDefaultTimeout(millis(patience.connectionTimeout()));
        client.setDataTimeout(patience.dataTimeout());
        if (patience.controlKeepAliveTimeout() != null) {
            client.setControlKeepAliveTimeout(patience.controlKeepAliveTimeout());
        }
        if (patience.controlKeepAliveReplyTimeout() != null) {
            client.setControlKeepAliveReplyTimeout(patience.controlKeepAliveReplyTimeout());
        }
        client.setAutodetectUTF8(true);
        // the address that a server names for data is its own, or a way into somebody's network
        client.setRemoteVerificationEnabled(true);
        try {
            client.connect(target.host(), target.port());
            if (!FTPReply.isPositiveCompletion(client.getReplyCode())) {
                throw new TaskFailedException(
                        "The host %s:%d doesn't let in: %s"
                                .formatted(
                                        target.host(),
                                        target.port(),
                                        client.getReplyString().strip()));
            }
            client.setSoTimeout(millis(patience.socketTimeout()));
            var user = target.username() == null ? "anonymous" : target.username();
            if (!client.login(user, target.password() == null ? "" : target.password())) {
                throw new TaskFailedException(
                        "The host %s:%d refuses the user '%s' or the credentials: %s"
                                .formatted(
                                        target.host(),
                                        target.port(),
                                        user,
                                        client.getReplyString().strip()));
            }
            var data = new DataSockets(target.port());
            if (client instanceof FTPSClient secure) {
                secure.execPBSZ(0);
                secure.execPROT(target.protection());
                // the library's know a session by the port for data, which is another each time
                secure.setServerSocketFactory(new DataServerSockets(target.port()));
            }
            client.setSocketFactory(data);
            if (target.passive()) {
                client.enterLocalPassiveMode();
            }
            client.setFileType(FTP.BINARY_FILE_TYPE);
            return new FtpFiles(client, data);
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

    /// None is endless: 0 would say that.
    private static int millis(Duration duration) {
        return Math.clamp(duration.toMillis(), 1, Integer.MAX_VALUE);
    }

    private static FTPClient client(Target target) throws TaskFailedException {
        if (!target.tls()) {
            return new FTPClient() {
                @Override
                public int sendCommand(String command, String argument) throws IOException {
                    return super.sendCommand(command, inOneLine(argument));
                }
            };
        }
        return new Secure(target);
    }

    /// FTPS. What is sent over connections for data continues the TLS session of that for commands,
    /// by which servers such as vsftpd and ProFTPD know, unless they are told otherwise, that
    /// nobody else took the connection. The JDK looks for a session by host and port.
    private static final class Secure extends FTPSClient {
        private final Target target;
        private final SSLSocketFactory sockets;

        Secure(Target target) throws TaskFailedException {
            this(target, context(target));
        }

        private Secure(Target target, SSLContext tls) {
            super(target.implicit(), tls);
            this.target = target;
            this.sockets = tls.getSocketFactory();
            setEndpointCheckingEnabled(!target.anyCertificate());
        }

        private static SSLContext context(Target target) throws TaskFailedException {
            try {
                var tls = SSLContext.getInstance("TLS");
                var believed = TrustManagerUtils.getAcceptAllTrustManager();
                tls.init(
                        null,
                        target.anyCertificate() ? new TrustManager[] {believed} : null, // the JDK's
                        null);
                return tls;
            } catch (GeneralSecurityException e) {
                throw new TaskFailedException("There is no TLS: " + e.getMessage(), e);
            }
        }

        @Override
        public int sendCommand(String command, String argument) throws IOException {
            return super.sendCommand(command, inOneLine(argument));
        }

        @Override
        protected @Nullable Socket _openDataConnection_(String command, String argument)
                throws IOException {
            var plain = super._openDataConnection_(command, argument);
            if (plain == null) {
                return null;
            }
            try {
                var secure =
                        (SSLSocket) sockets.createSocket(plain, target.host(), target.port(), true);
                if (isEndpointCheckingEnabled()) {
                    var parameters = secure.getSSLParameters();
                    parameters.setEndpointIdentificationAlgorithm("HTTPS");
                    secure.setSSLParameters(parameters);
                }
                secure.startHandshake();
                return new SecureData(secure);
            } catch (IOException | RuntimeException e) {
                plain.close();
                throw e;
            }
        }
    }

    /// What is written is followed by reading to the end: with TLS 1.3 the server sends what the
    /// next connection continues the session with.
    private static final class SecureData extends Socket {
        private static final int PATIENCE_MILLIS = 10_000;

        private final SSLSocket socket;

        SecureData(SSLSocket socket) {
            this.socket = socket;
        }

        @Override
        public InputStream getInputStream() throws IOException {
            return socket.getInputStream();
        }

        @Override
        public OutputStream getOutputStream() throws IOException {
            return new FilterOutputStream(socket.getOutputStream()) {
                @Override
                public void write(byte[] bytes, int offset, int length) throws IOException {
                    out.write(bytes, offset, length);
                }

                @Override
                public void close() throws IOException {
                    try (socket) {
                        flush();
                        readToEnd();
                    }
                }
            };
        }

        private void readToEnd() throws IOException {
            socket.shutdownOutput();
            socket.setSoTimeout(PATIENCE_MILLIS);
            try {
                socket.getInputStream().transferTo(OutputStream.nullOutputStream());
            } catch (IOException _) {
                // its answer on the connection for commands says whether it has the file
            }
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }

    /// Connected for data, it says the port for commands.
    private static final class DataSocket extends Socket {
        private final int commands;

        DataSocket(int commands) {
            this.commands = commands;
        }

        @Override
        public int getPort() {
            return isConnected() ? commands : 0;
        }
    }

    private static final class DataSockets extends SocketFactory {
        private final int commands;
        private volatile @Nullable Socket newest;

        DataSockets(int commands) {
            this.commands = commands;
        }

        @Override
        public Socket createSocket() {
            var socket = new DataSocket(commands);
            newest = socket;
            return socket;
        }

        /// There is one at a time. The library forgets it where its command isn't answered.
        void close() throws IOException {
            var socket = newest;
            if (socket != null) {
                socket.close();
            }
        }

        @Override
        public Socket createSocket(String host, int port) throws IOException {
            return createSocket(InetAddress.getByName(host), port);
        }

        @Override
        public Socket createSocket(InetAddress host, int port) throws IOException {
            var socket = createSocket();
            socket.connect(new InetSocketAddress(host, port));
            return socket;
        }

        @Override
        public Socket createSocket(String host, int port, InetAddress local, int localPort)
                throws IOException {
            return createSocket(InetAddress.getByName(host), port, local, localPort);
        }

        @Override
        public Socket createSocket(InetAddress host, int port, InetAddress local, int localPort)
                throws IOException {
            var socket = createSocket();
            socket.bind(new InetSocketAddress(local, localPort));
            socket.connect(new InetSocketAddress(host, port));
            return socket;
        }
    }

    /// Where the server connects to.
    private static final class DataServerSockets extends ServerSocketFactory {
        private final int commands;

        DataServerSockets(int commands) {
            this.commands = commands;
        }

        @Override
        public ServerSocket createServerSocket(int port) throws IOException {
            return createServerSocket(port, 0);
        }

        @Override
        public ServerSocket createServerSocket(int port, int backlog) throws IOException {
            return createServerSocket(port, backlog, null);
        }

        @Override
        public ServerSocket createServerSocket(int port, int backlog, @Nullable InetAddress address)
                throws IOException {
            return new ServerSocket(port, backlog, address) {
                @Override
                public Socket accept() throws IOException {
                    var socket = new DataSocket(commands);
                    implAccept(socket);
                    return socket;
                }
            };
        }
    }

    /// What stands in the next line is the next command.
    private static @Nullable String inOneLine(@Nullable String argument) throws IOException {
        if (argument != null && argument.chars().anyMatch(c -> c == '\r' || c == '\n')) {
            throw new IOException("Expected paths and credentials without line breaks");
        }
        return argument;
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
        var files = client.listFiles(directory);
        if (isRefused(isDirectory)) {
            throw said(directory);
        }
        for (var file : files) {
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

    /// Whether a list wasn't given, or not all of it: to the library that is an empty one.
    ///
    /// @param isThere whether the directory is; the one that a file would be in may not be
    private boolean isRefused(boolean isThere) {
        int code = client.getReplyCode();
        boolean missing =
                code == FTPReply.FILE_UNAVAILABLE || code == FTPReply.FILE_ACTION_NOT_TAKEN;
        return !FTPReply.isPositiveCompletion(code)
                && (isThere || !missing)
                && !NOTHING.matcher(client.getReplyString()).find();
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
        try {
            client.disconnect();
        } finally {
            data.close();
        }
    }
}
