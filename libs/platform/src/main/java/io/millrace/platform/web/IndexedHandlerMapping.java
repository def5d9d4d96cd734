// SPDX-License-Identifier: Apache-2.0
package io.millrace.platform.web;

import io.millrace.platform.route.PathIndex;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.web.cors.CorsUtils;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.mvc.method.RequestMappingInfo;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;
import org.springframework.web.util.ServletRequestPathUtils;

/// Looks the request's route up by its path. Where not exactly one is meant, Spring asks them all:
/// it knows which of several comes first, and how to say why there is none.
final class IndexedHandlerMapping extends RequestMappingHandlerMapping {
    private final PathIndex<Route> index = new PathIndex<>();

    private record Route(RequestMappingInfo info, HandlerMethod method) {}

    @Override
    protected void handlerMethodsInitialized(Map<RequestMappingInfo, HandlerMethod> methods) {
        super.handlerMethodsInitialized(methods);
        methods.forEach((info, method) ->
                info.getPatternValues()
                        .forEach(pattern -> index.add(pattern, new Route(info, method))));
    }

    @Override
    protected @Nullable HandlerMethod lookupHandlerMethod(String path, HttpServletRequest request)
            throws Exception {
        if (!ServletRequestPathUtils.hasParsedRequestPath(request)
                || CorsUtils.isPreFlightRequest(request)) {
            return super.lookupHandlerMethod(path, request);
        }
        var parsed = ServletRequestPathUtils.getParsedRequestPath(request);
        Route found = null;
        RequestMappingInfo meant = null;
        for (var route : index.candidates(parsed.pathWithinApplication())) {
            var matching = getMatchingMapping(route.info(), request);
            if (matching != null && found != null && !route.equals(found)) {
                return super.lookupHandlerMethod(path, request);
            }
            if (matching != null) {
                found = route;
                meant = matching;
            }
        }
        if (found == null || meant == null) {
            return super.lookupHandlerMethod(path, request);
        }
        request.setAttribute(BEST_MATCHING_HANDLER_ATTRIBUTE, found.method());
        handleMatch(meant, path, request);
        return found.method();
    }
}
