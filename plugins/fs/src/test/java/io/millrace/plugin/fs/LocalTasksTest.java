// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.fs;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.plugin.KeyValues;
import io.millrace.plugin.NothingNewException;
import io.millrace.plugin.PluginSettings;
import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.TaskPlugin;
import io.millrace.test.FakeContext;
import io.millrace.test.Tasks;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Files of the machine, below a directory that the operator allows, and beside it.
class LocalTasksTest {
    @TempDir Path machine = Path.of(".");
    private Path allowed = Path.of(".");
    private Path secret = Path.of(".");
    private FakeContext context = new FakeContext(Path.of("."));
    private Map<String, String> settings = Map.of();

    @BeforeEach
    void begin() throws IOException {
        allowed = Files.createDirectory(machine.resolve("allowed"));
        secret = Files.writeString(machine.resolve("secret.txt"), "the worker's own");
        context = new FakeContext(Files.createDirectory(machine.resolve("task")));
        settings = Map.of("fs.local.directories", allowed.toString());
    }

    private Map<String, @Nullable Object> run(TaskPlugin<?, ?> task, Object... properties)
            throws Exception {
        task.start(new PluginSettings(settings));
        var map = new HashMap<String, @Nullable Object>();
        for (int i = 0; i < properties.length; i += 2) {
            map.put(String.valueOf(properties[i]), properties[i + 1]);
        }
        return Tasks.run(task, context, map);
    }

    private String at(String path) {
        return allowed + "/" + path;
    }

