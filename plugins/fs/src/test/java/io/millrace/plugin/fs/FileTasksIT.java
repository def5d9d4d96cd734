// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.fs;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.millrace.plugin.NothingNewException;
import io.millrace.plugin.PluginSettings;
import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.TaskPlugin;
import io.millrace.test.FakeContext;
import io.millrace.test.RunningTask;
import io.millrace.test.SilentServer;
import io.millrace.test.StallingProxy;
import io.millrace.test.StallingProxy.Way;
import io.millrace.test.Tasks;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.ftpserver.FtpServer;
import org.apache.ftpserver.FtpServerFactory;
import org.apache.ftpserver.ftplet.DefaultFtpReply;
import org.apache.ftpserver.ftplet.DefaultFtplet;
import org.apache.ftpserver.ftplet.FtpException;
import org.apache.ftpserver.ftplet.FtpRequest;
import org.apache.ftpserver.ftplet.FtpSession;
import org.apache.ftpserver.ftplet.FtpletResult;
import org.apache.ftpserver.impl.DefaultFtpServer;
import org.apache.ftpserver.listener.ListenerFactory;
import org.apache.ftpserver.ssl.SslConfigurationFactory;
import org.apache.ftpserver.usermanager.impl.BaseUser;
import org.apache.ftpserver.usermanager.impl.TransferRatePermission;
import org.apache.ftpserver.usermanager.impl.WritePermission;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/// The same files over SFTP (OpenSSH's server), FTP and FTPS (Apache's server), and SMB (Samba).
class FileTasksIT {
    @TempDir static Path keys = Path.of(".");
    @TempDir static Path ftpRoot = Path.of(".");
    @TempDir static Path sambaRoot = Path.of(".");
    @TempDir Path directory = Path.of(".");
    private static @Nullable OpenSsh ssh;
    private static @Nullable FtpServer ftp;
    private static @Nullable Samba samba;
    private static int ftpPort;
    private static volatile boolean refusesLists;

    /// Sessions that have begun a download, until they end.
    private static final Set<UUID> downloads = ConcurrentHashMap.newKeySet();

    private FakeContext context = new FakeContext(Path.of("."));

    @BeforeAll
    static void start() throws Exception {
        ssh = OpenSsh.isInstalled() ? OpenSsh.start(keys) : null;
        ftp = ftpServer();
        ftp.start();
        ftpPort = ((DefaultFtpServer) ftp).getListener("default").getPort();
        samba = Samba.isInstalled() ? Samba.start(sambaRoot) : null;
    }

