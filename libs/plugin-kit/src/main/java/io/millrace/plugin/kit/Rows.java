// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.kit;

import static java.util.Objects.requireNonNull;

import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskFailedException;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/// Takes the rows that a task finds, one by one, and makes of them what its `fetchType` says: an
/// output, or a file of JSON lines that grows on disk rather than in memory.
public final class Rows implements AutoCloseable {
    /// More rows than this are no output but a file.
    public static final int MOST_FETCHED = 100_000;

    private static final JsonMapper JSON = JsonMapper.shared();

    private final TaskContext context;
    private final FetchType type;
    private final List<@Nullable Object> fetched = new ArrayList<>();
    private @Nullable Path file;
    private @Nullable OutputStream stream;
    private long size;

    public Rows(TaskContext context, FetchType type) {
        this.context = context;
        this.type = type;
    }

    /// What became of them.
    ///
    /// @param row the first, if that was asked for and there is one
    /// @param rows all, if they were asked for
    /// @param uri the file, if it was asked for
    /// @param size how many there were
    public record Result(
            @Nullable Object row,
            @Nullable List<@Nullable Object> rows,
            @Nullable URI uri,
            long size) {}

    /// Takes a row.
    ///
    /// @return whether more are wanted
    /// @throws TaskFailedException if there are too many for an output
    public boolean add(@Nullable Object row) throws IOException, TaskFailedException {
        size++;
        switch (type) {
            case STORE -> {
                var open = open();
                open.write(JSON.writeValueAsBytes(row));
                open.write('\n');
            }
            case FETCH -> {
                if (size > MOST_FETCHED) {
                    throw new TaskFailedException(
                            "More than %d rows: use fetchType STORE".formatted(MOST_FETCHED));
                }
                fetched.add(row);
            }
            case FETCH_ONE -> {
                fetched.add(row);
                return false;
            }
            case NONE -> {
                return false;
            }
        }
        return true;
    }

    private OutputStream open() throws IOException {
        var open = stream;
        if (open == null) {
            file = context.ownDirectory().resolve("rows-" + UUID.randomUUID() + ".ion");
            open = new BufferedOutputStream(Files.newOutputStream(file), 1 << 16);
            stream = open;
        }
        return open;
    }

    /// Stores the file; no rows come after.
    public Result finish() throws IOException {
        return switch (type) {
            case STORE -> {
                open().close();
                var path = requireNonNull(file);
                try (var content = Files.newInputStream(path)) {
                    var uri = context.files().put(path.getFileName().toString(), content);
                    yield new Result(null, null, uri, size);
                }
            }
            case FETCH -> new Result(null, fetched, null, size);
            case FETCH_ONE ->
                    new Result(fetched.isEmpty() ? null : fetched.getFirst(), null, null, size);
            case NONE -> new Result(null, null, null, size);
        };
    }

    /// Deletes what is left on disk, also when what waits in the stream can't be written any more,
    /// as in a task that is interrupted.
    @Override
    public void close() throws IOException {
        try {
            if (stream != null) {
                stream.close();
            }
        } finally {
            if (file != null) {
                Files.deleteIfExists(file);
            }
        }
    }
}