    private Path write(String path, String text) throws IOException {
        var file = allowed.resolve(path);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, text);
    }

    private static List<Object> names(@Nullable Object files) {
        var names = new ArrayList<Object>();
        for (var file : (List<?>) (files == null ? List.of() : files)) {
            names.add(((Map<?, ?>) file).get("name"));
        }
        return names;
    }

    @Test
    void aFileIsWrittenCopiedMovedReadAndDeleted() throws Exception {
        context.store("kestra:///in.txt", "content ä");

        var up = run(new LocalUpload(), "from", "kestra:///in.txt", "to", at("new/deep/in.txt"));
        assertThat(up)
                .containsEntry("uri", "file://" + at("new/deep/in.txt"))
                .containsEntry("size", 10L);
        assertThat(allowed.resolve("new/deep/in.txt")).hasContent("content ä");

        run(new LocalCopy(), "from", at("new/deep/in.txt"), "to", at("copy/"));
        run(new LocalMove(), "from", at("copy/in.txt"), "to", "file://" + at("moved/out.txt"));
        assertThat(allowed.resolve("copy/in.txt")).doesNotExist();

        var down = run(new LocalDownload(), "from", at("moved/out.txt"));
        assertThat(context.text(URI.create(String.valueOf(down.get("uri")))))
                .isEqualTo("content ä");

        assertThat(run(new LocalDelete(), "from", at("moved/out.txt")))
                .containsEntry("deleted", true);
        assertThat(run(new LocalDelete(), "from", at("moved/out.txt")))
                .containsEntry("deleted", false);
        assertThat(run(new LocalDelete(), "from", at("never/there.txt")))
                .containsEntry("deleted", false);
        assertThatThrownBy(
                        () -> run(new LocalDelete(), "from", at("no.txt"), "errorOnMissing", true))
                .isInstanceOf(TaskFailedException.class)
                .hasMessageContaining("There is no '" + at("no.txt"));
        assertThatThrownBy(() -> run(new LocalDownload(), "from", at("moved/out.txt")))
                .isInstanceOf(TaskFailedException.class)
                .hasMessageContaining("There is no '" + at("moved/out.txt"));
        try (var left = Files.walk(allowed)) {
            assertThat(left.filter(Files::isRegularFile))
                    .containsExactly(allowed.resolve("new/deep/in.txt"));
        }
    }

    @Test
    void whatIsThereIsReplacedOnlyWhereThatIsWanted() throws Exception {
        write("a.txt", "old");
        write("b.txt", "new");
        context.store("kestra:///a.txt", "newest");

        for (var task : List.of(new LocalCopy(), new LocalMove())) {
            assertThatThrownBy(() -> run(task, "from", at("b.txt"), "to", at("a.txt")))
                    .isInstanceOf(TaskFailedException.class)
                    .hasMessageContaining("already");
        }
        assertThatThrownBy(() ->
                        run(
                                new LocalUpload(),
                                "from",
                                "kestra:///a.txt",
                                "to",
                                at("a.txt"),
                                "overwrite",
                                false))
                .isInstanceOf(TaskFailedException.class)
                .hasMessageContaining("already");
        assertThat(allowed.resolve("a.txt")).hasContent("old");

        run(new LocalMove(), "from", at("b.txt"), "to", at("a.txt"), "overwrite", true);
        assertThat(allowed.resolve("a.txt")).hasContent("new");
        run(new LocalUploads(), "from", List.of("kestra:///a.txt"), "to", allowed.toString());
        assertThat(allowed.resolve("a.txt")).hasContent("newest");
    }

    @Test
    void filesThatFitAreListedAndTakenOnce() throws Exception {
        write("in/b.csv", "b");
        write("in/a.csv", "a");
        write("in/c.txt", "c");
        write("in/deep/d.csv", "d");
        Object[] csv = {"from", at("in"), "regExp", ".*\\.csv", "recursive", true};

        var listed = run(new LocalList(), csv);
        assertThat(names(listed.get("files"))).containsExactly("a.csv", "b.csv", "d.csv");
        assertThat(listed).containsEntry("count", 3);
        assertThat(names(run(new LocalList(), "from", at("in"), "maxFiles", 1).get("files")))
                .containsExactly("a.csv");

        var all = new ArrayList<>(List.of(csv));
        all.addAll(List.of("action", "MOVE", "moveDirectory", at("done")));
        var found = run(new LocalTrigger(), all.toArray());
        assertThat(found).containsEntry("count", 3);
        assertThat(context.stored().values()).containsExactlyInAnyOrder("a", "b", "d");
        assertThat(allowed.resolve("done/d.csv")).exists();
        assertThat(allowed.resolve("in/c.txt")).exists();
        context.executionId = "the next look";
        assertThatThrownBy(() -> run(new LocalTrigger(), all.toArray()))
                .isInstanceOf(NothingNewException.class);

        var taken = run(new LocalDownloads(), "from", at("done/"), "action", "DELETE");
        assertThat(((Map<?, ?>) requireNonNull(taken.get("outputFiles"))).keySet())
                .hasSize(3)
                .asString()
                .contains(at("done/a.csv"));
        assertThat(allowed.resolve("done")).isEmptyDirectory();
    }

    @Test
    void aLookThatIsRepeatedTellsWhatItHasTakenAlready() throws Exception {
        write("in/a.csv", "a");
        write("in/b.csv", "b");
        var time = Files.getLastModifiedTime(allowed.resolve("in/b.csv"));
        Object[] delete = {"action", "DELETE"};

        assertThat(look(1, delete)).containsExactly("a.csv CREATE", "b.csv CREATE");
        assertThat(allowed.resolve("in")).isEmptyDirectory();
        // its worker died before it was told: one isn't away yet, another has come since
        write("in/a.csv", "another");
        write("in/b.csv", "b");
        Files.setLastModifiedTime(allowed.resolve("in/b.csv"), time);

        assertThat(look(1, delete)).containsExactly("a.csv CREATE", "b.csv CREATE");
        assertThat(context.stored().values()).containsExactlyInAnyOrder("a", "b");
        assertThat(allowed.resolve("in/b.csv")).doesNotExist();
        assertThat(look(2, delete)).containsExactly("a.csv CREATE");
        assertThat(look(3, delete)).isEmpty();
    }

    @Test
    void aFileThatHasChangedSinceItWasReadStays() throws Exception {
        write("in/a.csv", "a");
        context.onPut = () -> write("in/a.csv", "another");

        var read = run(new LocalDownloads(), "from", at("in"), "action", "DELETE");

        assertThat(names(read.get("files"))).containsExactly("a.csv");
        assertThat(context.stored().values()).containsExactly("a");
        assertThat(allowed.resolve("in/a.csv")).hasContent("another");
    }

    @Test
    void whatIsAwayIsToldThoughTheRestCannotBeTaken() throws Exception {
        write("in/a.csv", "a");
        write("in/b.csv", "b");
        var time = Files.getLastModifiedTime(allowed.resolve("in/b.csv"));
        Object[] move = {"action", "MOVE", "moveDirectory", at("done")};

        assertThat(look(1, move)).hasSize(2);
        // its worker died before it was told: one isn't away yet, and can't be taken
        write("in/b.csv", "b");
        Files.setLastModifiedTime(allowed.resolve("in/b.csv"), time);
        Files.delete(allowed.resolve("done/b.csv"));
        write("done/b.csv/in.the.way", "");

        assertThat(look(1, move)).containsExactly("a.csv CREATE");
    }

    @Test
    void whatCannotBeTakenKeepsNothingOfTheRestFromBeingTold() throws Exception {
        for (var name : List.of("a", "b", "c")) {
            write("in/%s.csv".formatted(name), name);
        }
        write("done/b.csv/in.the.way", "");
        Object[] move = {"action", "MOVE", "moveDirectory", at("done")};

        assertThat(look(1, move)).containsExactly("a.csv CREATE");
        assertThat(context.lines)
                .anyMatch(line -> line.startsWith("ERROR Only 1 of 3 files were taken"));
        assertThatThrownBy(() -> look(2, move)).isInstanceOf(TaskFailedException.class);
        Files.delete(allowed.resolve("done/b.csv/in.the.way"));
        Files.delete(allowed.resolve("done/b.csv"));
        assertThat(look(3, move)).containsExactly("b.csv CREATE", "c.csv CREATE");
    }

    /// What one look of a trigger reports: names and changes.
    private List<String> look(int number, Object... more) throws Exception {
        context.executionId = "execution-" + number;
        var all = new ArrayList<Object>(List.of("from", at("in")));
        all.addAll(List.of(more));
        try {
            var found =
                    (List<?>) requireNonNull(run(new LocalTrigger(), all.toArray()).get("files"));
            return found.stream()
                    .map(file -> (Map<?, ?>) file)
                    .map(file -> file.get("name") + " " + file.get("changeType"))
                    .toList();
        } catch (NothingNewException _) {
            return List.of();
        }
    }

    @Test
    void aFileThatStaysIsReportedOnceForEachVersionOfIt() throws Exception {
        write("in/a.csv", "a");
        write("in/b.csv", "b");

        assertThat(look(1)).containsExactly("a.csv CREATE", "b.csv CREATE");
        assertThat(look(2)).isEmpty();
        write("in/a.csv", "longer");
        assertThat(look(3)).containsExactly("a.csv UPDATE");
        Files.delete(allowed.resolve("in/b.csv"));
        assertThat(look(4)).isEmpty();
        write("in/b.csv", "b");
        assertThat(look(5)).containsExactly("b.csv CREATE");
        assertThat(context.stores.keys).containsOnlyKeys("company.team/company.team_My_Flow_task");
    }

    @Test
    void aLookThatIsRepeatedReportsTheSame() throws Exception {
        write("in/a.csv", "a");
        write("in/b.csv", "b");

        assertThat(look(1)).hasSize(2);
        assertThat(look(1)).containsExactly("a.csv CREATE", "b.csv CREATE");
        write("in/b.csv", "longer");
        assertThat(look(2)).containsExactly("b.csv UPDATE");
        assertThat(look(2)).containsExactly("b.csv UPDATE");
        assertThat(look(3)).isEmpty();
    }

    @Test
    void onlyNewFilesOrOnlyChangedOnesAreReportedWhereThatIsWanted() throws Exception {
        write("in/a.csv", "a");

        assertThat(look(1, "on", "CREATE", "stateKey", "new")).containsExactly("a.csv CREATE");
        assertThat(look(1, "on", "UPDATE", "stateKey", "changed")).isEmpty();
        write("in/a.csv", "longer");
        assertThat(look(2, "on", "CREATE", "stateKey", "new")).isEmpty();
        assertThat(look(2, "on", "UPDATE", "stateKey", "changed")).containsExactly("a.csv UPDATE");
        assertThat(look(3, "on", "UPDATE", "stateKey", "changed")).isEmpty();
        assertThat(context.stores.keys)
                .containsOnlyKeys("company.team/changed", "company.team/new");
    }

    @Test
    void whatAFewLooksLeaveOutTheNextOnesReport() throws Exception {
        write("in/a.csv", "a");
        write("in/b.csv", "b");
        write("in/c.csv", "c");
        Object[] two = {"maxFiles", 2, "sort", "NAME_DESC"};

        assertThat(look(1, two)).containsExactly("c.csv CREATE", "b.csv CREATE");
        assertThat(look(2, two)).containsExactly("a.csv CREATE");
        assertThat(look(3, two)).isEmpty();
    }

    @Test
    void aFileIsNewAgainWhenItWasTakenAwayOrItsTimeIsOver() throws Exception {
        write("in/a.csv", "a");

        assertThat(look(1, "action", "DELETE")).containsExactly("a.csv CREATE");
        write("in/a.csv", "a");
        assertThat(look(2, "action", "DELETE", "on", "CREATE")).containsExactly("a.csv CREATE");
        write("in/a.csv", "a");
        assertThat(look(3)).containsExactly("a.csv CREATE");
        assertThat(look(4, "stateTtl", "PT1H")).isEmpty();
        assertThat(look(5, "stateTtl", "PT0S")).containsExactly("a.csv CREATE");
    }

    @Test
    void aKeyThatHoldsSomethingElseIsLeftAlone() throws Exception {
        write("in/a.csv", "a");
        context.stores.put(
                "company.team",
                "counter",
                new KeyValues.Put(KeyValues.Type.NUMBER, 7, true, null, null));

        assertThatThrownBy(() -> look(1, "stateKey", "counter"))
                .isInstanceOf(TaskFailedException.class)
                .hasMessageContaining("'counter' but it holds something else");
    }

    @Test
    void directoriesAreCopiedMovedAndDeletedAsAWhole() throws Exception {
        write("tree/a.txt", "a");
        write("tree/deep/b.txt", "b");

        run(new LocalCopy(), "from", at("tree"), "to", at("copy"));
        assertThat(allowed.resolve("copy/deep/b.txt")).hasContent("b");
        assertThatThrownBy(() -> run(new LocalCopy(), "from", at("tree"), "to", at("tree/in")))
                .isInstanceOf(TaskFailedException.class)
                .hasMessageContaining("into itself");
        run(new LocalMove(), "from", at("copy"), "to", at("moved"));

        assertThatThrownBy(() -> run(new LocalDelete(), "from", at("moved")))
                .isInstanceOf(TaskFailedException.class)
                .hasMessageContaining("isn't empty");
        var some =
                run(
                        new LocalDelete(),
                        "from",
                        at("moved"),
                        "regExp",
                        ".*/b\\.txt",
                        "recursive",
                        true);
        assertThat((List<?>) some.get("uris"))
                .singleElement()
                .isEqualTo("file://" + at("moved/deep/b.txt"));
        run(new LocalDelete(), "from", at("moved"), "recursive", true);
        assertThat(allowed.resolve("moved")).doesNotExist();
        assertThat(allowed.resolve("tree/deep/b.txt")).exists();
    }

    @Test
    void aChecksumThatIsNotTheExpectedOneFailsTheTask() throws Exception {
        write("a.txt", "a");
        var sum = "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb";

        assertThat(run(new LocalDownload(), "from", at("a.txt"))).containsEntry("checksum", sum);
        run(
                new LocalDownload(),
                "from",
                at("a.txt"),
                "validateChecksum",
                true,
                "checksumExpected",
                sum.toUpperCase(java.util.Locale.ROOT));
        int before = context.stored().size();
        assertThatThrownBy(() ->
                        run(
                                new LocalDownload(),
                                "from",
                                at("a.txt"),
                                "validateChecksum",
                                true,
                                "checksumExpected",
                                sum,
                                "checksumAlgorithm",
                                "MD5"))
                .isInstanceOf(TaskFailedException.class)
                .hasMessageContaining("Expected checksum");
        assertThat(context.stored()).hasSize(before);
    }

    @Test
    void nothingIsAllowedUntilTheOperatorSaysSo() throws Exception {
        write("a.txt", "a");

        for (var denied :
                List.of(
                        Map.<String, String>of(),
                        Map.of("fs.local.directories", ""),
                        Map.of("fs.local.directories.other", allowed.toString()),
                        // a tenant's own setting counts in place of the general one
                        Map.of(
                                "fs.local.directories",
                                allowed.toString(),
                                "fs.local.directories.main",
                                ""))) {
            settings = denied;
            assertThatThrownBy(() -> run(new LocalDownload(), "from", at("a.txt")))
                    .as("" + denied)
                    .isInstanceOf(TaskFailedException.class)
                    .hasMessageContaining("fs.local.directories");
        }
        for (var allowing :
                List.of(
                        Map.of("fs.local.directories.main", allowed.toString()),
                        Map.of("fs.local.directories.main[0]", allowed.toString()),
                        Map.of("fs.local.directories", "/nowhere," + allowed))) {
            settings = allowing;
            assertThat(run(new LocalDownload(), "from", at("a.txt"))).containsEntry("size", 1L);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "MACHINE/secret.txt",
                "MACHINE/allowed/../secret.txt",
                "file://MACHINE/allowed/../secret.txt",
                "MACHINE/allowed-not/secret.txt",
                "/etc/hostname",
                "secret.txt",
                "../secret.txt"
            })
    void whatLiesElsewhereIsOutOfReach(String path) throws Exception {
        var given = path.replace("MACHINE", machine.toString());
        write("a.txt", "a");
        context.store("kestra:///a.txt", "overwritten");

        for (var task : tasks(given)) {
            assertThatThrownBy(task::run)
                    .isInstanceOf(TaskFailedException.class)
                    .hasMessageMatching(".*(operator allows|absolute path).*");
        }
        assertThat(secret).hasContent("the worker's own");
        assertThat(context.stored().values()).isSubsetOf("a", "overwritten");
    }

    @Test
    void linksAreNotFollowed() throws Exception {
        write("a.txt", "a");
        context.store("kestra:///a.txt", "overwritten");
        var inside = Files.createDirectory(machine.resolve("elsewhere"));
        Files.writeString(inside.resolve("secret.txt"), "the worker's own");
        Files.createSymbolicLink(allowed.resolve("way"), inside);
        Files.createSymbolicLink(allowed.resolve("link.txt"), secret);

        for (var task : tasks(at("way/secret.txt"))) {
            assertThatThrownBy(task::run)
                    .isInstanceOf(TaskFailedException.class)
                    .hasMessageContaining("way is a link");
        }
        assertThatThrownBy(() -> run(new LocalDownload(), "from", at("link.txt")))
                .isInstanceOf(TaskFailedException.class)
                .hasMessageContaining("is a link");
        assertThat(names(run(new LocalList(), "from", at(""), "recursive", true).get("files")))
                .containsExactly("a.txt");

        // a link is a name like others: it is replaced and deleted itself
        run(new LocalUpload(), "from", "kestra:///a.txt", "to", at("link.txt"));
        run(new LocalDelete(), "from", at("way"), "recursive", true);
        assertThat(allowed.resolve("link.txt")).isRegularFile().hasContent("overwritten");
        assertThat(allowed.resolve("way")).doesNotExist();
        assertThat(secret).hasContent("the worker's own");
        assertThat(inside.resolve("secret.txt")).hasContent("the worker's own");
    }

    @Test
    void theDirectoryThatIsAllowedStaysAndMayBeALinkItself() throws Exception {
        write("a.txt", "a");
        var link = Files.createSymbolicLink(machine.resolve("data"), allowed);
        settings = Map.of("fs.local.directories", link.toString());

        assertThat(run(new LocalDownload(), "from", link + "/a.txt")).containsEntry("size", 1L);
        assertThatThrownBy(() -> run(new LocalDelete(), "from", link.toString(), "recursive", true))
                .isInstanceOf(TaskFailedException.class)
                .hasMessageContaining("stays");
        assertThat(allowed.resolve("a.txt")).exists();
    }

    private interface Attempt {
        void run() throws Exception;
    }

    /// All that reads or writes a file.
    private List<Attempt> tasks(String path) {
        return List.of(
                () -> run(new LocalDownload(), "from", path),
                () -> run(new LocalDownloads(), "from", path),
                () -> run(new LocalList(), "from", path),
                () -> run(new LocalTrigger(), "from", path, "action", "DELETE"),
                () -> run(new LocalUpload(), "from", "kestra:///a.txt", "to", path),
                () -> run(new LocalUploads(), "from", List.of("kestra:///a.txt"), "to", path),
                () -> run(new LocalCopy(), "from", path, "to", at("x")),
                () -> run(new LocalCopy(), "from", at("a.txt"), "to", path, "overwrite", true),
                () -> run(new LocalMove(), "from", path, "to", at("x")),
                () -> run(new LocalMove(), "from", at("a.txt"), "to", path, "overwrite", true),
                () -> run(new LocalDelete(), "from", path, "recursive", true),
                () ->
                        run(
                                new LocalDownloads(),
                                "from",
                                at("a.txt"),
                                "action",
                                "MOVE",
                                "moveDirectory",
                                path));
    }
}
