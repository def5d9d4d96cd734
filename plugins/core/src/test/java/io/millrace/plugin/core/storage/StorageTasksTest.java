// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.core.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.test.FakeContext;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StorageTasksTest {
    private static final String LINES = "kestra:///lines.txt";

    @TempDir Path directory;
    private FakeContext context = new FakeContext(Path.of("."));

    @BeforeEach
    void files() {
        context = new FakeContext(directory);
        context.store(LINES, "1\n2\n3\n4\n5\n");
        context.store("kestra:///b", "b");
    }

    private List<String> split(Split.Properties properties) throws Exception {
        return new Split().run(properties, context).uris().stream().map(this::content).toList();
    }

    private String content(URI uri) {
        return context.stored().getOrDefault(uri, "none");
    }

    @Test
    void splitsByRowsPartitionsAndBytes() throws Exception {
        assertThat(split(new Split.Properties(LINES, null, null, 2, "\n", null)))
                .containsExactly("1\n2\n", "3\n4\n", "5\n");
        assertThat(split(new Split.Properties(LINES, null, 2, null, "\n", null)))
                .containsExactly("1\n3\n5\n", "2\n4\n");
        assertThat(split(new Split.Properties(LINES, "6B", null, null, "\n", null)))
                .containsExactly("1\n2\n3\n", "4\n5\n");
        assertThat(split(new Split.Properties(LINES, null, null, null, "\n", null))).hasSize(5);
        assertThat(split(new Split.Properties(LINES, null, null, null, "\n", "([12])")))
                .containsExactly("1\n", "2\n");
    }

    @Test
    void splitsByTheFirstGroupOfAPattern() throws Exception {
        context.store(LINES, "[a] 1\n[b] 2\nno\n[a] 3");

        assertThat(split(new Split.Properties(LINES, null, null, null, "\n", "\\[(\\w+)\\]")))
                .containsExactly("[a] 1\n[a] 3\n", "[b] 2\n");
    }

    @Test
    void splitsAtSeparatorsOfSeveralCharacters() throws Exception {
        context.store(LINES, "a-|b|--|c--||d");

        assertThat(split(new Split.Properties(LINES, null, null, 1, "-|", null)))
                .containsExactly("a-|", "b|--|", "c--|", "|d-|");
    }

    @Test
    void joins() throws Exception {
        var joined =
                new Concat()
                        .run(
                                new Concat.Properties(
                                        "[\"%s\",\"kestra:///b\"]".formatted(LINES), "-", ".txt"),
                                context);

        assertThat(content(joined.uri())).isEqualTo("1\n2\n3\n4\n5\n-b-");
        assertThat(joined.uri().toString()).endsWith(".txt");
    }

    @Test
    void reverses() throws Exception {
        var reversed = new Reverse().run(new Reverse.Properties(LINES, "\n", "UTF-8"), context);

        assertThat(content(reversed.uri())).isEqualTo("5\n4\n3\n2\n1\n");
    }

    @Test
    void tellsTheSizeAndDeletes() throws Exception {
        assertThat(new Size().run(new Size.Properties(LINES), context).size()).isEqualTo(10);
        assertThat(new Delete().run(new Delete.Properties(LINES, true), context).deleted())
                .isTrue();
        assertThat(new Delete().run(new Delete.Properties(LINES, false), context).deleted())
                .isFalse();
        assertThatThrownBy(() -> new Delete().run(new Delete.Properties(LINES, true), context))
                .hasMessageContaining("No such file");
    }
}
