// SPDX-License-Identifier: Apache-2.0
package io.millrace.engine;

import io.millrace.model.Task;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Finds the tasks whose outputs a task reads by its own value alone, such as
/// `outputs.fetch[taskrun.value]`. Without it, each job of a loop of ten thousand values would have
/// to take along the outputs of all the others, because it might read any of them.
final class OwnIteration {
    private static final String NAME =
            "outputs\\s*(?:\\.\\s*([A-Za-z0-9_]+)|\\[\\s*['\"]([^'\"]+)['\"]\\s*\\])";
    private static final Pattern READ = Pattern.compile("(?<![\\w.])" + NAME);
    private static final Pattern OWN =
            Pattern.compile(
                    "\\s*\\[\\s*(?:taskrun|parent\\s*\\.\\s*taskrun"
                            + "|parents\\s*\\[\\s*\\d+\\s*\\]\\s*\\.\\s*taskrun)"
                            + "\\s*\\.\\s*value\\s*\\]");
    private static final Pattern BEFORE_CURRENT = Pattern.compile("currentEachOutput\\s*\\(\\s*$");

    private OwnIteration() {}

    static Set<String> read(Task definition) {
        if (!(definition instanceof Task.PluginTask plugin)) {
            return Set.of();
        }
        var texts = new ArrayList<String>();
        collect(plugin.properties(), texts);
        var own = new HashSet<String>();
        var other = new HashSet<String>();
        for (var text : texts) {
            var read = READ.matcher(text);
            while (read.find()) {
                var task = read.group(1) == null ? read.group(2) : read.group(1);
                var rest = OWN.matcher(text).region(read.end(), text.length());
                boolean current = BEFORE_CURRENT.matcher(text.substring(0, read.start())).find();
                (current || rest.lookingAt() ? own : other).add(task);
            }
        }
        own.removeAll(other);
        return Set.copyOf(own);
    }

    private static void collect(@Nullable Object value, List<String> texts) {
        switch (value) {
            case String text -> texts.add(text);
            case Map<?, ?> map ->
                    map.forEach((key, inner) -> {
                        texts.add(String.valueOf(key));
                        collect(inner, texts);
                    });
            case List<?> list -> list.forEach(element -> collect(element, texts));
            case null, default -> {
                // holds no expression
            }
        }
    }
}
