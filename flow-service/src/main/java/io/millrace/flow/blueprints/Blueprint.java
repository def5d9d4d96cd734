// SPDX-License-Identifier: Apache-2.0
package io.millrace.flow.blueprints;

import io.millrace.platform.web.EntityTag;
import java.time.Instant;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// A blueprint as it was saved.
///
/// @param source of a flow, or with `extend` of a template
/// @param publishedAt absent for those that come with Millrace
record Blueprint(
        String id,
        String title,
        @Nullable String description,
        List<String> tags,
        String source,
        @Nullable Instant publishedAt) {
    private static final Pattern TYPE =
            Pattern.compile("\\btype:\\s*[\"']?([a-z]\\w*(?:\\.\\w+)+)");

    Blueprint {
        tags = List.copyOf(tags);
    }

    /// The entity tag of what can be changed of it.
    String tag() {
        return EntityTag.of(List.of(title, String.valueOf(description), tags, source));
    }

    /// Types of tasks and triggers, in order; also those of a template, which is no flow yet.
    List<String> types() {
        var types = new TreeSet<String>();
        TYPE.matcher(source).results().forEach(found -> types.add(found.group(1)));
        return List.copyOf(types);
    }
}
