// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.kit;

import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskFailedException;
import java.io.IOException;
import java.lang.reflect.Type;
import java.util.List;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.json.JsonMapper;

/// What a task is about to take away, kept for the next attempt: its worker may die after it took
/// them, and before it has told of them.
///
/// @param <T> told of each: equal to itself after a way through JSON
public final class KeptList<T> {
    private static final String NAME = "taken.json";
    private static final JsonMapper JSON = JsonMapper.shared();

    private final TaskContext context;
    private final JavaType type;

    /// @param type of what is told
    /// @param of its type parameters, if it has any
    public KeptList(TaskContext context, Class<?> type, Class<?>... of) {
        this.context = context;
        var types = JSON.getTypeFactory();
        Type element = of.length == 0 ? type : types.constructParametricType(type, of);
        this.type = types.constructCollectionType(List.class, types.constructType(element));
    }

    /// What an attempt before this one has kept.
    public Optional<List<T>> read() throws IOException, TaskFailedException {
        var left = context.files().left(NAME);
        if (left.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(JSON.readValue(left.get(), type));
        } catch (JacksonException e) {
            throw new TaskFailedException(
                    "Expected the files that an earlier attempt has taken but got something else",
                    e);
        }
    }

    public void keep(List<T> told) throws IOException {
        context.files().leave(NAME, JSON.writeValueAsBytes(told));
    }
}
