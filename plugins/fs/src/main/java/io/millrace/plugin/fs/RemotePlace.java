// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.fs;

import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.kit.FilePlace;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BiPredicate;

/// Files of a host that are meant, and what becomes of them there.
record RemotePlace(RemoteFiles remote, Selection selection, Taking taking, TaskContext context)
        implements FilePlace<RemoteFile> {

    @Override
    public Action action() {
        return taking.action();
    }

    @Override
    public List<RemoteFile> fetch(BiPredicate<String, String> wanted)
            throws IOException, TaskFailedException {
        taking.requireTarget();
        var files =
                selection.filesIn(
                        remote,
                        entry ->
                                !RemoteFiles.isPart(entry.name())
                                        && !isMoved(RemoteFile.of(entry, null))
                                        && wanted.test(entry.path(), entry.version()));
        requireMovable(files.stream().map(entry -> RemoteFile.of(entry, null)).toList());
        var fetched = new ArrayList<RemoteFile>();
        long bytes = 0;
        for (var entry : files) {
            fetched.add(RemoteFile.of(entry, FileTask.fetch(remote, entry.path(), context)));
            bytes += entry.size();
        }
        context.count("files", fetched.size(), Map.of());
        context.count("bytes", (double) bytes, Map.of());
        return fetched;
    }

    @Override
    public boolean isCutAt(int count) {
        return selection.isCutAt(count);
    }

    @Override
    public String uri(RemoteFile file) {
        return file.serverPath();
    }

    @Override
    public String uriOnceMoved(RemoteFile file) {
        return taking.where(file);
    }

    @Override
    public Class<RemoteFile> type() {
        return RemoteFile.class;
    }

    @Override
    public void takeAway(RemoteFile file) throws IOException {
        switch (taking.action()) {
            case DELETE -> remote.delete(file.serverPath());
            case MOVE -> remote.move(file.serverPath(), taking.where(file));
            case NONE -> {
                // stays where it is
            }
        }
    }

    @Override
    public List<RemoteFile> unchanged(List<RemoteFile> files) throws IOException {
        var unchanged = new ArrayList<RemoteFile>();
        for (var file : files) {
            boolean there =
                    remote.exists(file.serverPath())
                            && remote.list(file.serverPath()).stream()
                                    .map(entry -> RemoteFile.of(entry, file.path()))
                                    .anyMatch(file::equals);
            if (there) {
                unchanged.add(file);
            }
        }
        return unchanged;
    }
}
