// SPDX-License-Identifier: Apache-2.0
package io.millrace.storage;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/// What every storage does alike.
abstract class StorageContract {
    private static final ExecutionFolder ONE =
            new ExecutionFolder("main", "company", "etl", "exec1");
    private static final ExecutionFolder TWO =
            new ExecutionFolder("main", "company", "etl", "exec12");

    abstract InternalStorage storage();

    private void put(StoragePath path, String content) throws IOException {
        storage().put(path, new ByteArrayInputStream(content.getBytes(UTF_8)));
    }

    private String get(StoragePath path) throws IOException {
        try (var content = storage().get(path)) {
            return new String(content.readAllBytes(), UTF_8);
        }
    }

    @Test
    void keepsReplacesAndDeletesFiles() throws Exception {
        var path = ONE.ofTask("t", "exec1-0", "a b/\u00e9.txt");

        put(path, "first");
        put(path, "second!");

        assertThat(get(path)).isEqualTo("second!");
        assertThat(storage().size(path)).isEqualTo(7);
        assertThat(storage().delete(path)).isTrue();
        assertThat(storage().delete(path)).isFalse();
        assertThat(storage().exists(path)).isFalse();
    }

    @Test
    void aMissingFileIsNotFound() {
        var path = ONE.ofTask("t", "exec1-0", "none");

        assertThatThrownBy(() -> get(path)).isInstanceOf(FileNotFoundException.class);
        assertThatThrownBy(() -> storage().size(path)).isInstanceOf(FileNotFoundException.class);
    }

    @Test
    void listsAndDeletesOneExecutionAlone() throws Exception {
        var a = ONE.ofInput("f", "a");
        var b = ONE.ofTask("t", "exec1-0", "b");
        var other = TWO.ofInput("f", "a");
        put(a, "a");
        put(b, "b");
        put(other, "o");

        assertThat(storage().list(ONE.path())).containsExactly(a, b);
        assertThat(storage().deleteFolder(ONE.path())).containsExactly(a, b);
        assertThat(storage().list(ONE.path())).isEmpty();
        assertThat(get(other)).isEqualTo("o");
    }

    @Test
    void tenantsAreApart() throws Exception {
        var mine = ONE.ofInput("f", "a");
        put(mine, "mine");

        var theirs = StoragePath.of("other", mine.uri());

        assertThatThrownBy(() -> get(theirs)).isInstanceOf(FileNotFoundException.class);
    }

    @Test
    void aCopyStaysAsItWasWhenTheOtherOneChanges() throws Exception {
        var from = new StoragePath("copies", "a/_contents/1");
        var to = new StoragePath("copies", "a/_files/dir/x.txt");
        put(from, "one");
        put(to, "former");

        storage().copy(from, to);
        put(from, "two");

        assertThat(get(to)).isEqualTo("one");
        assertThat(storage().listAll("copies")).containsExactly(from, to);
        assertThatThrownBy(() -> storage().copy(new StoragePath("copies", "none"), to))
                .isInstanceOf(FileNotFoundException.class);
        assertThat(NamespaceFolder.namespaceOf(to)).contains("a");
        assertThat(NamespaceFolder.namespaceOf(from)).isEmpty();
    }
}
