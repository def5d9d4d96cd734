// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.git;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.millrace.plugin.NamespaceTrees.Change;
import io.millrace.plugin.NamespaceTrees.Fault;
import io.millrace.plugin.NamespaceTrees.FlowSource;
import io.millrace.plugin.NamespaceTrees.Kind;
import io.millrace.plugin.NamespaceTrees.Report;
import io.millrace.plugin.TaskFailedException;
import io.millrace.test.FakeContext;
import io.millrace.test.FakeTrees;
import io.millrace.test.SilentServer;
import io.millrace.test.StallingProxy;
import io.millrace.test.StallingProxy.Way;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The tasks against the machine's own Git, over HTTP and SSH.
class GitTasksTest {
    private static final String FLOW = "id: a\nnamespace: company.team\ntasks: []\n";

    @TempDir private Path directory;
    private @Nullable GitServer started;
    private @Nullable FakeContext made;

    @BeforeEach
    void start() throws IOException {
        started = new GitServer(Files.createDirectory(directory.resolve("server")));
        made = new FakeContext(Files.createDirectory(directory.resolve("task")));
        server().write("_flows/a.yaml", FLOW);
        server().write("_files/src/main.py", "print(1)\n");
        server().commit("first");
    }

    @AfterEach
    void stop() throws IOException {
        server().close();
    }

    private GitServer server() {
        if (started == null) {
            throw new IllegalStateException("Expected a server");
        }
        return started;
    }

    private FakeContext context() {
        if (made == null) {
            throw new IllegalStateException("Expected a context");
        }
        return made;
    }

    private FakeTrees trees() {
        return context().stores.trees;
    }

    private Sync.Properties sync(@Nullable String commit, boolean managed) {
        return sync(server().url(), null, commit, managed);
    }

    private static Sync.Properties sync(
            String url, @Nullable String authority, @Nullable String commit, boolean managed) {
        return new Sync.Properties(
                new Remote(
                        url,
                        "main",
                        GitServer.USER,
                        GitServer.PASSWORD,
                        null,
                        null,
                        null,
                        authority),
                commit,
                "",
                null,
                true,
                false,
                managed);
    }

    @Test
    void aTreeIsFetchedOverHttpWithAPassword() throws Exception {
        var outputs = new Sync().run(sync(null, true), context());

        assertThat(outputs.commitId()).hasSize(40);
        assertThat(trees().last).containsOnlyKeys("_flows/a.yaml", "_files/src/main.py");
        assertThat(trees().requests)
                .singleElement()
                .satisfies(request -> {
                    assertThat(request.namespace()).isEqualTo("company.team");
                    assertThat(request.pin()).isFalse();
                    assertThat(request.managed()).isTrue();
                    assertThat(request.kinds()).containsExactlyInAnyOrder(Kind.values());
                    assertThat(request.origin().commit()).isEqualTo(outputs.commitId());
                });
    }

    @Test
    void aTreeIsFetchedOverHttpsFromAServerOfTheCompanysOwnAuthority() throws Exception {
        try (var proxy = new TlsProxy(directory, server().url())) {
            var outputs =
                    new Sync().run(sync(proxy.url(), proxy.authority(), null, true), context());

            assertThat(outputs.commitId()).isEqualTo(server().head());
            assertThatExceptionOfType(TaskFailedException.class)
                    .isThrownBy(
                            () -> new Sync().run(sync(proxy.url(), null, null, true), context()))
                    .withMessageContaining("can't be fetched");
            assertThatExceptionOfType(TaskFailedException.class)
                    .isThrownBy(() ->
                            new Sync().run(sync(proxy.url(), "no PEM", null, true), context()))
                    .withMessageContaining("caCertificate");
        }
    }

