// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.fs;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;

/// Files whose paths begin at the user's directory, although they are written with a slash before
/// them: `/in/a.csv` is `in/a.csv` for the host.
///
/// @param host asked with paths that have no slash before them
record HomeFiles(RemoteFiles host) implements RemoteFiles {

    private static String below(String path) {
        return path.replaceFirst("^/+", "");
    }

    private static String shown(String path) {
        return path.startsWith("/") ? path : "/" + path;
    }

    @Override
    public List<Entry> list(String path) throws IOException {
        return host.list(below(path)).stream()
                .map(entry ->
                        new Entry(
                                shown(entry.path()),
                                entry.name(),
                                entry.directory(),
                                entry.size(),
                                entry.updated()))
                .toList();
    }

    @Override
    public void download(String path, OutputStream to) throws IOException {
        host.download(below(path), to);
    }

    @Override
    public void upload(InputStream content, String path) throws IOException {
        host.upload(content, below(path));
    }

    @Override
    public boolean delete(String path) throws IOException {
        return host.delete(below(path));
    }

    @Override
    public boolean exists(String path) throws IOException {
        return host.exists(below(path));
    }

    @Override
    public void move(String from, String to) throws IOException {
        host.move(below(from), below(to));
    }

    @Override
    public void replace(String from, String to) throws IOException {
        host.replace(below(from), below(to));
    }

    @Override
    public void close() throws IOException {
        host.close();
    }
}
