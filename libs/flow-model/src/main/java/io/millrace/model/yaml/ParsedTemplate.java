// SPDX-License-Identifier: Apache-2.0
package io.millrace.model.yaml;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What became of the source of a template.
///
/// @param tree the source as maps, lists and scalars
/// @param problems all that is wrong, in the order of the source; if there are any, the rest is of
///   no use
public record ParsedTemplate(
        String namespace, String id, Map<String, @Nullable Object> tree, List<Problem> problems) {
    public ParsedTemplate {
        tree = Collections.unmodifiableMap(new LinkedHashMap<>(tree));
        problems = List.copyOf(problems);
    }
}
