// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.jdbc;

import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.kit.RowFile;
import java.io.IOException;
import java.io.InputStream;
import java.sql.Statement;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// What a server is sent that asks for a file of its client's, by `LOAD DATA LOCAL INFILE`:
/// whatever it names, once for each statement, this file and nothing of the worker. It is fetched
/// when it is asked for.
final class LoadedFile extends InputStream {
    private final String uri;
    private final TaskContext context;
    private @Nullable InputStream content;
    private boolean closed;

    private LoadedFile(String uri, TaskContext context) {
        this.uri = uri;
        this.context = context;
    }

    static void offer(String uri, Statement statement, TaskContext context)
            throws java.sql.SQLException, TaskFailedException {
        if (!statement.isWrapperFor(org.mariadb.jdbc.Statement.class)) {
            throw new TaskFailedException(
                    "Only MySQL and MariaDB load an `inputFile`, with the driver that comes with Millrace");
        }
        statement
                .unwrap(org.mariadb.jdbc.Statement.class)
                .setLocalInfileInputStream(new LoadedFile(uri, context));
    }

    @Override
    public int read() throws IOException {
        var one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, bytes.length);
        if (closed) {
            return -1;
        }
        if (content == null) {
            try {
                content = RowFile.stream(uri, context);
            } catch (TaskFailedException e) {
                throw new IOException(e.getMessage(), e);
            }
        }
        return content.read(bytes, offset, length);
    }

    @Override
    public void close() throws IOException {
        closed = true;
        if (content != null) {
            content.close();
        }
    }
}
