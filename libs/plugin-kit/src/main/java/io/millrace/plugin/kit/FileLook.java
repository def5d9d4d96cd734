// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.kit;

import io.millrace.plugin.KeyValues;
import io.millrace.plugin.NothingNewException;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskFailedException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/// A trigger's look for new files at a place.
///
/// What it is about to take away is kept in the key-values of the namespace before. A look that is
/// repeated because its worker died in between finds it here in place of there, and tells the same.
public final class FileLook<F extends Record> {
    private static final TypeReference<Map<String, @Nullable Object>> MAP =
            new TypeReference<>() {};

    /// A file that a look tells of.
    public record Found<F extends Record>(F file, SeenFiles.Change change) {}

    /// @param execution that the look starts
    private record Told<F extends Record>(String execution, List<Found<F>> found) {
        List<F> files() {
            return found.stream().map(Found::file).toList();
        }

        List<Found<F>> of(Collection<F> taken) {
            var away = Set.copyOf(taken);
            return found.stream().filter(one -> away.contains(one.file())).toList();
        }
    }

    private final FilePlace<F> place;
    private final Class<F> type;
    private final TaskContext context;
    private final String execution;
    private final String key;

    /// @param type of what is told of a file
    public FileLook(FilePlace<F> place, Class<F> type, TaskContext context) {
        this.place = place;
        this.type = type;
        this.context = context;
        var run = context.taskRun();
        this.execution = run.executionId();
        this.key = String.join("_", run.namespace(), run.flowId(), run.taskId(), "taken");
    }

    /// @return at least one
    /// @throws NothingNewException if there is none
    public List<Found<F>> found(SeenFiles.Options options)
            throws IOException, TaskFailedException, InterruptedException, NothingNewException {
        boolean stays = place.action() == FilePlace.Action.NONE;
        var before = stays ? Optional.<Told<F>>empty() : kept();
        if (before.isPresent()) {
            return before.get().of(takeRest(before.get().files()));
        }
        var seen = options.read(context);
        var fetched = place.fetch(seen::wants);
        var told =
                new Told<>(
                        execution,
                        fetched.stream()
                                .map(file -> new Found<>(file, seen.took(place.uri(file), stays)))
                                .toList());
        if (!stays && !fetched.isEmpty()) {
            keep(told);
        }
        var found = told.of(place.takeAway(fetched, 0, context));
        seen.keep(!place.isCutAt(fetched.size()));
        if (found.isEmpty()) {
            throw new NothingNewException();
        }
        return found;
    }

    /// Takes what a look before this one has left.
    private List<F> takeRest(List<F> files)
            throws IOException, TaskFailedException, InterruptedException {
        var rest = place.unchanged(files);
        var goneFirst = new ArrayList<>(files);
        goneFirst.removeAll(Set.copyOf(rest));
        int gone = goneFirst.size();
        goneFirst.addAll(rest);
        return place.takeAway(goneFirst, gone, context);
    }

    private Optional<Told<F>> kept() throws TaskFailedException {
        var namespace = context.taskRun().namespace();
        var found = context.stores().keyValues().get(namespace, key);
        if (found.isEmpty()
                || !(found.get().value() instanceof Map<?, ?> value)
                || !execution.equals(value.get("execution"))) {
            return Optional.empty();
        }
        var json = JsonMapper.shared();
        var told = json.getTypeFactory().constructParametricType(Told.class, type);
        try {
            return Optional.of(json.convertValue(value, told));
        } catch (JacksonException e) {
            throw new TaskFailedException(
                    "Expected files of the trigger in the key-value '%s' but it holds something else"
                            .formatted(key),
                    e);
        }
    }

    private void keep(Told<F> told) throws TaskFailedException {
        var run = context.taskRun();
        context.stores()
                .keyValues()
                .put(
                        run.namespace(),
                        key,
                        new KeyValues.Put(
                                KeyValues.Type.JSON,
                                JsonMapper.shared().convertValue(told, MAP),
                                true,
                                null,
                                "Files that the trigger %s of %s has taken last"
                                        .formatted(run.taskId(), run.flowId())));
    }
}
