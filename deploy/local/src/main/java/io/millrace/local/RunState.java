// SPDX-License-Identifier: Apache-2.0
package io.millrace.local;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/// What the script `millrace` reads of a running suite: files in the directory `run` of the data.
/// One process at a time has the directory.
final class RunState {
    private final Path directory;
    private final FileLock lock;

    private RunState(Path directory, FileLock lock) {
        this.directory = directory;
        this.lock = lock;
    }

    /// @throws StartException if another process runs on the same data
    static RunState claim(LocalSettings settings) {
        var directory = settings.run();
        try {
            Files.createDirectories(directory);
            var channel =
                    FileChannel.open(
                            directory.resolve("lock"),
                            StandardOpenOption.CREATE,
                            StandardOpenOption.WRITE);
            var lock = channel.tryLock();
            if (lock == null) {
                throw new StartException(
                        "Millrace is running already on the data in " + settings.data());
            }
            var state = new RunState(directory, lock);
            state.clear();
            state.write("millrace.pid", Long.toString(ProcessHandle.current().pid()));
            return state;
        } catch (IOException e) {
            throw new StartException("The directory " + directory + " can't be used", e);
        }
    }

    /// Everything answers.
    void ready(LocalSettings settings) {
        write("ready", "url=%s%nissuer=%s".formatted(settings.publicUrl(), settings.issuerUrl()));
    }

    /// @param why one line for the user
    void failed(String why) {
        write("failure", why);
    }

    /// Notes the process of one service.
    void started(Service service, long pid) {
        write(service.fullName() + ".pid", Long.toString(pid));
    }

    /// Everything has stopped.
    void stopped() {
        try {
            for (var service : Service.values()) {
                Files.deleteIfExists(directory.resolve(service.fullName() + ".pid"));
            }
            Files.deleteIfExists(directory.resolve("ready"));
            Files.deleteIfExists(directory.resolve("millrace.pid"));
            lock.release();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void clear() throws IOException {
        Files.deleteIfExists(directory.resolve("ready"));
        Files.deleteIfExists(directory.resolve("failure"));
    }

    private void write(String name, String content) {
        try {
            Files.writeString(directory.resolve(name), content + "\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