    @Test
    void anOlderCommitIsFetchedAndPinned() throws Exception {
        var first = server().show("main", "_flows/a.yaml");
        var old = server().head();
        server().write("_flows/a.yaml", FLOW + "description: newer\n");
        server().commit("second");

        new Sync().run(sync(old.substring(0, 10), false), context());

        assertThat(trees().last).containsEntry("_flows/a.yaml", first + "\n");
        assertThat(trees().requests.getFirst().pin()).isTrue();
        assertThat(trees().requests.getFirst().origin().commit()).isEqualTo(old);
    }

    @Test
    void aWrongPasswordIsSaidWithoutIt() {
        var wrong =
                new Sync.Properties(
                        new Remote(
                                server().url(),
                                "main",
                                "bot",
                                "wrong-secret",
                                null,
                                null,
                                null,
                                null),
                        null,
                        "",
                        null,
                        true,
                        false,
                        false);

        assertThatExceptionOfType(TaskFailedException.class)
                .isThrownBy(() -> new Sync().run(wrong, context()))
                .withMessageContaining("can't be fetched")
                .satisfies(e -> assertThat(e.getMessage()).doesNotContain("wrong-secret"));
    }

    private Clone.Properties cloning(String url) {
        return new Clone.Properties(
                new Remote(url, "main", "bot", "wrong-secret", null, null, null, null),
                "repo",
                null,
                null,
                1,
                false,
                false,
                false);
    }

