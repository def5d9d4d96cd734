// SPDX-License-Identifier: Apache-2.0
package io.millrace.flow.tasks;

import io.millrace.platform.access.NamespaceScope;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Patterns with `*` and `?` as those of `like`.
public final class Globs {
    private static final String[] ALL = {"%"};

    private Globs() {}

    public static String like(@Nullable String glob) {
        if (glob == null || glob.isEmpty()) {
            return "%";
        }
        return escaped(glob).replace('*', '%').replace('?', '_');
    }

    /// Patterns over `namespace || '.'`.
    ///
    /// @param withChildren whether those below each are meant, too
    public static String[] namespaces(List<String> namespaces, boolean withChildren) {
        return withChildren
                ? new NamespaceScope(false, namespaces).likePatterns()
                : namespaces.stream().map(n -> escaped(n) + ".").toArray(String[]::new);
    }

    /// The same for namespaces that match a pattern.
    public static String[] matching(@Nullable String glob, boolean withChildren) {
        if (glob == null) {
            return ALL;
        }
        var pattern = like(glob.toLowerCase(Locale.ROOT)) + ".";
        return withChildren ? new String[] {pattern, pattern + "%"} : new String[] {pattern};
    }

    private static String escaped(String text) {
        return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_");
    }
}
