// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.core.state;

import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskFailedException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/// What the tasks of this package have in common: a state is a JSON object in the key-value store
/// of the flow's namespace.
interface StateProperties {
    String name();

    Boolean namespace();

    Boolean taskrunValue();

    @Nullable String flowId();

    /// `{flow}_states_tasks-states_{name}_{hash of the loop's value}`; without the flow for a state
    /// of the whole namespace.
    default String key(TaskContext context) {
        var key = new StringBuilder();
        if (!namespace()) {
            var flow = flowId() == null ? context.taskRun().flowId() : flowId();
            key.append(slug(flow)).append('_');
        }
        key.append("states_tasks-states_").append(name());
        if (taskrunValue()
                && context.variables().get("taskrun") instanceof Map<?, ?> taskRun
                && taskRun.get("value") != null) {
            key.append('_').append(hash(String.valueOf(taskRun.get("value"))));
        }
        return key.toString();
    }

    private static String slug(String text) {
        return text.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-").replaceAll("^-|-$", "");
    }

    private static String hash(String text) {
        try {
            var digest =
                    MessageDigest.getInstance("SHA-256")
                            .digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, 16);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    default Optional<Map<String, @Nullable Object>> load(TaskContext context)
            throws TaskFailedException {
        var found = context.stores().keyValues().get(context.taskRun().namespace(), key(context));
        if (found.isEmpty()) {
            return Optional.empty();
        }
        var value = found.get().value();
        try {
            if (value instanceof String text) {
                value = JsonMapper.shared().readValue(text, Object.class);
            }
        } catch (JacksonException e) {
            throw new TaskFailedException("State %s is no JSON".formatted(key(context)), e);
        }
        if (!(value instanceof Map<?, ?> map)) {
            throw new TaskFailedException("State %s is no map".formatted(key(context)));
        }
        var state = new LinkedHashMap<String, @Nullable Object>();
        map.forEach((name, inner) -> state.put(String.valueOf(name), inner));
        return Optional.of(state);
    }
}
