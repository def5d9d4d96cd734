// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.plugin.kit.OutputLines;
import io.millrace.test.FakeContext;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TarTest {
    @TempDir Path directory = Path.of(".");

    @Test
    void filesComeBackAsTheyWerePutInAndLinksDoNot() throws Exception {
        var root = directory.resolve("from");
        var from = Files.createDirectories(root.resolve("sub"));
        Files.writeString(from.resolve("a".repeat(150)), "long name");
        Files.createSymbolicLink(from.resolve("link"), Path.of("/etc/passwd"));
        var archive = directory.resolve("files.tar");

        Tar.pack(archive, root);

        var to = Files.createDirectories(directory.resolve("to"));
        try (var content = Files.newInputStream(archive)) {
            Tar.unpack(content, "", to);
        }
        assertThat(to.resolve("sub/" + "a".repeat(150))).hasContent("long name");
        assertThat(to.resolve("sub/link")).doesNotExist();
    }

    @Test
    void aNameThatLeadsOutIsRefused() throws Exception {
        var bytes = new ByteArrayOutputStream();
        try (var tar = new TarArchiveOutputStream(bytes)) {
            tar.putArchiveEntry(new TarArchiveEntry("sub/../../evil"));
            tar.closeArchiveEntry();
        }

        assertThatThrownBy(() ->
                        Tar.unpack(new ByteArrayInputStream(bytes.toByteArray()), "", directory))
                .hasMessageContaining("of the working directory");
    }

    @Test
    void piecesOfOutputBecomeLines() {
        var context = new FakeContext(directory);
        var feed = new LineFeed(new OutputLines(context), false);

        for (var piece : new String[] {"he", "llo\r\nwor", "ld\n", "end"}) {
            var bytes = piece.getBytes(StandardCharsets.UTF_8);
            feed.feed(bytes, bytes.length);
        }
        feed.finish();

        assertThat(context.lines).containsExactly("INFO hello", "INFO world", "INFO end");
    }
}
