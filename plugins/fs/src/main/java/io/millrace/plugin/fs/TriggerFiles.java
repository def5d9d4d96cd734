// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.fs;

import io.millrace.plugin.Inline;
import io.millrace.plugin.NothingNewException;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.Title;
import io.millrace.plugin.kit.SeenFiles;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/// Starts an execution when files appear on another host.
abstract class TriggerFiles extends FileTask<TriggerFiles.Properties, TriggerFiles.Outputs> {

    TriggerFiles(Protocol protocol) {
        super(protocol);
    }

    public record Properties(
            @Inline FileHost server,
            @Inline Selection selection,
            @Inline Taking taking,
            @Inline SeenFiles.Options seen)
            implements FileHost.At {}

    public record Found(
            @Inline RemoteFile file, @Title("CREATE or UPDATE") SeenFiles.Change changeType) {}

    public record Outputs(@Title("The files") List<Found> files) {}

    @Override
    TriggerFiles.Outputs work(RemoteFiles remote, Properties properties, TaskContext context)
            throws Exception {
        var selection = properties.selection();
        var taking = properties.taking();
        var before = taking.leaves() ? Optional.<Told>empty() : Told.before(context);
        if (before.isPresent()) {
            taking.takeRest(remote, before.get().files(), context);
            return new Outputs(found(before.get().files(), before.get().changes()));
        }
        var seen = properties.seen().read(context);
        var fetched = taking.fetch(remote, selection.newFilesIn(remote, seen), context);
        var changes =
                fetched.stream()
                        .map(file -> seen.took(file.serverPath(), taking.leaves()))
                        .toList();
        if (!taking.leaves() && !fetched.isEmpty()) {
            new Told(context, fetched, null, changes).keep(context);
        }
        var found = found(taking.takeAway(remote, fetched, context), changes);
        seen.keep(!selection.isCutAt(fetched.size()));
        if (found.isEmpty()) {
            throw new NothingNewException();
        }
        return new Outputs(found);
    }

    private static List<Found> found(List<RemoteFile> files, List<SeenFiles.Change> changes) {
        return IntStream.range(0, files.size())
                .mapToObj(i -> new Found(files.get(i), changes.get(i)))
                .toList();
    }
}
