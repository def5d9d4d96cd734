// SPDX-License-Identifier: Apache-2.0
package io.millrace.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DirectoryStorageTest extends StorageContract {
    @TempDir Path directory;

    @Override
    InternalStorage storage() {
        return InternalStorage.open(StorageSettings.directory(directory.resolve("storage")));
    }

    @Test
    void linksAreNotFollowed() throws Exception {
        var outside = Files.createDirectory(directory.resolve("outside"));
        Files.writeString(outside.resolve("x"), "secret");
        Files.createDirectories(directory.resolve("storage/main"));
        Files.createSymbolicLink(directory.resolve("storage/main/link"), outside);

        var path = new StoragePath("main", "link/x");

        assertThatThrownBy(() -> storage().get(path)).isInstanceOf(StorageAccessException.class);
    }

    @Test
    void anUploadThatBreaksLeavesNothing() throws Exception {
        var path = new StoragePath("main", "a/b");
        storage().put(path, new ByteArrayInputStream(new byte[] {1}));
        var broken =
                new InputStream() {
                    private boolean sent;

                    @Override
                    public int read() throws IOException {
                        throw new IOException("cut");
                    }

                    /// Some bytes come, then none ever again.
                    @Override
                    public int read(byte[] target, int offset, int length) throws IOException {
                        if (sent) {
                            throw new IOException("cut");
                        }
                        sent = true;
                        target[offset] = 2;
                        return 1;
                    }
                };

        assertThatThrownBy(() -> storage().put(path, broken)).hasMessage("cut");

        assertThat(storage().size(path)).isEqualTo(1);
        assertThat(directory.resolve("storage/.uploads")).isEmptyDirectory();
    }
}
