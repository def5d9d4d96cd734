// SPDX-License-Identifier: Apache-2.0
package io.millrace.platform.web;

import jakarta.servlet.http.HttpServletRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.springframework.http.server.PathContainer;
import org.springframework.util.StringUtils;
import org.springframework.web.servlet.mvc.method.RequestMappingInfo;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;
import org.springframework.web.util.ServletRequestPathUtils;

/// Passes over routes whose path can't be the request's before it asks for their methods, headers
/// and media types. Nearly all paths here have variables, and Spring asks every such route in turn.
final class ShapedHandlerMapping extends RequestMappingHandlerMapping {
    private final Map<RequestMappingInfo, List<Shape>> shapes = new ConcurrentHashMap<>();

    @Override
    protected @Nullable RequestMappingInfo getMatchingMapping(
            RequestMappingInfo info, HttpServletRequest request) {
        if (!ServletRequestPathUtils.hasParsedRequestPath(request)) {
            return super.getMatchingMapping(info, request);
        }
        var path = ServletRequestPathUtils.getParsedRequestPath(request).pathWithinApplication();
        for (var shape : shapes.computeIfAbsent(info, ShapedHandlerMapping::shapes)) {
            if (shape.fits(path)) {
                return super.getMatchingMapping(info, request);
            }
        }
        return null;
    }

    private static List<Shape> shapes(RequestMappingInfo info) {
        return info.getPatternValues().stream().map(Shape::of).toList();
    }

    /// The segments of a pattern, up to where anything may follow.
    ///
    /// @param segments what each must be; null: anything
    /// @param open whether anything may follow
    record Shape(List<@Nullable String> segments, boolean open) {

        static Shape of(String pattern) {
            var segments = new ArrayList<@Nullable String>();
            for (var part : StringUtils.tokenizeToStringArray(pattern, "/")) {
                if (part.startsWith("{*") || part.equals("**")) {
                    return new Shape(segments, true);
                }
                segments.add(isVariable(part) ? null : part);
            }
            return new Shape(segments, false);
        }

        private static boolean isVariable(String segment) {
            return segment.contains("{") || segment.contains("*") || segment.contains("?");
        }

        /// @param path separators and segments, one after the other
        boolean fits(PathContainer path) {
            int i = 0;
            for (var element : path.elements()) {
                if (!(element instanceof PathContainer.PathSegment segment)) {
                    continue;
                }
                if (i == segments.size()) {
                    return open;
                }
                var wanted = segments.get(i++);
                if (wanted != null && !wanted.equals(segment.valueToMatch())) {
                    return false;
                }
            }
            return i == segments.size();
        }
    }
}
