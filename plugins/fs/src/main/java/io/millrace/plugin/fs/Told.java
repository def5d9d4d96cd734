// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.fs;

import io.millrace.plugin.KeyValues;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.kit.SeenFiles;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/// What a look of a trigger is about to take from where it is, kept in the key-values of the
/// namespace before it does. A look that is repeated because its worker died in between finds it
/// here in place of there, and tells the same.
///
/// @param execution that the look starts
/// @param files as they were on the host, and are in the internal storage
/// @param local what is told of them, if they are files of the worker
/// @param changes what has become of each
record Told(
        String execution,
        List<RemoteFile> files,
        @Nullable List<LocalFile> local,
        List<SeenFiles.Change> changes) {
    private static final TypeReference<Map<String, @Nullable Object>> MAP =
            new TypeReference<>() {};

    Told(
            TaskContext context,
            List<RemoteFile> files,
            @Nullable List<LocalFile> local,
            List<SeenFiles.Change> changes) {
        this(context.taskRun().executionId(), files, local, changes);
    }

    /// What this look has kept before.
    static Optional<Told> before(TaskContext context) throws TaskFailedException {
        try {
            return context.stores()
                    .keyValues()
                    .get(context.taskRun().namespace(), key(context))
                    .map(kept -> JsonMapper.shared().convertValue(kept.value(), Told.class))
                    .filter(told -> told.execution().equals(context.taskRun().executionId()));
        } catch (JacksonException e) {
            throw new TaskFailedException(
                    "Expected files of the trigger in the key-value '%s' but it holds something else"
                            .formatted(key(context)),
                    e);
        }
    }

    void keep(TaskContext context) throws TaskFailedException {
        context.stores()
                .keyValues()
                .put(
                        context.taskRun().namespace(),
                        key(context),
                        new KeyValues.Put(
                                KeyValues.Type.JSON,
                                JsonMapper.shared().convertValue(this, MAP),
                                true,
                                null,
                                "Files that the trigger %s of %s has taken last"
                                        .formatted(
                                                context.taskRun().taskId(),
                                                context.taskRun().flowId())));
    }

    private static String key(TaskContext context) {
        var run = context.taskRun();
        return String.join("_", run.namespace(), run.flowId(), run.taskId(), "taken");
    }
}
