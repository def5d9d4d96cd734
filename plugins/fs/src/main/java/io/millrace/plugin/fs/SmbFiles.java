// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.fs;

import com.hierynomus.msdtyp.AccessMask;
import com.hierynomus.msdtyp.FileTime;
import com.hierynomus.mserref.NtStatus;
import com.hierynomus.msfscc.FileAttributes;
import com.hierynomus.msfscc.fileinformation.FileAllInformation;
import com.hierynomus.mssmb2.SMB2CreateDisposition;
import com.hierynomus.mssmb2.SMB2ShareAccess;
import com.hierynomus.mssmb2.SMBApiException;
import com.hierynomus.protocol.commons.EnumWithValue.EnumUtils;
import com.hierynomus.protocol.commons.socket.ProxySocketFactory;
import com.hierynomus.protocol.transport.TransportException;
import com.hierynomus.smbj.SMBClient;
import com.hierynomus.smbj.SmbConfig;
import com.hierynomus.smbj.auth.AuthenticationContext;
import com.hierynomus.smbj.common.SMBRuntimeException;
import com.hierynomus.smbj.connection.Connection;
import com.hierynomus.smbj.session.Session;
import com.hierynomus.smbj.share.DiskShare;
import com.hierynomus.smbj.share.File;
import io.millrace.plugin.TaskFailedException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Files over SMB, from its second version on. A path begins with the name of a share:
/// `/share/directory/file`.
final class SmbFiles implements RemoteFiles {
    private static final Duration PATIENCE = Duration.ofSeconds(15);
    private static final Duration SILENCE = Duration.ofSeconds(60);
    private static final Set<NtStatus> MISSING =
            EnumSet.of(
                    NtStatus.STATUS_NO_SUCH_FILE,
                    NtStatus.STATUS_NOT_FOUND,
                    NtStatus.STATUS_OBJECT_NAME_NOT_FOUND,
                    NtStatus.STATUS_OBJECT_PATH_NOT_FOUND,
                    NtStatus.STATUS_BAD_NETWORK_NAME);

    private final Connection connection;
    private final Session session;
    private final Map<String, DiskShare> shares = new HashMap<>();

    private SmbFiles(Connection connection, Session session) {
        this.connection = connection;
        this.session = session;
    }

    /// Where to, and who asks.
    ///
    /// @param username `user` or `DOMAIN\name`; absent: nobody
    record Target(String host, int port, @Nullable String username, @Nullable String password) {
        private AuthenticationContext credentials() {
            if (username == null) {
                return AuthenticationContext.anonymous();
            }
            int domain = username.indexOf('\\');
            return new AuthenticationContext(
                    username.substring(domain + 1),
                    password == null ? new char[0] : password.toCharArray(),
                    domain < 0 ? null : username.substring(0, domain));
        }
    }

