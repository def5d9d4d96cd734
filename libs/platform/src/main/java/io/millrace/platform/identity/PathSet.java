// SPDX-License-Identifier: Apache-2.0
package io.millrace.platform.identity;

import java.util.List;
import org.springframework.http.server.PathContainer;
import org.springframework.web.util.pattern.PathPattern;
import org.springframework.web.util.pattern.PathPatternParser;

/// The paths that some patterns match.
record PathSet(List<PathPattern> patterns) {

    static PathSet of(List<String> patterns) {
        return new PathSet(
                patterns.stream().map(PathPatternParser.defaultInstance::parse).toList());
    }

    boolean contains(String path) {
        if (patterns.isEmpty()) {
            return false;
        }
        var parsed = PathContainer.parsePath(path);
        return patterns.stream().anyMatch(p -> p.matches(parsed));
    }
}