    @ParameterizedTest
    @ValueSource(strings = {"http", "ssh"})
    void aServerThatIsAwayIsSaid(String scheme) throws Exception {
        var url = "%s://127.0.0.1:%d/repo".formatted(scheme, SilentServer.closedPort());

        assertThatExceptionOfType(TaskFailedException.class)
                .isThrownBy(() -> new Clone().run(cloning(url), context()))
                .withMessageContaining("can't be cloned")
                .satisfies(e -> assertThat(e.getMessage()).doesNotContain("wrong-secret"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"http", "ssh"})
    void aServerThatHangsIsLeftWhenTheTaskIsCancelled(String scheme) throws Exception {
        var taskContext = context();

        SilentServer.isLeft(
                taskContext,
                port ->
                        new Clone()
                                .run(
                                        cloning("%s://127.0.0.1:%d/repo".formatted(scheme, port)),
                                        taskContext));
    }

    @ParameterizedTest
    @ValueSource(strings = {"http", "ssh"})
    void aKillInTheMiddleOfACloneLeavesNoHalfWorkTree(String scheme) throws Exception {
        server().write("large.txt", noise());
        server().commit("large");
        var url = url(scheme);
        var taskContext = context();

        StallingProxy.isLeft(
                taskContext,
                url.getPort(),
                Way.TO_CLIENT,
                1_000_000,
                port -> new Clone().run(cloning(url, port), taskContext));

        assertThat(taskContext.workingDirectory().resolve("repo/large.txt")).doesNotExist();
        assertThat(directory.resolve("task")).isEmptyDirectory();
        new Clone().run(cloning(url, url.getPort()), new FakeContext(directory.resolve("task")));
        assertThat(directory.resolve("task/repo/large.txt")).exists();
    }

    @ParameterizedTest
    @ValueSource(strings = {"http", "ssh"})
    void aKillInTheMiddleOfAPushChangesNothing(String scheme) throws Exception {
        var url = url(scheme);
        var before = server().head();
        var taskContext = context();
        taskContext.stores.files.put("company.team/large.txt", noise());

        StallingProxy.isLeft(
                taskContext,
                url.getPort(),
                Way.TO_SERVER,
                1_000_000,
                port -> new PushNamespaceFiles().run(pushing(url, port), taskContext));

        assertThat(server().files("main")).doesNotContain("_files/large.txt");
        assertThat(server().head()).isEqualTo(before);
        assertThat(directory.resolve("task")).isEmptyDirectory();
        var again = new FakeContext(directory.resolve("task"));
        again.stores.files.putAll(taskContext.stores.files);
        assertThat(new PushNamespaceFiles().run(pushing(url, url.getPort()), again).commitId())
                .isNotNull();
        assertThat(server().files("main")).contains("_files/large.txt");
    }

    /// What Git can't make small.
    private static String noise() {
        var noise = new byte[12 << 20];
        new Random(7).nextBytes(noise);
        return Base64.getEncoder().encodeToString(noise);
    }

    private URI url(String scheme) {
        return URI.create(scheme.equals("ssh") ? server().sshUrl() : server().url());
    }

    private Remote remote(URI url, int port) throws Exception {
        var at = url.toString().replace(":" + url.getPort(), ":" + port);
        boolean ssh = url.getScheme().equals("ssh");
        return new Remote(
                at,
                "main",
                ssh ? null : GitServer.USER,
                ssh ? null : GitServer.PASSWORD,
                ssh ? key() : null,
                null,
                null,
                null);
    }

    private Clone.Properties cloning(URI url, int port) throws Exception {
        return new Clone.Properties(remote(url, port), "repo", null, null, 1, false, false, false);
    }

    private PushNamespaceFiles.Properties pushing(URI url, int port) throws Exception {
        return new PushNamespaceFiles.Properties(
                remote(url, port),
                "_files",
                null,
                null,
                false,
                new Committing(null, null, null, true, false));
    }

    private String key() throws Exception {
        var key = directory.resolve("key");
        if (!Files.exists(key)) {
            new ProcessBuilder("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key.toString())
                    .start()
                    .waitFor();
        }
        return Files.readString(key);
    }

    @Test
    void whatIsWrongWithTheTreeFailsTheTaskWithItsPlace() {
        trees().report =
                new Report(
                        false,
                        false,
                        "",
                        List.of(),
                        List.of(new Fault("_flows/a.yaml", 3, 8, "tasks: must not be empty")));

        assertThatExceptionOfType(TaskFailedException.class)
                .isThrownBy(() -> new Sync().run(sync(null, false), context()))
                .withMessageContaining("_flows/a.yaml:3:8: tasks: must not be empty");
    }

    @Test
    void namespacesThatWereRolledBackStaySo() throws Exception {
        trees().report = new Report(false, true, "abc", List.of(), List.of());

        var outputs = new Sync().run(sync(null, false), context());

        assertThat(outputs.commitId()).isEqualTo("abc");
        assertThat(context().warning).isTrue();
    }

    @Test
    void flowsAndFilesAreSyncedBesideEachOther() throws Exception {
        var s = sync(null, false);
        new SyncFlows()
                .run(
                        new SyncFlows.Properties(
                                s.remote(), "_flows", "company.team", true, false, false, true),
                        context());
        assertThat(trees().last).containsOnlyKeys("a.yaml");
        new SyncNamespaceFiles()
                .run(
                        new SyncNamespaceFiles.Properties(s.remote(), "_files", null, false, false),
                        context());
        assertThat(trees().last).containsOnlyKeys("_files/src/main.py");
    }

    @Test
    void flowsArePushedToABranchThatIsNew() throws Exception {
        trees().flows.add(new FlowSource("company.team", "a", FLOW + "description: x\n"));
        trees().flows
                .add(
                        new FlowSource(
                                "company.team.sub", "b", "id: b\nnamespace: company.team.sub\n"));

        var outputs = new PushFlows().run(push("release", "prod.team"), context());

        assertThat(outputs.commitId()).isNotNull();
        assertThat(server().show("release", "_flows/a.yaml"))
                .contains("namespace: prod.team\n", "description: x");
        assertThat(server().show("release", "_flows/sub/b.yaml"))
                .contains("namespace: prod.team.sub");
        assertThat(new PushFlows().run(push("release", "prod.team"), context()).commitId())
                .isNull();
        trees().flows.removeLast();
        new PushFlows().run(push("release", "prod.team"), context());
        assertThat(server().files("release"))
                .contains("_flows/a.yaml")
                .doesNotContain("_flows/sub/b.yaml");
    }

    private NamespaceSync.Properties both(
            NamespaceSync.Source source, Missing missing, String... protectedNamespaces) {
        return new NamespaceSync.Properties(
                sync(null, false).remote(),
                "kestra",
                "company.team",
                source,
                missing,
                List.of(protectedNamespaces),
                NamespaceSync.Invalid.FAIL,
                null,
                null,
                null,
                false,
                Unneeded.NONE);
    }

    @Test
    void aNamespaceAndItsDirectoryAreKeptAlikeEitherWay() throws Exception {
        server().write("kestra/company.team/flows/a.yaml", FLOW);
        server().write("kestra/company.team/files/main.py", "print(3)\n");
        server().write("kestra/company.other/flows/c.yaml", FLOW);
        server().commit("by namespaces");

        var pulled =
                new NamespaceSync().run(both(NamespaceSync.Source.GIT, Missing.DELETE), context());

        assertThat(pulled.commitId()).isEqualTo(server().head());
        assertThat(trees().last).containsOnlyKeys("_flows/a.yaml", "_files/main.py");
        assertThat(trees().requests.getLast().delete()).isTrue();
        assertThat(trees().requests.getLast().children()).isFalse();

        trees().flows.add(new FlowSource("company.team", "b", "id: b\n"));
        trees().flows.add(new FlowSource("company.team.sub", "d", "id: d\n"));
        context().stores.files.put("company.team/new.py", "print(4)\n");
        assertThatExceptionOfType(TaskFailedException.class)
                .isThrownBy(() ->
                        new NamespaceSync()
                                .run(both(NamespaceSync.Source.KESTRA, Missing.FAIL), context()))
                .withMessageContaining("kestra/company.team/f");
        new NamespaceSync()
                .run(both(NamespaceSync.Source.KESTRA, Missing.DELETE, "company.team"), context());
        assertThat(server().files("main"))
                .contains(
                        "kestra/company.team/flows/a.yaml",
                        "kestra/company.team/flows/b.yaml",
                        "kestra/company.team/files/new.py")
                .doesNotContain("kestra/company.team/flows/d.yaml");
        var pushed =
                new NamespaceSync()
                        .run(both(NamespaceSync.Source.KESTRA, Missing.DELETE), context());

        assertThat(pushed.commitId()).hasSize(40);
        assertThat(server().files("main"))
                .contains(
                        "kestra/company.team/flows/b.yaml",
                        "kestra/company.team/files/new.py",
                        "kestra/company.other/flows/c.yaml")
                .doesNotContain(
                        "kestra/company.team/flows/a.yaml", "kestra/company.team/files/main.py");
    }

    @Test
    void whatTheRepositoryLacksMayRefuseASync() throws Exception {
        server().write("kestra/company.team/flows/a.yaml", FLOW);
        server().commit("by namespaces");
        trees().report =
                new Report(
                        true,
                        false,
                        "",
                        List.of(new Change("delete", "flow", "company.team", "mine", "")),
                        List.of());

        assertThatExceptionOfType(TaskFailedException.class)
                .isThrownBy(() ->
                        new NamespaceSync()
                                .run(both(NamespaceSync.Source.GIT, Missing.FAIL), context()))
                .withMessageContaining("mine");
        assertThat(trees().requests).singleElement().matches(request -> request.dryRun());
    }

    private TenantSync.Properties tenant(
            NamespaceSync.Source source, Missing missing, boolean dryRun) {
        return new TenantSync.Properties(
                sync(null, false).remote(),
                "kestra",
                source,
                missing,
                List.of("system"),
                NamespaceSync.Invalid.FAIL,
                null,
                null,
                null,
                dryRun,
                Unneeded.NONE);
    }

    private TenantSync.Outputs syncTenant(NamespaceSync.Source source, Missing missing)
            throws Exception {
        return new TenantSync().run(tenant(source, missing, false), context());
    }

    private void writeNamespaces() throws IOException {
        server().write("kestra/company.team/flows/a.yaml", FLOW);
        server().write("kestra/company.team/files/src/main.py", "print(3)\n");
        server().write("kestra/company.data/files/rows.csv", "1\n");
        server().write("kestra/_global/flows/x.yaml", "id: x\n");
        server().write("kestra/README.md", "what this is\n");
        server().commit("by namespaces");
    }

    @Test
    void aTenantBecomesWhatTheRepositorySays() throws Exception {
        writeNamespaces();
        trees().namespaces.addAll(List.of("company.old", "company.team", "system"));

        var pulled = syncTenant(NamespaceSync.Source.GIT, Missing.DELETE);

        assertThat(pulled.commitId()).isEqualTo(server().head());
        assertThat(trees().lastOf).containsOnlyKeys("company.data", "company.old", "company.team");
        assertThat(trees().lastOf.get("company.team"))
                .containsOnlyKeys("_flows/a.yaml", "_files/src/main.py");
        assertThat(trees().lastOf.get("company.data")).containsOnlyKeys("_files/rows.csv");
        assertThat(trees().lastOf.get("company.old")).isEmpty();
        // all are planned before the first is changed
        assertThat(trees().requests)
                .extracting(r -> r.dryRun())
                .containsExactly(true, true, true, false, false, false);
        assertThat(trees().requests).allMatch(r -> r.delete() && !r.children());
    }

    @Test
    void whatTheRepositoryDoesntHaveOfATenantIsKeptIfThatIsWanted() throws Exception {
        writeNamespaces();
        server().write("kestra/system/flows/s.yaml", "id: s\nnamespace: system\ntasks: []\n");
        server().commit("the system's, too");
        trees().namespaces.add("company.old");

        syncTenant(NamespaceSync.Source.GIT, Missing.KEEP);

        assertThat(trees().lastOf).containsOnlyKeys("company.data", "company.team", "system");
        assertThat(trees().requests).noneMatch(r -> r.delete());

        trees().requests.clear();
        syncTenant(NamespaceSync.Source.GIT, Missing.DELETE);
        assertThat(trees().requests)
                .filteredOn(r -> !r.delete())
                .extracting(r -> r.namespace())
                .containsOnly("system");
    }

    @Test
    void aTenantStaysAsItIsWhereSomethingIsWrongMissingOrOnlyPlanned() throws Exception {
        writeNamespaces();
        new TenantSync().run(tenant(NamespaceSync.Source.GIT, Missing.DELETE, true), context());
        assertThat(trees().requests).hasSize(2).allMatch(r -> r.dryRun());

        trees().report =
                new Report(
                        false,
                        false,
                        "",
                        List.of(new Change("delete", "flow", "company.team", "mine", "")),
                        List.of());
        assertThatExceptionOfType(TaskFailedException.class)
                .isThrownBy(() -> syncTenant(NamespaceSync.Source.GIT, Missing.FAIL))
                .withMessageContaining("mine");

        trees().report =
                new Report(
                        false,
                        false,
                        "",
                        List.of(),
                        List.of(new Fault("_flows/a.yaml", 3, 8, "tasks: must not be empty")));
        assertThatExceptionOfType(TaskFailedException.class)
                .isThrownBy(() -> syncTenant(NamespaceSync.Source.GIT, Missing.DELETE))
                .withMessageContaining(
                        "kestra/company.data/flows/a.yaml:3:8: tasks: must not be empty");
        assertThat(trees().requests).allMatch(r -> r.dryRun());
    }

    @Test
    void aRepositoryWithoutNamespacesDeletesNone() {
        trees().namespaces.add("company.team");

        assertThatExceptionOfType(TaskFailedException.class)
                .isThrownBy(() -> syncTenant(NamespaceSync.Source.GIT, Missing.DELETE))
                .withMessageContaining("Expected directories of namespaces");
        assertThat(trees().requests).isEmpty();
    }

    @Test
    void aRepositoryBecomesWhatTheTenantIs() throws Exception {
        writeNamespaces();
        server().write("kestra/system/flows/kept.yaml", "id: kept\n");
        server().write("kestra/company.gone/flows/g.yaml", "id: g\n");
        server().commit("more");
        trees().flows.add(new FlowSource("company.team", "b", "id: b\n"));
        trees().flows.add(new FlowSource("company.team.sub", "d", "id: d\n"));
        trees().namespaces.add("company.files");
        context().stores.files.put("company.files/new.py", "print(4)\n");

        assertThatExceptionOfType(TaskFailedException.class)
                .isThrownBy(() -> syncTenant(NamespaceSync.Source.KESTRA, Missing.FAIL))
                .withMessageContaining("kestra/company.data/files/rows.csv");
        var planned =
                new TenantSync()
                        .run(tenant(NamespaceSync.Source.KESTRA, Missing.DELETE, true), context());
        assertThat(planned.commitId()).isNull();
        assertThat(context().text(planned.diff())).contains("kestra/company.gone/flows/g.yaml");
        var pushed = syncTenant(NamespaceSync.Source.KESTRA, Missing.DELETE);

        assertThat(pushed.commitId()).hasSize(40);
        assertThat(server().files("main"))
                .filteredOn(f -> f.startsWith("kestra/"))
                .containsExactlyInAnyOrder(
                        "kestra/README.md",
                        "kestra/_global/flows/x.yaml",
                        "kestra/company.files/files/new.py",
                        "kestra/company.team.sub/flows/d.yaml",
                        "kestra/company.team/flows/b.yaml",
                        "kestra/system/flows/kept.yaml");
        assertThat(syncTenant(NamespaceSync.Source.KESTRA, Missing.DELETE).commitId()).isNull();
    }

    private PushFlows.Properties push(String branch, String target) {
        return new PushFlows.Properties(
                new Remote(
                        server().url(),
                        branch,
                        GitServer.USER,
                        GitServer.PASSWORD,
                        null,
                        null,
                        null,
                        null),
                "_flows",
                "company.team",
                target,
                null,
                true,
                new Committing("push", null, null, true, false));
    }

    @Test
    void filesArePushedOverSshWithAKey() throws Exception {
        context().stores.files.put("company.team/src/new.py", "print(2)\n");
        var url = url("ssh");

        var outputs = new PushNamespaceFiles().run(pushing(url, url.getPort()), context());

        assertThat(outputs.commitId()).isNotNull();
        assertThat(server().files("main"))
                .contains("_files/src/new.py", "_flows/a.yaml")
                .doesNotContain("_files/src/main.py");
        assertThat(context().lines).anyMatch(line -> line.contains("knownHosts"));
    }

    @Test
    void aRepositoryIsClonedIntoTheWorkingDirectory() throws Exception {
        var s = sync(null, false);

        var outputs =
                new Clone()
                        .run(
                                new Clone.Properties(
                                        s.remote(), "repo", null, null, 1, false, true, false),
                                context());

        assertThat(directory.resolve("task/repo/_files/src/main.py")).hasContent("print(1)\n");
        assertThat(outputs.commitId()).hasSize(40);

        server().rename("trunk");
        var unnamed =
                new Clone()
                        .run(
                                new Clone.Properties(
                                        new Remote(
                                                server().url(),
                                                null,
                                                GitServer.USER,
                                                GitServer.PASSWORD,
                                                null,
                                                null,
                                                null,
                                                null),
                                        "other",
                                        null,
                                        null,
                                        1,
                                        false,
                                        false,
                                        false),
                                context());
        assertThat(unnamed.commitId()).isEqualTo(outputs.commitId());
    }

    @Test
    void whatIsTheWorkersOwnIsNoRepository() {
        for (var url :
                List.of(
                        directory.resolve("server/repo.git").toString(),
                        "file:///etc",
                        "http://169.254.169.254/repo.git")) {
            assertThatExceptionOfType(TaskFailedException.class)
                    .as(url)
                    .isThrownBy(() ->
                            new Clone()
                                    .run(
                                            new Clone.Properties(
                                                    new Remote(
                                                            url, "main", null, null, null, null,
                                                            null, null),
                                                    ".",
                                                    null,
                                                    null,
                                                    1,
                                                    false,
                                                    false,
                                                    false),
                                            context()));
        }
    }
}
