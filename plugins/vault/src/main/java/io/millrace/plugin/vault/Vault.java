// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.vault;

import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.kit.HttpApi;
import io.millrace.plugin.kit.HttpApi.Answer;
import io.millrace.plugin.kit.HttpApi.Call;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Vault's API with a token.
record Vault(HttpApi api) {

    /// A path as it stands in URLs; what would leave it is refused.
    static String path(String text) {
        return Arrays.stream(text.strip().split("/"))
                .filter(part -> !part.isEmpty() && !part.equals(".") && !part.equals(".."))
                .map(HttpApi::segment)
                .collect(Collectors.joining("/"));
    }

    /// Where something is done with a key of the transit engine.
    static String transit(String mount, String what, String key) {
        return "/%s/%s/%s".formatted(path(mount), what, HttpApi.segment(key));
    }

    /// What is there, or nothing. Of a version that was deleted there is its metadata.
    @Nullable Map<String, @Nullable Object> find(String path)
            throws TaskFailedException, InterruptedException {
        var answer = api.send(Call.get(path));
        if (answer.status() == 404) {
            return answer.body().startsWith("{") ? answer.object() : null;
        }
        return orFail(answer).object();
    }

    Map<String, @Nullable Object> ask(Call call) throws TaskFailedException, InterruptedException {
        var answer = orFail(api.send(call));
        return answer.body().isBlank() ? new LinkedHashMap<>() : answer.object();
    }

    Map<String, @Nullable Object> post(String path, Map<String, ?> body)
            throws TaskFailedException, InterruptedException {
        return ask(Call.json("POST", path, body));
    }

    /// Vault says 403 for a token that it doesn't know, too.
    private static Answer orFail(Answer answer) throws TaskFailedException {
        if (answer.isGood()) {
            return answer;
        }
        Object said;
        try {
            said = answer.json();
        } catch (TaskFailedException _) {
            said = null;
        }
        var errors = HttpApi.at(said, "errors") instanceof List<?> all ? all : List.of();
        var text = errors.stream().map(String::valueOf).collect(Collectors.joining("; "));
        throw new TaskFailedException(
                switch (answer.status()) {
                    case 403 -> "Vault doesn't permit this, or not to this token (403): " + text;
                    case 404 -> "Vault has no such path (404)";
                    case 503 -> "Vault is sealed or away (503)";
                    default -> "Vault answered %d: %s".formatted(answer.status(), text.strip());
                });
    }

    static Map<String, @Nullable Object> object(@Nullable Object value) {
        var object = new LinkedHashMap<String, @Nullable Object>();
        if (value instanceof Map<?, ?> map) {
            map.forEach((name, field) -> object.put(String.valueOf(name), field));
        }
        return object;
    }
}