    private static FtpServer ftpServer() throws Exception {
        var store = keys.resolve("store.p12");
        var made =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "keytool")
                                        .toString(),
                                "-genkeypair",
                                "-alias",
                                "ftp",
                                "-keyalg",
                                "EC",
                                "-dname",
                                "CN=localhost",
                                "-keystore",
                                store.toString(),
                                "-storetype",
                                "PKCS12",
                                "-storepass",
                                "changeit",
                                "-validity",
                                "2")
                        .start();
        assertThat(made.waitFor()).isZero();
        var ssl = new SslConfigurationFactory();
        ssl.setKeystoreFile(store.toFile());
        ssl.setKeystoreType("PKCS12");
        ssl.setKeystorePassword("changeit");
        var listener = new ListenerFactory();
        listener.setServerAddress("127.0.0.1");
        listener.setPort(0);
        listener.setSslConfiguration(ssl.createSslConfiguration());
        var factory = new FtpServerFactory();
        factory.addListener("default", listener.createListener());
        var user = new BaseUser();
        user.setName("ada");
        user.setPassword("lovelace");
        user.setHomeDirectory(ftpRoot.toString());
        user.setAuthorities(List.of(new WritePermission()));
        factory.getUserManager().save(user);
        var slow = new BaseUser();
        slow.setName("slow");
        slow.setPassword("lovelace");
        slow.setHomeDirectory(ftpRoot.toString());
        slow.setAuthorities(List.of(new TransferRatePermission(50_000, 50_000)));
        factory.getUserManager().save(slow);
        var lists =
                new DefaultFtplet() {
                    @Override
                    public FtpletResult onDownloadStart(FtpSession session, FtpRequest request) {
                        downloads.add(session.getSessionId());
                        return FtpletResult.DEFAULT;
                    }

                    @Override
                    public FtpletResult onDisconnect(FtpSession session) {
                        downloads.remove(session.getSessionId());
                        return FtpletResult.DEFAULT;
                    }

                    @Override
                    public FtpletResult beforeCommand(FtpSession session, FtpRequest request)
                            throws FtpException, IOException {
                        if (refusesLists
                                && List.of("LIST", "MLSD").contains(request.getCommand())) {
                            session.write(new DefaultFtpReply(550, "You may not see this."));
                            return FtpletResult.SKIP;
                        }
                        return super.beforeCommand(session, request);
                    }
                };
        factory.setFtplets(new HashMap<>(Map.of("lists", lists)));
        return factory.createServer();
    }

    @AfterAll
    static void stop() {
        if (ftp != null) {
            ftp.stop();
        }
        if (ssh != null) {
            ssh.close();
        }
        if (samba != null) {
            samba.close();
        }
    }

    @BeforeEach
    void begin() {
        context = new FakeContext(directory);
    }

    /// The place on the host, and here.
    private record Place(String remote, Path local) {}

    private Place place(Protocol protocol, String name) throws Exception {
        require(protocol);
        var root =
                switch (protocol) {
                    case SFTP -> directory;
                    case FTP, FTPS -> ftpRoot;
                    case SMB -> samba().share("files");
                };
        var local = Files.createDirectories(root.resolve(protocol + name));
        return new Place(
                switch (protocol) {
                    case SFTP -> local.toString();
                    case FTP, FTPS -> "/" + protocol + name;
                    case SMB -> "/files/" + protocol + name;
                },
                local);
    }

    private static OpenSsh ssh() {
        assumeTrue(ssh != null, "OpenSSH's server is installed (openssh-server)");
        return requireNonNull(ssh);
    }

    private static Samba samba() {
        assumeTrue(samba != null, "Samba's server is installed (samba)");
        return requireNonNull(samba);
    }

    /// Where the server of a protocol isn't installed, a test says so before it begins.
    private static void require(Protocol protocol) {
        switch (protocol) {
            case SFTP -> ssh();
            case SMB -> samba();
            case FTP, FTPS -> {
                // the test has it
            }
        }
    }

    private Map<String, @Nullable Object> run(Protocol protocol, String task, Object... more)
            throws Exception {
        var properties = new HashMap<String, @Nullable Object>();
        properties.put("host", "127.0.0.1");
        switch (protocol) {
            case SFTP -> {
                var server = ssh();
                properties.put("port", server.port());
                properties.put("username", server.user());
                properties.put("keyfile", server.key("user"));
                properties.put("rootDir", false);
                properties.put("keyExchangeAlgorithm", "curve25519-sha256");
            }
            case FTP, FTPS -> {
                properties.put("port", ftpPort);
                properties.put("username", "ada");
                properties.put("password", "lovelace");
                properties.put("insecureTrustAllCertificates", true);
                properties.put("options", Map.of("controlKeepAliveTimeout", "PT30S"));
            }
            case SMB -> {
                properties.put("port", samba().port());
                properties.put("username", samba().user());
                properties.put("password", Samba.PASSWORD);
            }
        }
        for (int i = 0; i < more.length; i += 2) {
            properties.put(String.valueOf(more[i]), more[i + 1]);
        }
        return Tasks.run(task(protocol, task), context, properties);
    }

    private static TaskPlugin<?, ?> task(Protocol protocol, String name) throws Exception {
        var family =
                protocol.name().charAt(0) + protocol.name().substring(1).toLowerCase(Locale.ROOT);
        return Class.forName("io.millrace.plugin.fs.%s$%s".formatted(family, name))
                .asSubclass(TaskPlugin.class)
                .getConstructor()
                .newInstance();
    }

    @ParameterizedTest
    @EnumSource(Protocol.class)
    void aFileGoesThereIsMovedComesBackAndIsDeleted(Protocol protocol) throws Exception {
        var place = place(protocol, "-one");
        context.store("kestra:///in.txt", "content ä");

        run(protocol, "Upload", "from", "kestra:///in.txt", "to", place.remote() + "/new/in.txt");
        assertThat(place.local().resolve("new/in.txt")).hasContent("content ä");
        assertThatThrownBy(() ->
                        run(
                                protocol,
                                "Upload",
                                "from",
                                "kestra:///in.txt",
                                "to",
                                place.remote() + "/new/",
                                "overwrite",
                                false))
                .isInstanceOf(TaskFailedException.class)
                .hasMessageContaining("already");

        run(
                protocol,
                "Move",
                "from",
                place.remote() + "/new/in.txt",
                "to",
                place.remote() + "/done/");
        assertThat(place.local().resolve("new/in.txt")).doesNotExist();

        var down = run(protocol, "Download", "from", place.remote() + "/done/in.txt");
        assertThat(context.text(URI.create(String.valueOf(down.get("to"))))).isEqualTo("content ä");

        assertThat(run(protocol, "Delete", "uri", place.remote() + "/done/in.txt"))
                .containsEntry("deleted", true);
        assertThat(run(protocol, "Delete", "uri", place.remote() + "/done/in.txt"))
                .containsEntry("deleted", false);
        assertThatThrownBy(() ->
                        run(
                                protocol,
                                "Delete",
                                "uri",
                                place.remote() + "/no",
                                "errorOnMissing",
                                true))
                .isInstanceOf(TaskFailedException.class);
        assertThatThrownBy(() -> run(protocol, "Download", "from", place.remote() + "/done/in.txt"))
                .isInstanceOf(TaskFailedException.class)
                .hasMessageContaining("in.txt");
    }

    @ParameterizedTest
    @EnumSource(Protocol.class)
    void theFirstInAnOrderAreTakenAndOnlyWhatFitsIsSent(Protocol protocol) throws Exception {
        var place = place(protocol, "-sorted");
        for (var name : List.of("b.sql", "c.txt", "a.sql")) {
            context.store("kestra:///" + name, name);
        }
        run(
                protocol,
                "Uploads",
                "from",
                List.of("kestra:///b.sql", "kestra:///c.txt", "kestra:///a.sql"),
                "to",
                place.remote(),
                "regExp",
                ".*\\.sql");
        assertThat(place.local().resolve("c.txt")).doesNotExist();
        Files.writeString(place.local().resolve("0.sql"), "first");

        for (var order : Map.of("NAME_ASC", "0.sql", "NAME_DESC", "b.sql").entrySet()) {
            var listed =
                    run(
                            protocol,
                            "List",
                            "from",
                            place.remote(),
                            "sort",
                            order.getKey(),
                            "maxFiles",
                            1);
            assertThat((List<?>) listed.get("files"))
                    .singleElement()
                    .asString()
                    .contains("name=" + order.getValue());
        }
    }

    @ParameterizedTest
    @EnumSource(Protocol.class)
    void filesAreSentUnderTheirNamesAndThoseThatFitAreDeleted(Protocol protocol) throws Exception {
        var place = place(protocol, "-named");
        var uris = new LinkedHashMap<String, String>();
        for (var name : List.of("a.sql", "b.sql", "c.txt")) {
            uris.put("deep/" + name, String.valueOf(context.store("kestra:///" + name, name)));
        }
        Object[] all = {"from", uris, "to", place.remote(), "regExp", ".*/[a-z]\\.(sql|txt)"};
        assertThat((List<?>) run(protocol, "Uploads", all).get("files")).hasSize(3);
        assertThat(place.local().resolve("deep/b.sql")).hasContent("b.sql");
        Object[] two = {
            "from",
            "[\"kestra:///c.txt\", \"kestra:///b.sql\"]",
            "to",
            place.remote(),
            "maxFiles",
            1,
            "overwrite",
            false
        };
        assertThat((List<?>) run(protocol, "Uploads", two).get("files")).hasSize(1);
        assertThatThrownBy(() -> run(protocol, "Uploads", two)).hasMessageContaining("already");

        var other = "d404559f602eab6fd602ac7680dacbfaadd13630335e951f097af3900e9de176";
        Object[] checked = {
            "from", place.remote() + "/c.txt", "validateChecksum", true, "checksumExpected", other
        };
        assertThatThrownBy(() -> run(protocol, "Download", checked))
                .isInstanceOf(TaskFailedException.class)
                .hasMessageContaining("but it is");
        checked[5] =
                String.valueOf(
                        run(protocol, "Download", "from", place.remote() + "/c.txt")
                                .get("checksum"));
        assertThat(run(protocol, "Download", checked)).containsEntry("checksum", checked[5]);

        Object[] sql = {"uri", place.remote(), "regExp", ".*\\.sql", "recursive", true};
        assertThat((List<?>) run(protocol, "Delete", sql).get("uris"))
                .map(String::valueOf)
                .containsExactlyInAnyOrder(
                        place.remote() + "/deep/a.sql", place.remote() + "/deep/b.sql");
        assertThat(run(protocol, "Delete", sql)).containsEntry("deleted", false);
        assertThat(run(protocol, "Delete", "uri", place.remote(), "recursive", true))
                .containsEntry("deleted", true);
        assertThat(place.local()).doesNotExist();
    }

    @Test
    void pathsBeginAtTheUsersDirectory() throws Exception {
        context.store("kestra:///in.txt", "content");

        var sent =
                run(
                        Protocol.SFTP,
                        "Upload",
                        "from",
                        "kestra:///in.txt",
                        "to",
                        "/in/of/",
                        "rootDir",
                        true);
        assertThat(sent).containsEntry("to", "/in/of/in.txt");
        assertThat(ssh().home().resolve("in/of/in.txt")).hasContent("content");
        Files.createSymbolicLink(ssh().home().resolve("in/link"), directory);

        Object[] all = {"from", "/in", "recursive", true, "regExp", "/in/of/.*", "rootDir", true};
        assertThat((List<?>) run(Protocol.SFTP, "List", all).get("files"))
                .singleElement()
                .asString()
                .contains("serverPath=/in/of/in.txt");
        run(Protocol.SFTP, "Delete", "uri", "/in", "recursive", true, "rootDir", true);
        assertThat(ssh().home().resolve("in")).doesNotExist();
        assertThat(directory).exists();
    }

    @ParameterizedTest
    @EnumSource(Protocol.class)
    void filesThatFitAreListedAndFetchedOnce(Protocol protocol) throws Exception {
        var place = place(protocol, "-many");
        Files.createDirectories(place.local().resolve("deep"));
        Files.writeString(place.local().resolve("a.csv"), "a");
        Files.writeString(place.local().resolve("b.txt"), "b");
        Files.writeString(place.local().resolve("deep/c.csv"), "c");
        Object[] csv = {"from", place.remote(), "regExp", ".*\\.csv", "recursive", true};

        var listed = (List<?>) run(protocol, "List", csv).get("files");
        assertThat(listed).hasSize(2).extracting(f -> ((Map<?, ?>) f).get("name")).isNotNull();

        var all = new ArrayList<>(List.of(csv));
        all.addAll(List.of("action", "MOVE", "moveDirectory", place.remote() + "/done"));
        var found = (List<?>) run(protocol, "Trigger", all.toArray()).get("files");
        assertThat(found).hasSize(2);
        assertThat(context.stored().values()).containsExactlyInAnyOrder("a", "c");
        assertThat(place.local().resolve("done/c.csv")).exists();
        assertThat(place.local().resolve("b.txt")).exists();
        // a look that is repeated because its worker died
        assertThat((List<?>) run(protocol, "Trigger", all.toArray()).get("files")).isEqualTo(found);

        context.executionId = "another look";
        Files.writeString(place.local().resolve("deep/d.csv"), "d");
        Files.writeString(place.local().resolve("d.csv"), "other");
        assertThatThrownBy(() -> run(protocol, "Trigger", all.toArray()))
                .isInstanceOf(TaskFailedException.class)
                .hasMessageContaining("can't both be moved");
        assertThat(place.local().resolve("deep/d.csv")).exists();
        Files.delete(place.local().resolve("deep/d.csv"));
        all.set(1, place.remote() + "/deep");
        assertThatThrownBy(() -> run(protocol, "Trigger", all.toArray()))
                .isInstanceOf(NothingNewException.class);

        Object[] staying = {"from", place.remote() + "/done", "regExp", ".*/a\\.csv"};
        assertThat((List<?>) run(protocol, "Trigger", staying).get("files")).hasSize(1);
        context.executionId = "next";
        assertThatThrownBy(() -> run(protocol, "Trigger", staying))
                .isInstanceOf(NothingNewException.class);
        Files.writeString(place.local().resolve("done/a.csv"), "longer");
        assertThat(String.valueOf(run(protocol, "Trigger", staying).get("files")))
                .contains("name=a.csv", "changeType=UPDATE");
    }

    @ParameterizedTest
    @EnumSource(Protocol.class)
    void filesThatATaskHasTakenAreToldThoughItsWorkerDies(Protocol protocol) throws Exception {
        var place = place(protocol, "-died");
        Files.writeString(place.local().resolve("a.csv"), "a");
        Object[] delete = {"from", place.remote(), "action", "DELETE"};

        var taken = run(protocol, "Downloads", delete);
        assertThat(place.local()).isEmptyDirectory();
        Files.writeString(place.local().resolve("b.csv"), "b");

        assertThat(run(protocol, "Downloads", delete)).isEqualTo(taken);
        assertThat(place.local().resolve("b.csv")).exists();
    }

    @ParameterizedTest
    @EnumSource(Protocol.class)
    void whatDoesntConnectSaysWhy(Protocol protocol) throws Exception {
        require(protocol);
        var wrong =
                protocol == Protocol.SFTP
                        ? new Object[] {"keyfile", ssh().key("stranger")}
                        : new Object[] {"password", "wr0ng"};
        var here = new ArrayList<Object>(List.of("from", "/"));
        here.addAll(List.of(wrong));
        if (protocol == Protocol.SMB) {
            here.set(1, "/files");
        }

        assertThatThrownBy(() -> run(protocol, "List", here.toArray()))
                .isInstanceOf(TaskFailedException.class)
                .hasMessageMatching(
                        "The host 127.0.0.1:\\d+ refuses the user '\\w+' or the credentials: .*")
                .hasMessageNotContaining("wr0ng");
        assertThatThrownBy(
                        () -> run(protocol, "List", "from", "/", "port", SilentServer.closedPort()))
                .isInstanceOf(TaskFailedException.class)
                .hasMessageContaining("Unable to connect");
    }

    @ParameterizedTest
    @EnumSource(Protocol.class)
    void aHostThatHangsIsLeftWhenTheTaskIsCancelled(Protocol protocol) throws Exception {
        require(protocol);
        SilentServer.isLeft(context, port -> run(protocol, "List", "from", "/", "port", port));
    }

    @ParameterizedTest
    @EnumSource(
            value = Protocol.class,
            names = {"FTP", "FTPS"})
    void aKillEndsADownloadAndItsConnections(Protocol protocol) throws Exception {
        var place = place(protocol, "-slow");
        Files.write(place.local().resolve("large"), new byte[10 << 20]);
        downloads.clear();
        var task =
                RunningTask.start(
                        context,
                        () ->
                                run(
                                        protocol,
                                        "Download",
                                        "from",
                                        place.remote() + "/large",
                                        "username",
                                        "slow"));
        await().until(() -> !downloads.isEmpty() || !task.isRunning());

        assertThat(task.cancel()).isInstanceOf(InterruptedException.class);

        await("the end of the session").until(downloads::isEmpty);
        assertThat(context.stored()).isEmpty();
    }

    /// Where each server is met without anything in between.
    private static int port(Protocol protocol) {
        return switch (protocol) {
            case SFTP -> ssh().port();
            case FTP, FTPS -> ftpPort;
            case SMB -> samba().port();
        };
    }

    /// Processes that a server has for those who are connected.
    private static long served(Protocol protocol) {
        return protocol == Protocol.SFTP ? ssh().served() : samba().served();
    }

    private static byte[] large() {
        var content = new byte[24 << 20];
        new Random(7).nextBytes(content);
        return content;
    }

    @ParameterizedTest
    @EnumSource(
            value = Protocol.class,
            names = {"SFTP", "SMB"})
    void aKillInTheMiddleOfADownloadLeavesNothing(Protocol protocol) throws Exception {
        var place = place(protocol, "-killed-down");
        Files.write(place.local().resolve("large"), large());
        var from = place.remote() + "/large";
        context = new FakeContext(Files.createDirectory(directory.resolve("work")));
        run(protocol, "List", "from", from);
        long served = served(protocol);

        StallingProxy.isLeft(
                context,
                port(protocol),
                Way.TO_CLIENT,
                5_000_000,
                port -> run(protocol, "Download", "from", from, "port", port));

        await("the end of the session").until(() -> served(protocol) <= served);
        assertThat(context.stored()).isEmpty();
        assertThat(directory.resolve("work")).isEmptyDirectory();
        context = new FakeContext(directory.resolve("work"));
        var down = run(protocol, "Download", "from", from);
        assertThat(context.bytes(URI.create(String.valueOf(down.get("to"))))).isEqualTo(large());
    }

    @ParameterizedTest
    @CsvSource({"SFTP, true", "SFTP, false", "SMB, true", "SMB, false"})
    void aKillInTheMiddleOfAnUploadLeavesWhatWasThere(Protocol protocol, boolean replaces)
            throws Exception {
        var place = place(protocol, "-killed-up-" + replaces);
        var target = place.local().resolve("large");
        if (replaces) {
            Files.writeString(target, "before");
            Files.setPosixFilePermissions(target, PosixFilePermissions.fromString("rw-r-----"));
        }
        context.store("kestra:///large", large());
        Object[] upload = {
            "from", "kestra:///large", "to", place.remote() + "/large", "overwrite", true, "port", 0
        };
        run(protocol, "List", "from", place.remote());
        long served = served(protocol);

        StallingProxy.isLeft(
                context,
                port(protocol),
                Way.TO_SERVER,
                5_000_000,
                port -> {
                    upload[7] = port;
                    run(protocol, "Upload", upload);
                },
                () ->
                        await("nothing but what was there")
                                .until(() ->
                                        list(place.local())
                                                .equals(replaces ? List.of("large") : List.of())));

        await("the end of the session").until(() -> served(protocol) <= served);
        if (replaces) {
            assertThat(target).hasContent("before");
        }
        context = new FakeContext(directory);
        context.store("kestra:///large", large());
        upload[7] = port(protocol);
        run(protocol, "Upload", upload);
        assertThat(list(place.local())).containsExactly("large");
        assertThat(target).hasBinaryContent(large());
        if (replaces && protocol == Protocol.SFTP) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(target)))
                    .isEqualTo("rw-r-----");
        }
    }

    private static List<String> list(Path directory) throws IOException {
        try (var files = Files.list(directory)) {
            return files.map(f -> f.getFileName().toString()).toList();
        }
    }

    @ParameterizedTest
    @EnumSource(Protocol.class)
    void whatIsStillBeingSentIsNotTaken(Protocol protocol) throws Exception {
        var place = place(protocol, "-parts");
        Files.writeString(place.local().resolve("millrace-x-1.part"), "ha");
        Files.writeString(place.local().resolve("whole"), "whole");

        run(protocol, "Downloads", "from", place.remote(), "action", "DELETE");

        assertThat(list(place.local())).containsExactly("millrace-x-1.part");
    }

    @Test
    void filesOfAShareAreMovedToAnotherAndWhatIsLockedStays() throws Exception {
        var place = place(Protocol.SMB, "-shares");
        Files.writeString(place.local().resolve("a.csv"), "a");
        Files.writeString(samba().share("locked").resolve("l.csv"), "l");

        run(
                Protocol.SMB,
                "Downloads",
                "from",
                "files/SMB-shares/",
                "action",
                "MOVE",
                "moveDirectory",
                "/archive/2026/");
        assertThat(samba().share("archive").resolve("2026/a.csv")).hasContent("a");
        assertThat(place.local().resolve("a.csv")).doesNotExist();

        assertThatThrownBy(() -> run(Protocol.SMB, "Delete", "uri", "/locked/l.csv"))
                .isInstanceOf(TaskFailedException.class)
                .hasMessageContaining("doesn't permit it: '/locked/l.csv'");
        assertThatThrownBy(() -> run(Protocol.SMB, "List", "from", "/nowhere/a"))
                .isInstanceOf(TaskFailedException.class)
                .hasMessageContaining("There is no '/nowhere/a'");
        assertThatThrownBy(() -> run(Protocol.SMB, "List", "from", "/"))
                .isInstanceOf(TaskFailedException.class)
                .hasMessageContaining("begins with a share");
    }

    @Test
    void aLargeFileGoesToAShareAndComesBack() throws Exception {
        var place = place(Protocol.SMB, "-large");
        var content = new byte[20 << 20];
        new Random(7).nextBytes(content);
        context.store("kestra:///large.bin", content);

        run(Protocol.SMB, "Upload", "from", "kestra:///large.bin", "to", place.remote() + "/l.bin");
        var down = run(Protocol.SMB, "Download", "from", place.remote() + "/l.bin");

        assertThat(Files.readAllBytes(place.local().resolve("l.bin"))).isEqualTo(content);
        assertThat(context.bytes(URI.create(String.valueOf(down.get("to"))))).isEqualTo(content);
    }

    @ParameterizedTest
    @EnumSource(Protocol.class)
    void whatTheOperatorForbidsIsNotConnectedTo(Protocol protocol) throws Exception {
        var list = task(protocol, "List");
        list.start(new PluginSettings(Map.of("egress.deny", "127.0.0.0/8")));

        assertThatThrownBy(() ->
                        Tasks.run(
                                list,
                                context,
                                Map.of("host", "127.0.0.1", "port", 1, "from", "/files")))
                .isInstanceOf(TaskFailedException.class)
                .hasMessageContaining("127.0.0.1");
    }

    @ParameterizedTest
    @EnumSource(
            value = Protocol.class,
            names = {"FTP", "FTPS"})
    void aPathIsNoSecondCommand(Protocol protocol) throws Exception {
        var place = place(protocol, "-lines");
        Files.writeString(place.local().resolve("keep.txt"), "kept");
        context.store("kestra:///in.txt", "content");
        var evil = place.remote() + "/a\r\nDELE " + place.remote() + "/keep.txt";

        for (var task :
                Map.<String, Object[]>of(
                                "Download",
                                new Object[] {"from", evil},
                                "Delete",
                                new Object[] {"uri", evil},
                                "Upload",
                                new Object[] {"from", "kestra:///in.txt", "to", evil},
                                "List",
                                new Object[] {"from", evil},
                                "Move",
                                new Object[] {"from", place.remote() + "/keep.txt", "to", evil})
                        .entrySet()) {
            assertThatThrownBy(() -> run(protocol, task.getKey(), task.getValue()))
                    .isInstanceOf(TaskFailedException.class)
                    .hasMessageContaining("without line breaks");
        }

        assertThat(place.local().resolve("keep.txt")).exists();
    }

    @ParameterizedTest
    @EnumSource(
            value = Protocol.class,
            names = {"FTP", "FTPS"})
    void aDirectoryThatIsNotListedIsNotAnEmptyOne(Protocol protocol) throws Exception {
        var place = place(protocol, "-hidden");
        Files.writeString(place.local().resolve("a.csv"), "a");

        refusesLists = true;
        try {
            assertThatThrownBy(() -> run(protocol, "Downloads", "from", place.remote()))
                    .isInstanceOf(TaskFailedException.class)
                    .hasMessageContaining("550");
        } finally {
            refusesLists = false;
        }
    }

    @Test
    void aCertificateThatNobodyVouchesForIsRefused() {
        assertThatThrownBy(() ->
                        run(
                                Protocol.FTPS,
                                "List",
                                "from",
                                "/",
                                "insecureTrustAllCertificates",
                                false))
                .isInstanceOf(TaskFailedException.class)
                .hasMessageContaining("Unable to connect");
    }
}
