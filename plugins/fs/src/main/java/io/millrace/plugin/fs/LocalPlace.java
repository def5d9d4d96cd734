// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.fs;

import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.kit.FilePlace;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiPredicate;

/// Files of the worker that are meant, and what becomes of them there.
record LocalPlace(LocalFiles files, RemotePlace place) implements FilePlace<LocalPlace.Read> {

    LocalPlace(LocalFiles files, Selection selection, Taking taking, TaskContext context) {
        this(files, new RemotePlace(files, selection, taking, context));
    }

    /// @param told as it was before anything was done to it, but where it is then
    record Read(RemoteFile file, LocalFile told) {}

    @Override
    public Action action() {
        return place.action();
    }

    @Override
    public List<Read> fetch(BiPredicate<String, String> wanted)
            throws IOException, TaskFailedException {
        var read = new ArrayList<Read>();
        for (var file : place.fetch(wanted)) {
            var attributes = files.attributes(file.serverPath());
            read.add(
                    new Read(
                            file,
                            LocalFile.of(place.taking().where(file), attributes, file.path())));
        }
        return read;
    }

    @Override
    public boolean isCutAt(int count) {
        return place.isCutAt(count);
    }

    @Override
    public String uri(Read read) {
        return place.uri(read.file());
    }

    @Override
    public String uriOnceMoved(Read read) {
        return place.uriOnceMoved(read.file());
    }

    @Override
    public Class<Read> type() {
        return Read.class;
    }

    @Override
    public void takeAway(Read read) throws IOException {
        place.takeAway(read.file());
    }

    @Override
    public List<Read> unchanged(List<Read> all) throws IOException {
        var unchanged = place.unchanged(all.stream().map(Read::file).toList());
        return all.stream().filter(read -> unchanged.contains(read.file())).toList();
    }
}
