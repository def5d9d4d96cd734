// SPDX-License-Identifier: Apache-2.0
package io.millrace.flow.trees;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.platform.problem.ServiceException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TreeContentTest {
    private static final int SOURCE = 1 << 20;

    @TempDir Path directory;

    @Test
    void aSmallArchiveThatHoldsMuchIsRefusedBeforeItFillsTheMemory() throws Exception {
        try (var archive = new ZipFile(archive(200, SOURCE).toFile())) {
            assertThatThrownBy(() -> new TreeContent(archive, request(), SOURCE))
                    .isInstanceOf(ServiceException.TooLarge.class);
        }
    }

    @Test
    void aSourceThatIsTooLongIsAFaultOfItsOwn() throws Exception {
        try (var archive = new ZipFile(archive(1, SOURCE + 1).toFile())) {
            var content = new TreeContent(archive, request(), SOURCE);

            assertThat(content.faults())
                    .extracting(TreeReport.Fault::path)
                    .containsExactly("0.yaml");
            assertThat(content.sources()).isEmpty();
        }
    }

    private static TreeRequest request() {
        return new TreeRequest(
                "company",
                true,
                false,
                Set.of("flows"),
                false,
                false,
                false,
                false,
                false,
                new TreeRequest.Origin("https://git.example.com", "main", "c1"));
    }

    private Path archive(int sources, int bytes) throws IOException {
        var file = directory.resolve("tree.zip");
        var blank = new byte[bytes];
        Arrays.fill(blank, (byte) ' ');
        try (var zip = new ZipOutputStream(Files.newOutputStream(file))) {
            for (int i = 0; i < sources; i++) {
                zip.putNextEntry(new ZipEntry(i + ".yaml"));
                zip.write(blank);
                zip.closeEntry();
            }
        }
        return file;
    }
}
