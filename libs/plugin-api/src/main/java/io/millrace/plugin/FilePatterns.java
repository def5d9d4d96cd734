// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin;

import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.List;
import java.util.function.Function;
import java.util.regex.PatternSyntaxException;

/// Patterns over the paths of files: globs, or what begins with `glob:` or `regex:`. A plain name
/// or path such as `scripts/main.py` is found at any depth.
public final class FilePatterns {
    private final List<PathMatcher> matchers;
    private final String root;

    private FilePatterns(List<PathMatcher> matchers, String root) {
        this.matchers = List.copyOf(matchers);
        this.root = root;
    }

    /// @throws TaskFailedException if one of them isn't a pattern
    public static FilePatterns of(List<String> patterns) throws TaskFailedException {
        return of(patterns, FilePatterns::matcher, "/");
    }

    /// Over the files of one directory: what has no prefix is relative to it, so that `*.txt` finds
    /// what lies in it and nothing further down.
    ///
    /// @throws TaskFailedException if one of them isn't a pattern
    public static FilePatterns ofDirectory(List<String> patterns) throws TaskFailedException {
        return of(patterns, FilePatterns::relative, "");
    }

    private static FilePatterns of(
            List<String> patterns, Function<String, PathMatcher> matcher, String root)
            throws TaskFailedException {
        try {
            return new FilePatterns(patterns.stream().map(matcher).toList(), root);
        } catch (PatternSyntaxException e) {
            throw new TaskFailedException("Expected a pattern but got: " + e.getMessage(), e);
        }
    }

    private static boolean hasSyntax(String pattern) {
        return pattern.startsWith("glob:") || pattern.startsWith("regex:");
    }

    private static PathMatcher relative(String pattern) {
        var path = pattern.startsWith("/") ? pattern.substring(1) : pattern;
        return FileSystems.getDefault()
                .getPathMatcher(hasSyntax(pattern) ? pattern : "glob:" + path);
    }

    private static PathMatcher matcher(String pattern) {
        var full = pattern;
        if (!hasSyntax(pattern)) {
            boolean plain = !pattern.isEmpty() && Character.isLetterOrDigit(pattern.charAt(0));
            full = "glob:" + (plain || pattern.startsWith("_") ? "**/" + pattern : pattern);
        }
        return FileSystems.getDefault().getPathMatcher(full);
    }

    /// @param path with or without a slash in front
    public boolean match(String path) {
        var full = Path.of(root + (path.startsWith("/") ? path.substring(1) : path));
        return matchers.stream().anyMatch(m -> m.matches(full));
    }
}