    /// @throws TaskFailedException if the host doesn't answer, or refuses
    static SmbFiles open(Target target) throws TaskFailedException, IOException {
        // without DFS: a server would send the client to others, which nobody has checked
        var config =
                SmbConfig.builder()
                        .withDfsEnabled(false)
                        .withSocketFactory(
                                new ProxySocketFactory(Math.toIntExact(PATIENCE.toMillis())))
                        .withTransactTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS)
                        .withReadTimeout(SILENCE.toSeconds(), TimeUnit.SECONDS)
                        .withWriteTimeout(SILENCE.toSeconds(), TimeUnit.SECONDS)
                        .build();
        Connection connection;
        try {
            connection = new SMBClient(config).connect(target.host(), target.port());
        } catch (IOException | SMBRuntimeException e) {
            throw new TaskFailedException(
                    "Unable to connect to %s:%d: %s"
                            .formatted(target.host(), target.port(), reason(e)),
                    e);
        }
        try {
            return new SmbFiles(connection, connection.authenticate(target.credentials()));
        } catch (SMBApiException e) {
            connection.close(true);
            throw new TaskFailedException(
                    "The host %s:%d refuses the user '%s' or the credentials: %s"
                            .formatted(
                                    target.host(),
                                    target.port(),
                                    target.username() == null ? "" : target.username(),
                                    e.getStatus()),
                    e);
        } catch (SMBRuntimeException e) {
            connection.close(true);
            throw new TaskFailedException(
                    "Unable to sign in at %s:%d: %s"
                            .formatted(target.host(), target.port(), reason(e)),
                    e);
        }
    }

    /// What lies below the library's own words.
    private static String reason(Throwable e) throws IOException {
        var cause = e;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        if (cause instanceof InterruptedException) {
            Thread.currentThread().interrupt();
            throw new IOException("Interrupted", e);
        }
        return cause.getMessage() == null
                ? cause.getClass().getSimpleName()
                : String.valueOf(cause.getMessage());
    }

    // ---- paths

    /// @param name of the file on its share, as the protocol has it; empty: the share itself
    private record Place(String share, String name, String path) {
        private static Place of(String path) throws IOException {
            var parts = new ArrayList<String>();
            for (var part : path.replace('\\', '/').split("/")) {
                if (part.equals("..")) {
                    throw new IOException(
                            "Expected a path without .. but got '%s'".formatted(path));
                }
                if (!part.isEmpty() && !part.equals(".")) {
                    parts.add(part);
                }
            }
            if (parts.isEmpty()) {
                throw new IOException(
                        "Expected a path that begins with a share, such as /share/file, but got '%s'"
                                .formatted(path));
            }
            return new Place(
                    parts.getFirst(), String.join("\\", parts.subList(1, parts.size())), path);
        }
    }

    private interface Work<T> {
        T on(DiskShare share, String name) throws IOException;
    }

    private <T> T at(String path, Work<T> work) throws IOException {
        var place = Place.of(path);
        try {
            return work.on(share(place.share()), place.name());
        } catch (SMBApiException e) {
            throw said(e, path);
        } catch (SMBRuntimeException | TransportException e) {
            throw new IOException("'%s': %s".formatted(path, reason(e)), e);
        }
    }

    private static IOException said(SMBApiException e, String path) {
        var status = e.getStatus();
        if (MISSING.contains(status)) {
            var missing = new FileNotFoundException("There is no '%s'".formatted(path));
            missing.initCause(e);
            return missing;
        }
        return new IOException(
                switch (status) {
                    case STATUS_ACCESS_DENIED -> "The host doesn't permit it: '%s'".formatted(path);
                    case STATUS_OBJECT_NAME_COLLISION -> "There is a '%s' already".formatted(path);
                    case STATUS_DIRECTORY_NOT_EMPTY ->
                            "The directory isn't empty: '%s'".formatted(path);
                    case STATUS_SHARING_VIOLATION ->
                            "Somebody else has the file open: '%s'".formatted(path);
                    default -> "'%s': %s".formatted(path, status);
                },
                e);
    }

    private DiskShare share(String name) throws IOException {
        var known = shares.get(name);
        if (known != null) {
            return known;
        }
        if (session.connectShare(name) instanceof DiskShare share) {
            shares.put(name, share);
            return share;
        }
        throw new IOException("Expected a share with files but got '%s'".formatted(name));
    }

    // ---- files

    @Override
    public List<Entry> list(String path) throws IOException {
        return at(
                path,
                (share, name) -> {
                    var itself = share.getFileInformation(name);
                    if (!itself.getStandardInformation().isDirectory()) {
                        return List.of(entry(path, itself));
                    }
                    var entries = new ArrayList<Entry>();
                    for (var found : share.list(name)) {
                        var file = found.getFileName();
                        if (!file.equals(".") && !file.equals("..")) {
                            entries.add(
                                    new Entry(
                                            RemoteFiles.join(path, file),
                                            file,
                                            EnumUtils.isSet(
                                                    found.getFileAttributes(),
                                                    FileAttributes.FILE_ATTRIBUTE_DIRECTORY),
                                            found.getEndOfFile(),
                                            instant(found.getLastWriteTime())));
                        }
                    }
                    return entries;
                });
    }

    private static Entry entry(String path, FileAllInformation file) {
        return new Entry(
                path,
                RemoteFiles.nameOf(path),
                file.getStandardInformation().isDirectory(),
                file.getStandardInformation().getEndOfFile(),
                instant(file.getBasicInformation().getLastWriteTime()));
    }

    private static Instant instant(FileTime time) {
        return Instant.ofEpochMilli(time.toEpochMillis());
    }

    @Override
    public void download(String path, OutputStream to) throws IOException {
        at(
                path,
                (share, name) -> {
                    try (var file = reading(share, name);
                            var content = file.getInputStream()) {
                        return content.transferTo(to);
                    }
                });
    }

    private static File reading(DiskShare share, String name) {
        return share.openFile(
                name,
                EnumSet.of(AccessMask.GENERIC_READ),
                null,
                SMB2ShareAccess.ALL,
                SMB2CreateDisposition.FILE_OPEN,
                null);
    }

    @Override
    public void upload(InputStream content, String path) throws IOException {
        at(
                path,
                (share, name) -> {
                    makeDirectories(share, name);
                    try (var file =
                                    share.openFile(
                                            name,
                                            EnumSet.of(AccessMask.GENERIC_WRITE),
                                            null,
                                            SMB2ShareAccess.ALL,
                                            SMB2CreateDisposition.FILE_OVERWRITE_IF,
                                            null);
                            var to = file.getOutputStream()) {
                        return content.transferTo(to);
                    }
                });
    }

    /// Those that lead to a file.
    private static void makeDirectories(DiskShare share, String name) {
        int end = name.lastIndexOf('\\');
        if (end < 0 || share.folderExists(name.substring(0, end))) {
            return;
        }
        makeDirectories(share, name.substring(0, end));
        share.mkdir(name.substring(0, end));
    }

    @Override
    public boolean delete(String path) throws IOException {
        try {
            return at(
                    path,
                    (share, name) -> {
                        if (share.getFileInformation(name).getStandardInformation().isDirectory()) {
                            share.rmdir(name, false);
                        } else {
                            share.rm(name);
                        }
                        return true;
                    });
        } catch (FileNotFoundException _) {
            return false;
        }
    }

    @Override
    public boolean exists(String path) throws IOException {
        try {
            at(path, (share, name) -> share.getFileInformation(name));
            return true;
        } catch (FileNotFoundException _) {
            return false;
        }
    }

    @Override
    public void move(String from, String to) throws IOException {
        var target = Place.of(to);
        if (!target.share().equalsIgnoreCase(Place.of(from).share())) {
            moveToAnotherShare(from, to);
            return;
        }
        at(
                to,
                (share, name) -> {
                    makeDirectories(share, name);
                    return true;
                });
        rename(from, target, false);
    }

    @Override
    public void replace(String from, String to) throws IOException {
        rename(from, Place.of(to), true);
    }

    private void rename(String from, Place target, boolean replace) throws IOException {
        at(
                from,
                (share, name) -> {
                    try (var file =
                            share.open(
                                    name,
                                    EnumSet.of(AccessMask.DELETE, AccessMask.FILE_READ_ATTRIBUTES),
                                    null,
                                    SMB2ShareAccess.ALL,
                                    SMB2CreateDisposition.FILE_OPEN,
                                    null)) {
                        file.rename(target.name(), replace);
                        return true;
                    }
                });
    }

    /// Servers don't move from share to share: the file is copied, then deleted.
    private void moveToAnotherShare(String from, String to) throws IOException {
        if (exists(to)) {
            throw new IOException("There is a '%s' already".formatted(to));
        }
        var part = RemoteFiles.partOf(to, UUID.randomUUID().toString());
        at(
                from,
                (share, name) -> {
                    try (var file = reading(share, name);
                            var content = file.getInputStream()) {
                        upload(content, part);
                        return true;
                    }
                });
        replace(part, to);
        delete(from);
    }

    @Override
    public void close() throws IOException {
        // what the server holds for the session, it lets go of with the connection
        connection.close(true);
    }
}
