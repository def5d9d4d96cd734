// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin;

import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.List;
import java.util.regex.PatternSyntaxException;

/// Patterns over the paths of files: globs, or what begins with `glob:` or `regex:`. A plain name
/// or path such as `scripts/main.py` is found at any depth.
public final class FilePatterns {
    private final List<PathMatcher> matchers;

    private FilePatterns(List<PathMatcher> matchers) {
        this.matchers = List.copyOf(matchers);
    }

    /// @throws TaskFailedException if one of them isn't a pattern
    public static FilePatterns of(List<String> patterns) throws TaskFailedException {
        try {
            return new FilePatterns(patterns.stream().map(FilePatterns::matcher).toList());
        } catch (PatternSyntaxException e) {
            throw new TaskFailedException("Expected a pattern but got: " + e.getMessage(), e);
        }
    }

    private static PathMatcher matcher(String pattern) {
        boolean hasSyntax = pattern.startsWith("glob:") || pattern.startsWith("regex:");
        var full = pattern;
        if (!hasSyntax) {
            boolean plain = !pattern.isEmpty() && Character.isLetterOrDigit(pattern.charAt(0));
            full = "glob:" + (plain || pattern.startsWith("_") ? "**/" + pattern : pattern);
        }
        return FileSystems.getDefault().getPathMatcher(full);
    }

    /// @param path with or without a slash in front
    public boolean match(String path) {
        var absolute = Path.of(path.startsWith("/") ? path : "/" + path);
        return matchers.stream().anyMatch(m -> m.matches(absolute));
    }
}
